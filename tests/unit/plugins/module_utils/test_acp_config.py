# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files the platform reads, how they are merged, and what they say of Redis."""

from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _acp_config
from ansible_collections.cloudentity.platform.plugins.module_utils._acp_config import Source

SPEC = {
    "containers": [
        {"name": "sidecar"},
        {
            "name": "acp",
            "args": ["server", "start", "--config", "/data/config.yaml,/data/extraconfig.yaml,/secret/config.yaml"],
            "volumeMounts": [
                {"name": "data", "mountPath": "/data"},
                {"name": "secret", "mountPath": "/secret/"},
                {"name": "scratch", "mountPath": "/scratch"},
                {"name": "tls", "mountPath": "/data/redis-tls"},
                {"name": "single", "mountPath": "/etc/ca.pem", "subPath": "ca.crt"},
            ],
        },
    ],
    "volumes": [
        {"name": "data", "configMap": {"name": "acp"}},
        {"name": "secret", "secret": {"secretName": "acp-config", "items": [{"key": "platform.yaml", "path": "config.yaml"}]}},
        {"name": "scratch", "emptyDir": {}},
        {"name": "tls", "secret": {"secretName": "redis-crt"}},
        {"name": "single", "configMap": {"name": "authorities"}},
    ],
}


def redis(**section) -> _acp_config.Redis:
    return _acp_config.redis({"redis": {"addrs": ["redis:6379", "redis:6379"], **section}})


def test_the_files_and_the_objects_that_they_come_from():
    assert [str(source) for source in _acp_config.sources(SPEC)] == [
        "ConfigMap acp, key config.yaml",
        "ConfigMap acp, key extraconfig.yaml",
        "Secret acp-config, key platform.yaml",
    ]


@pytest.mark.parametrize("args", [["--config=/a,/b"], ["--config", "/a", "--config", "/b"], ["--config", "/a,/b,"]])
def test_every_way_to_give_the_files(args):
    assert [source.path for source in _acp_config.sources({"containers": [{"name": "acp", "args": args}]})] == ["/a", "/b"]


def test_without_an_argument_it_is_the_charts_own_list():
    assert [source.path for source in _acp_config.sources({"containers": [{"name": "acp"}]})] == list(_acp_config.FILES)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/data/redis-tls/ca.crt", Source("/data/redis-tls/ca.crt", "Secret", "redis-crt", "ca.crt")),
        ("/etc/ca.pem", Source("/etc/ca.pem", "ConfigMap", "authorities", "ca.crt")),
        ("/scratch/x", Source("/scratch/x")),
        ("/database", Source("/database")),
    ],
)
def test_where_a_file_comes_from(path, source):
    assert _acp_config.mounted(SPEC, SPEC["containers"][1], path) == source


def test_later_files_win_key_by_key():
    merged = {}
    for tree in (
        {"redis": {"addrs": ["a:1", "a:1"], "pool_size": 1, "tls": {"enabled": False}}, "server": {"port": 1}},
        {"redis": {"pool_size": 2, "tls": {"ca": "/ca"}}, "server": None},
        {"redis": {"addrs": ["b:2"], "pool_size": None}, "system": {"secret": "x"}},
    ):
        merged = _acp_config.merge(merged, tree)
    assert merged == {"redis": {"addrs": ["b:2"], "pool_size": 2, "tls": {"enabled": False, "ca": "/ca"}}, "server": {"port": 1}, "system": {"secret": "x"}}


def test_who_has_the_last_word():
    read = [("first", {"redis": {"search": False, "tls": {"enabled": True}}}), ("second", {"redis": {"search": True}}), ("third", {"redis": {"search": None}})]
    assert _acp_config.origin(read, "redis.search") == "second"
    assert _acp_config.origin(read, "redis.tls.enabled") == "first"
    assert _acp_config.origin(read, "redis.password") == ""


@pytest.mark.parametrize(
    ("text", "tree", "problem"),
    [
        ("", {}, ""),
        ("a: 1", {"a": 1}, ""),
        ("- a", {}, "is not a mapping of names to values"),
        ("a: 1\npassword: 'p@ss\n", {}, "is not YAML, line 3"),
    ],
)
def test_one_file(text, tree, problem):
    assert _acp_config.parse(text) == (tree, problem)


def test_what_is_said_of_redis():
    found = redis(password=123456, username="platform", redis_search="true", tls={"enabled": True, "insecure_skip_verify": True, "ca": "/ca.crt"})
    assert (found.addrs, found.password, found.username, found.search, found.problems) == (("redis:6379", "redis:6379"), "123456", "platform", True, ())
    assert (found.tls.enabled, found.tls.verify, found.tls.ca) == (True, False, "/ca.crt")
    assert "123456" not in repr(found)


def test_the_defaults():
    found = redis()
    assert (found.password, found.search, found.tls.enabled, found.tls.verify) == ("", False, False, True)


def test_addresses_as_one_text():
    assert redis(addrs="a:1, b:2").addrs == ("a:1", "b:2")


def test_all_mistakes_at_once():
    found = redis(enabled=False, addrs=["redis", "redis:6379"], redis_search="perhaps", tls={"enabled": "on"})
    assert found.problems == (
        "redis.enabled is false",
        "redis.addrs[0] is not host:port",
        "redis.tls.enabled is neither true nor false",
        "redis.redis_search is neither true nor false",
    )
    assert _acp_config.redis({"redis": "x"}).problems == ("redis is not a section", "redis.addrs lists no address")
