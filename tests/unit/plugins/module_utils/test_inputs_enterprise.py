# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _inputs_enterprise

WELL = {"create_cluster": True, "nodes": 3, "image_tag": "6.2.18-65", "memory_size": "1GB", "shards": 1, "database_port": 0, "search": True}


def problems(**changed):
    return _inputs_enterprise.redis_enterprise({**WELL, **changed}, ["redis_enterprise_nodes"], [])


@pytest.mark.parametrize(
    "way",
    [
        {},
        {"nodes": 5, "memory_size": "0.5GB", "database_port": 12000, "shards": 4},
        {"create_cluster": False, "nodes": 1, "image_tag": "7.4.2-1"},
        {"image_tag": "7.4.2-1", "allow_unsupported": True},
        {"search": False, "oss_cluster": True, "shards": 3},
        {"tls_enabled": True, "tls_ca_secret": "ca", "tls_certificate_secret": "proxy"},
    ],
)
def test_good_inputs_have_no_problem(way):
    assert problems(**way) == []


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"nodes": 4}, "redis_enterprise_nodes: 4"),
        ({"nodes": 1}, "give 3 or another odd number"),
        ({"image_tag": "7.4.2-1"}, "supports Redis Enterprise 6.2.18-65"),
        ({"memory_size": "99MB"}, "at least 100MB"),
        ({"memory_size": "1Gi"}, "such as 512MB"),
        ({"shards": 0}, "at least 1"),
        ({"database_port": 70000}, "0 lets the cluster choose"),
        ({"oss_cluster": True, "shards": 3}, "no search module in a database with the OSS Cluster API"),
        ({"oss_cluster": True, "search": False}, "give at least 3"),
        ({"tls_enabled": True}, "redis_enterprise_tls_ca_secret: empty"),
        ({"tls_ca_secret": "ca"}, "redis_enterprise_tls_enabled is false"),
        ({"tls_certificate_secret": "proxy"}, "redis_enterprise_tls_enabled is false"),
    ],
)
def test_each_mistake_is_named(changed, says):
    found = problems(**changed)
    assert len(found) == 1 and says in found[0]


def test_all_mistakes_come_together():
    assert len(problems(nodes=2, image_tag="7.0", memory_size="", shards=1, oss_cluster=True, tls_enabled=True)) == 6


def test_a_typing_error_is_answered_with_the_name_meant():
    found = _inputs_enterprise.redis_enterprise(WELL, ["redis_enterprise_nodes"], ["redis_enterprise_node", "redis_enterprise_endpoint"])
    assert found == ["redis_enterprise_node: no such input; did you mean redis_enterprise_nodes?"]
