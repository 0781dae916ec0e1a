# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from ansible_collections.cloudentity.platform.plugins.filter.inputs import redis_quote


@pytest.mark.parametrize(
    "password, written",
    [("plain", '"plain"'), ('say "hi"', '"say \\"hi\\""'), ("back\\slash", '"back\\\\slash"'), ("p@ss,w0rd!{}'#$ ", "\"p@ss,w0rd!{}'#$ \"")],
)
def test_redis_reads_the_same_bytes_back(password, written):
    assert redis_quote(password) == written
