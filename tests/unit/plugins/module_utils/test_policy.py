# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _policy, _versions
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


@pytest.mark.parametrize(
    ("version", "supported", "secure"),
    [
        ("5.0.14", False, False),
        ("6.0.20", False, False),
        ("6.2.7", True, False),
        ("6.2.19", True, False),
        ("6.2.20", True, True),
        ("6.2.21", True, True),
        ("7.0.15", False, False),
        ("7.2.10", False, False),
        ("7.2.11", False, True),
        ("7.4.6", False, True),
        ("8.0.3", False, False),
        ("8.2.3", False, True),
        ("8.4.0", False, True),
    ],
)
def test_versions_of_redis(version, supported, secure):
    assert _policy.is_supported(version) is supported
    assert _policy.is_secure(version) is secure


def test_every_line_has_its_source():
    assert all(line.source for line in _policy.REDIS_LINES)


@pytest.mark.parametrize(
    ("version", "lowest", "highest", "inside"),
    [
        ("1.2.9", None, None, True),
        ("1.2.9", "1.2", "1.2", True),
        ("1.2.9", "1.2.10", None, False),
        ("2.10.5", "2.9", None, True),
        ("2.10.5", None, "2.9", False),
        ("2.6", "2.6.0", "2.6.0", True),
        ("3.0.0", "2.6", "2.10", False),
    ],
)
def test_ranges(version, lowest, highest, inside):
    assert _versions.in_range(version, lowest, highest) is inside


def test_what_follows_the_numbers_does_not_count():
    assert _versions.parse("6.2.6-v20") == (6, 2, 6)
    with pytest.raises(InputError, match="is not a version"):
        _versions.parse("newest")
