# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _inputs

WELL = {
    "nodes": 6,
    "replicas": 1,
    "image_tag": "6.2.11",
    "search": True,
    "module_source": "included",
    "module_path": "/redismodules/redisearch.so",
    "password": "p@ss,w0rd!{}\"' \\#$",
    "password_secret": {},
}
PLATFORM = {"endpoint": {"namespace": "acp", "addrs": ["redis:6379"], "search": True}, "redis_search": True, "server_url": "https://acp.local"}


def redis(**changed):
    return _inputs.redis_cluster({**WELL, **changed}, ["redis_cluster_nodes", "redis_cluster_password"], [])


def platform(**changed):
    return _inputs.acp({**PLATFORM, **changed}, [], [])


def test_good_inputs_have_no_problem():
    assert redis() == [] and platform() == []


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"nodes": 2, "replicas": 0}, "so give 3"),
        ({"nodes": 2}, "so give 6"),
        ({"nodes": 7}, "give 6 or 8"),
        ({"nodes": 3}, "give 6 or 8"),
        ({"nodes": 4}, "leaves 2 primaries"),
        ({"replicas": -1}, "give 0"),
        ({"image_tag": "7.2.4"}, "Redis 7"),
        ({"image_tag": "v8.0"}, "Redis 8"),
        ({"password": "two\nlines"}, "control character"),
        ({"password": "x", "password_secret": {"name": "s"}}, "both are given"),
        ({"password": "", "password_secret": {"key": "k"}}, "no name"),
        ({"module_path": "redisearch.so"}, "absolute path"),
        ({"module_path": "/redisearch.so"}, "directory of its own"),
        ({"module_source": "image"}, "name the image"),
        ({"module_source": "url", "module_url": "ftp://x", "module_sha256": "0" * 64}, "http(s)"),
        ({"module_source": "url", "module_url": "https://x/y.so", "module_sha256": "0" * 63}, "64 hexadecimal"),
        ({"module_source": "url", "module_url": {"amd64": "https://x/y.so"}, "module_sha256": "0" * 64}, "under the same names"),
        ({"module_source": "url", "module_url": {"x86_64": "https://x/y.so"}, "module_sha256": "0" * 64}, "those there are: amd64 and arm64"),
        ({"module_source": "url", "module_url": "https://x/y.so", "module_sha256": {"arm": "0" * 64}}, "those there are: amd64 and arm64"),
        ({"module_source": "included", "module_ca_secret": "ca"}, "leave it out"),
        ({"tls_secret": "s"}, "tls_enabled is false"),
        ({"tls_auth_clients": True}, "tls_enabled is false"),
    ],
)
def test_each_mistake_is_named(changed, says):
    found = redis(**changed)
    assert len(found) == 1 and says in found[0]


def test_all_mistakes_come_together():
    assert len(redis(nodes=2, image_tag="7.0.1", module_path="x", tls_secret="s")) == 4


def test_a_newer_redis_is_taken_when_allowed():
    assert redis(image_tag="7.2.4", allow_unsupported=True) == []


def test_nothing_is_asked_of_a_module_that_is_not_wanted():
    assert redis(search=False, module_path="x", module_source="url") == []


def test_a_module_for_each_architecture():
    files, sums = {"amd64": "https://x/a.so", "arm64": "https://x/b.so"}, {"amd64": "0" * 64, "arm64": "F" * 64}
    assert redis(module_source="url", module_url=files, module_sha256=sums, module_ca_secret="ca") == []


def test_the_password_is_in_no_message():
    assert "s3cr\net" not in str(redis(password="s3cr\net", nodes=1))


def test_a_typing_error_is_answered_with_the_name_meant():
    found = _inputs.redis_cluster(WELL, ["redis_cluster_nodes"], ["redis_cluster_node", "redis_cluster_endpoint"])
    assert found == ["redis_cluster_node: no such input; did you mean redis_cluster_nodes?"]


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"endpoint": {"addrs": ["redis:6379"]}}, "no namespace"),
        ({"endpoint": {"namespace": "acp"}}, "no addrs"),
        ({"redis_addrs": ["redis"]}, "not host:port"),
        ({"redis_addrs": ["http://redis:6379"]}, "not host:port"),
        ({"endpoint": {"namespace": "acp", "addrs": ["redis:6379"], "search": False}}, "no search module"),
        ({"system_secret": "short"}, "exactly 32"),
        ({"server_url": "acp.local"}, "https://acp.example.com"),
        ({"replica_count": 0}, "at least 1"),
        ({"stack": {"release_name": "acp", "namespace": "acp"}, "release_name": "prod", "namespace": "acp"}, "acp_release_name: prod"),
        ({"stack": {"release_name": "acp", "namespace": "acp"}, "release_name": "acp", "namespace": "other"}, "acp_namespace: other"),
    ],
)
def test_each_mistake_of_the_platform_is_named(changed, says):
    found = platform(**changed)
    assert len(found) == 1 and says in found[0]


@pytest.mark.parametrize("place", [{"config": "requirepass x"}, {"values": {"redis": {"configmap": "loadmodule m OSS_GLOBAL_PASSWORD x"}}}])
def test_a_password_in_a_configmap_is_cautioned(place):
    assert len(_inputs.redis_cluster_cautions(place)) == 1


def test_a_module_that_nothing_keeps_is_cautioned():
    fetched = {"search": True, "module_source": "url"}
    assert "while the server is away" in _inputs.redis_cluster_cautions({**fetched, "persistence_enabled": False})[0]
    assert _inputs.redis_cluster_cautions({**fetched, "persistence_enabled": True}) == []


def test_a_search_of_one_shard_is_cautioned():
    found = _inputs.redis_cluster_cautions({"search": True, "module_coordinator": False})
    assert len(found) == 1 and "redisearch-oss-coord" in found[0] and "redis-stack" not in found[0]
    assert _inputs.redis_cluster_cautions({"search": False, "module_coordinator": False}) == []


def test_harmless_configuration_is_not_cautioned():
    assert _inputs.redis_cluster_cautions({"config": "maxmemory 1gb", "values": {"metrics": {"enabled": True}}}) == []
