# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _address
from ansible_collections.cloudentity.platform.plugins.module_utils._address import ServiceName
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


@pytest.mark.parametrize(("address", "parts"), [("redis:6379", ("redis", 6379)), ("[fd00::7]:6379", ("fd00::7", 6379)), (" a.b.c:1 ", ("a.b.c", 1))])
def test_split(address, parts):
    assert _address.split(address) == parts
    assert _address.join(*parts) == address.strip()


@pytest.mark.parametrize("address", ["redis", "redis:", ":6379", "redis:0", "redis:65536", "fd00::7:6379", "redis:x"])
def test_not_an_address(address):
    with pytest.raises(InputError, match="write host:port"):
        _address.split(address)


@pytest.mark.parametrize(
    ("host", "first", "certain"),
    [
        ("redis", ServiceName("redis", "acp"), True),
        ("redis-0.redis", ServiceName("redis", "acp", "redis-0"), False),
        ("redis.data.svc", ServiceName("redis", "data"), True),
        ("redis.data.svc.cluster.local", ServiceName("redis", "data"), True),
        ("redis.data.svc.cluster.local.", ServiceName("redis", "data"), True),
        ("redis-0.redis.data.svc.cluster.local", ServiceName("redis", "data", "redis-0"), True),
        ("redis.example.com", ServiceName("example", "com", "redis"), False),
    ],
)
def test_names_inside_the_cluster(host, first, certain):
    names, sure = _address.service_names(host, "acp")
    assert names[0] == first and sure is certain


def test_two_labels_are_a_pods_name_or_a_service_elsewhere():
    assert _address.service_names("redis.data", "acp")[0] == [ServiceName("data", "acp", "redis"), ServiceName("redis", "data")]


def test_names_that_cannot_be_inside():
    assert _address.service_names("a.b.example.com", "acp") == ([], False)
