# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the inputs of role redis_enterprise, judged before anything is contacted. Rules as in _inputs."""

from __future__ import annotations

import re

from ansible_collections.cloudentity.platform.plugins.module_utils import _inputs, _policy

_UNITS = {"MB": 1, "GB": 1024, "TB": 1024 * 1024}


def redis_enterprise(inputs: dict, known: list, given: list) -> list:
    """All mistakes at once. known: names that the role declares; given: names that start with the prefix."""
    return [*_inputs.unknown(known, given), *_version(inputs), *_cluster(inputs), *_database(inputs), *_tls(inputs)]


def _version(inputs):
    tag = str(inputs.get("image_tag") or "")
    if inputs.get("create_cluster", True) and not _policy.is_supported(tag) and not inputs.get("allow_unsupported"):
        yield (
            f"redis_enterprise_image_tag: {tag}; the platform supports Redis Enterprise {_policy.ENTERPRISE.cluster} and 6.2.x. Choose such an image,"
            " or set redis_enterprise_allow_unsupported: true to go on without the vendor's support"
        )


def _cluster(inputs):
    nodes = int(inputs["nodes"])
    if inputs.get("create_cluster", True) and (nodes < 3 or nodes % 2 == 0):
        yield f"redis_enterprise_nodes: {nodes}; a majority decides, so give 3 or another odd number of nodes"


def _database(inputs):
    size = re.fullmatch(r"(\d+(?:\.\d+)?)(MB|GB|TB)", str(inputs.get("memory_size") or ""))
    if not size or float(size[1]) * _UNITS[size[2]] < 100:
        yield f"redis_enterprise_memory_size: {inputs.get('memory_size')}; give at least 100MB, such as 512MB or 4GB"
    if int(inputs["shards"]) < 1:
        yield f"redis_enterprise_shards: {inputs['shards']}; at least 1 is needed"
    elif inputs.get("oss_cluster") and int(inputs["shards"]) < 3:
        yield f"redis_enterprise_shards: {inputs['shards']}; redis_enterprise_oss_cluster: true makes it a Redis Cluster, so give at least 3"
    if inputs.get("search") and inputs.get("oss_cluster"):
        yield (
            "redis_enterprise_oss_cluster and redis_enterprise_search: both are true, and Redis Enterprise has no search module in a database with the"
            " OSS Cluster API. Leave redis_enterprise_oss_cluster at false: the platform is then given one address, which answers for all shards"
        )
    if not 0 <= int(inputs.get("database_port") or 0) < 65536:
        yield f"redis_enterprise_database_port: {inputs['database_port']} is not between 1 and 65535; 0 lets the cluster choose"


def _tls(inputs):
    if inputs.get("tls_enabled"):
        if not inputs.get("tls_ca_secret"):
            yield (
                "redis_enterprise_tls_ca_secret: empty, so nobody could tell the database from an impostor; name a Secret with ca.crt, the authority of"
                " the proxy's certificate (redis_enterprise_tls_certificate_secret, or what the cluster made: /etc/opt/redislabs/proxy_cert.pem in its pods)"
            )
        return
    for name in ("tls_ca_secret", "tls_certificate_secret"):
        if inputs.get(name):
            yield f"redis_enterprise_{name}: set, but redis_enterprise_tls_enabled is false; set it to true, or leave {name} out"
