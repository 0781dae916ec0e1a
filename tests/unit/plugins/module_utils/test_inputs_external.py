# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _inputs_external

WELL = {"addrs": ["redis.example.com:6379"], "addrs_secret": {}, "service": {}, "cluster": True, "password_secret": {"name": "redis"}, "username": "platform"}


def problems(**changed):
    return _inputs_external.redis_external({**WELL, **changed}, ["redis_external_addrs"], [])


@pytest.mark.parametrize(
    "way",
    [
        {},
        {"addrs": [], "addrs_secret": {"name": "redis", "key": "addrs"}},
        {"addrs": [], "service": {"name": "redis", "port": 6380}},
        {"addrs": ["[2001:db8::1]:6379", "redis-2:6379"]},
        {"cluster": False},
        {"username": "", "password_secret": {}},
        {"tls_enabled": True, "tls_ca_secret": "ca", "tls_client_secret": "pair", "tls_server_name": "redis"},
    ],
)
def test_good_inputs_have_no_problem(way):
    assert problems(**way) == []


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"addrs": []}, "by one of the three"),
        ({"service": {"name": "redis"}}, "redis_external_addrs and redis_external_service"),
        ({"addrs": ["redis.example.com"]}, "redis_external_addrs: 'redis.example.com' is not an address"),
        ({"addrs": ["a:1", "b:1"], "cluster": False}, "2 addresses, but redis_external_cluster is false"),
        ({"addrs": [], "service": {"name": "redis", "port": 70000}}, "70000 is not between"),
        ({"addrs": [], "service": {"port": 6379}}, "redis_external_service: no name"),
        ({"addrs": [], "addrs_secret": {"key": "addrs"}}, "redis_external_addrs_secret: no name"),
        ({"password_secret": {"key": "x"}}, "redis_external_password_secret: no name"),
        ({"password_secret": {}}, "a user logs in with a password"),
        ({"password_secret": {"name": "redis", "username_key": "user"}}, "keep one of them"),
        ({"tls_ca_secret": "ca"}, "redis_external_tls_ca_secret: set, but redis_external_tls_enabled is false"),
        ({"tls_client_secret": "pair"}, "tls_enabled is false"),
        ({"tls_server_name": "redis"}, "tls_enabled is false"),
    ],
)
def test_each_mistake_is_named(changed, says):
    found = problems(**changed)
    assert len(found) == 1 and says in found[0]


def test_all_mistakes_come_together():
    found = _inputs_external.redis_external({"addrs": ["a", "b"], "cluster": False, "tls_ca_secret": "x"}, ["redis_external_addrs"], ["redis_external_addr"])
    assert len(found) == 5 and "did you mean redis_external_addrs?" in found[0]
