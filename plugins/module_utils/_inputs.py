# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the inputs of the roles, judged before anything is contacted.

Knows the rules of the inputs; knows nothing of Ansible, Kubernetes or Redis connections. Every problem names the
input, what it holds, and what to do.
"""

from __future__ import annotations

import difflib
import json
import re

from ansible_collections.cloudentity.platform.plugins.module_utils import _policy

# Facts that the roles hand on under their own prefix; they are not inputs.
FACTS = {"acp_state", "acp_diagnosis", "redis_cluster_endpoint", "redis_cluster_stack", "redis_enterprise_endpoint", "redis_external_endpoint"}
# As Kubernetes names them.
ARCHITECTURES = ("amd64", "arm64")
SECRET_WORDS = ("OSS_GLOBAL_PASSWORD", "requirepass", "masterauth")


def redis_cluster(inputs: dict, known: list, given: list) -> list:
    """All mistakes at once. known: names that the role declares; given: names that start with the prefix."""
    return [
        *unknown(known, given),
        *_topology(inputs),
        *_version(inputs),
        *_password(inputs),
        *_module(inputs),
        *_tls(inputs),
    ]


def acp(inputs: dict, known: list, given: list) -> list:
    """All mistakes at once, as for redis_cluster."""
    return [*unknown(known, given), *_endpoint(inputs), *_stack(inputs), *_platform(inputs)]


def redis_cluster_cautions(inputs: dict) -> list:
    """What works but should not stay so."""
    return [*_open_password(inputs), *_lost_module(inputs), *_single_search(inputs)]


def _open_password(inputs):
    text = json.dumps(inputs.get("values") or {}) + str(inputs.get("config") or "")
    found = [word for word in SECRET_WORDS if word in text]
    if found:
        yield (
            f"{' and '.join(found)} stands in redis_cluster_config or redis_cluster_values, so a password ends up in a ConfigMap that"
            " everyone with read access sees. Leave the line out: the role writes it into a Secret that redis.conf includes"
            " (redis_cluster_search: true, redis_cluster_module_path)."
        )


def _lost_module(inputs):
    if inputs.get("search") and inputs.get("module_source") == "url" and not inputs.get("persistence_enabled", True):
        yield (
            "redis_cluster_module_source: url, with redis_cluster_persistence_enabled: false: nothing keeps the module, so each new pod fetches it"
            " and cannot start while the server is away. Bring it in an image (redis_cluster_module_source: image)."
        )


def _single_search(inputs):
    if inputs.get("search") and not inputs.get("module_coordinator", True):
        builds = " or ".join(build.name for build in _policy.SEARCH_BUILDS if build.coordinator)
        yield (
            "redis_cluster_module_coordinator: false, so each node finds the keys of its own shard only, and the platform's searches are incomplete."
            f" Bring a build that has one ({builds}) by redis_cluster_module_source: url or image."
        )


def unknown(known: list, given: list):
    """Names that are given and not known, with what may have been meant."""
    for name in sorted(set(given) - set(known) - FACTS):
        near = _nearest(name, known)
        yield f"{name}: no such input" + (
            f"; did you mean {near}?" if near else "; `ansible-doc -t role` with the role's full name lists those there are"
        )


def _nearest(name, known):
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.75)), None)


def _topology(inputs):
    nodes, replicas = int(inputs["nodes"]), int(inputs["replicas"])
    if replicas < 0:
        yield f"redis_cluster_replicas: {replicas}; give 0 (no failover possible) or more replicas per primary"
        return
    if nodes < 3:
        yield f"redis_cluster_nodes: {nodes}; a Redis Cluster needs at least 3 primaries, so give {3 * (replicas + 1)} with {replicas} replicas per primary"
    elif nodes % (replicas + 1):
        lower = nodes - nodes % (replicas + 1)
        fits = max(lower, 3 * (replicas + 1))
        yield (
            f"redis_cluster_nodes: {nodes} is not divisible by replicas + 1 = {replicas + 1}; every primary needs the same number of"
            f" replicas, so give {fits} or {max(lower, fits) + replicas + 1}"
        )
    elif nodes // (replicas + 1) < 3:
        yield (
            f"redis_cluster_nodes: {nodes} with redis_cluster_replicas: {replicas} leaves {nodes // (replicas + 1)} primaries;"
            f" at least 3 are needed, so give {3 * (replicas + 1)} nodes"
        )


def _version(inputs):
    tag = str(inputs.get("image_tag") or "")
    major = re.match(r"v?(\d+)\.\d", tag)
    if major and int(major.group(1)) != 6 and not inputs.get("allow_unsupported"):
        yield (
            f"redis_cluster_image_tag: {tag} is Redis {major.group(1)}; the platform supports 6.2.x. Choose a 6.2 image, or set"
            " redis_cluster_allow_unsupported: true to go on without the vendor's support"
        )


def _password(inputs):
    password, secret = inputs.get("password") or "", inputs.get("password_secret") or {}
    if password and secret:
        yield "redis_cluster_password and redis_cluster_password_secret: both are given; keep the one that holds the password"
    if secret and not secret.get("name"):
        yield "redis_cluster_password_secret: no name; give {name: ..., key: redis-password}"
    # A line break ends a directive of redis.conf, and no client can send NUL through the platform's configuration.
    if any(ord(character) < 32 or ord(character) == 127 for character in password):
        yield "redis_cluster_password: holds a control character (a line break?); remove it. All printable characters work"


def _module(inputs):
    if not inputs.get("search"):
        return
    path, source = str(inputs.get("module_path") or ""), inputs.get("module_source")
    if not re.fullmatch(r"/[^\s\"']+/[^\s/\"']+", path):
        yield f"redis_cluster_module_path: {path!r}; give the module's absolute path inside the container, in a directory of its own, without spaces"
    if source == "image" and not inputs.get("module_image"):
        yield "redis_cluster_module_image: empty, but redis_cluster_module_source is image; name the image that holds the module"
    if source == "url":
        yield from _module_files(inputs.get("module_url") or "", inputs.get("module_sha256") or "")
    elif inputs.get("module_ca_secret"):
        yield "redis_cluster_module_ca_secret: set, but redis_cluster_module_source is not url; leave it out"


def _module_files(urls, sums):
    """Each is a text, or one for each architecture."""
    each = {"redis_cluster_module_url": urls, "redis_cluster_module_sha256": sums}
    for name, given in each.items():
        if isinstance(given, dict) and (not given or not set(given) <= set(ARCHITECTURES)):
            yield f"{name}: for architectures {', '.join(map(str, given)) or 'none'}; those there are: {' and '.join(ARCHITECTURES)}"
            return
    for text in urls.values() if isinstance(urls, dict) else [urls]:
        if not re.match(r"https?://[^/]", str(text)):
            yield f"redis_cluster_module_url: {text!r}; redis_cluster_module_source is url, so give an http(s) address"
    for text in sums.values() if isinstance(sums, dict) else [sums]:
        if not re.fullmatch(r"[0-9a-fA-F]{64}", str(text)):
            yield "redis_cluster_module_sha256: 64 hexadecimal digits are required with redis_cluster_module_source: url; `sha256sum FILE` prints them"
    if isinstance(urls, dict) and set(urls) != set(sums if isinstance(sums, dict) else []):
        yield "redis_cluster_module_sha256: redis_cluster_module_url names a file for each architecture; give each one's sum under the same names"


def _tls(inputs):
    if inputs.get("tls_enabled"):
        return
    for name in ("tls_secret", "tls_auth_clients"):
        if inputs.get(name):
            yield f"redis_cluster_{name}: set, but redis_cluster_tls_enabled is false; set it to true, or leave {name} out"


def _endpoint(inputs):
    endpoint = inputs.get("endpoint") or {}
    if not endpoint.get("namespace"):
        yield "acp_endpoint: no namespace; pass on what the provider role set, such as acp_endpoint: '{{ redis_cluster_endpoint }}'"
    addresses = inputs.get("redis_addrs") or endpoint.get("addrs") or []
    if not addresses:
        yield "acp_endpoint: no addrs, and acp_redis_addrs is empty; the platform needs at least one host:port"
    for address in addresses:
        if not re.fullmatch(r"[^\s:/]+:\d{1,5}|\[[0-9a-fA-F:]+\]:\d{1,5}", str(address)):
            yield f"acp_redis_addrs: {address!r} is not host:port; give the Redis port too, such as acp-redis-cluster-headless:6379"
    if inputs.get("redis_search") and not endpoint.get("search", True):
        yield "acp_redis_search: true, but the endpoint's Redis has no search module; the platform would die of FT.INFO. Set redis_cluster_search: true"


def _stack(inputs):
    """A stack is one release in one namespace, which role redis_cluster named."""
    for name in ("release_name", "namespace") if inputs.get("stack") else ():
        if inputs[name] != inputs["stack"].get(name):
            yield (
                f"acp_{name}: {inputs[name]}, but redis_cluster_{name} and redis_cluster_layout: stack make it {inputs['stack'].get(name)};"
                " a stack is one release, so give that"
            )


def _platform(inputs):
    secret = inputs.get("system_secret") or ""
    if secret and len(secret) != 32:
        yield f"acp_system_secret: {len(secret)} characters; the platform takes exactly 32"
    if not re.match(r"https?://[^/\s]+", str(inputs.get("server_url") or "")):
        yield f"acp_server_url: {inputs.get('server_url')!r}; give the public address, such as https://acp.example.com"
    if int(inputs.get("replica_count", 1)) < 1:
        yield f"acp_replica_count: {inputs['replica_count']}; at least 1 pod is needed"
