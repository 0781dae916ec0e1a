# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes that lie between the platform and Redis: the name, the address, TLS, the password, the module; and Redis's own health. Pure."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _failure
from ansible_collections.cloudentity.platform.plugins.module_utils._diagnosis_rule import Found, Seen, cause, tried

_LOOKUP = ("no such host", "server misbehaving")
_LOADING = ("failed to load", "Can't load module", "Error loading module", "cannot open shared object")
# What of Redis's checks says that it serves; the others say whether it is what it should be.
_SERVING = (
    "reachable",
    "authenticated",
    "cluster_state",
    "slots_covered",
    "no_open_slots",
    "same_view",
    "addresses_current",
    "primaries",
    "replication_in_sync",
    "persistence",
    "memory_headroom",
    "module_loaded",
    "search_works",
)


@cause("DNS does not work in the platform's pods")
def dns(seen: Seen) -> Found | None:
    known = [entry for entry in seen["addresses"] if entry["exists"] and seen.fatal and entry["created"] < seen.fatal.time]
    if not known or not seen.witness(*_LOOKUP):
        return None
    deployment, found = seen["deployment"], seen["dns"]
    proof = seen.witness(*_LOOKUP)
    proof += [f"Service {entry['service']} exists in namespace {entry['namespace']} since {entry['created']}" for entry in known]
    if deployment["dns_policy"] != "ClusterFirst":
        servers = ", ".join(deployment["nameservers"]) or "none"
        proof.append(f"Deployment {deployment['name']}: dnsPolicy {deployment['dns_policy']}, name servers {servers}; the cluster's own is not asked")
        return Found(proof, "Take dnsPolicy and dnsConfig out of the Deployment: only the cluster's DNS knows its Services.")
    if found:
        proof.append(f"the cluster's DNS (kube-system, k8s-app=kube-dns): {found['ready']} of {found['pods']} pods ready")
    return Found(
        proof,
        "See that the cluster's DNS runs (kubectl -n kube-system get pods -l k8s-app=kube-dns), and that no NetworkPolicy keeps the platform's pods from"
        " port 53 there.",
    )


@cause("The platform looks for Redis in another namespace")
def other_namespace(seen: Seen) -> Found | None:
    home = seen["redis_namespace"]
    # Where Redis is known, a Service of that name anywhere else is another one's.
    places = [home] if home else next((entry["elsewhere"] for entry in seen["addresses"] if entry["exists"] is False), [])
    lost = [entry for entry in seen["addresses"] if entry["exists"] is False and places and entry["namespace"] not in places]
    foreign = [entry for entry in seen["addresses"] if entry["exists"] and home not in (None, entry["namespace"])]
    if not lost and not (foreign and (seen["described"] or seen.failures)):
        return None
    proof = [
        f"{seen.said_by('addrs')} lists {entry['address']}, which is Service {entry['service']} in namespace {entry['namespace']}"
        + ("; there is none" if lost else "")
        for entry in lost or foreign
    ]
    proof.append(f"Redis runs in namespace {home}" if home else f"there is a Service of that name in namespace {', '.join(places)}")
    entry = (lost or foreign)[0]
    right = _set_addrs(seen, f"{entry['service']}.{places[0]}.svc.cluster.local:{entry['port']}")
    return Found(proof + (seen.witness(*_LOOKUP) if lost else [*tried(seen.failures), *seen.witness("")]), right)


@cause("There is nothing of the name that the platform has for Redis", fallback=True)
def name_unknown(seen: Seen) -> Found | None:
    lost = [entry for entry in seen["addresses"] if entry["exists"] is False]
    unknown = [failure for failure in seen.of_kind(_failure.ADDRESS) if "does not resolve" in failure["message"]]
    if not seen.no_way or not (lost or unknown):
        return None
    proof = [f"{seen.said_by('addrs')} lists {entry['address']}: namespace {entry['namespace']} has no Service {entry['service']}" for entry in lost]
    proof += tried(unknown) + seen.witness(*_LOOKUP)
    return Found(proof, _set_addrs(seen))


@cause("Redis does not run")
def redis_down(seen: Seen) -> Found | None:
    nodes, pods = seen["statefulset"], seen["redis_pods"]
    if not (nodes or pods) or any(pod["ready"] for pod in pods) or not (seen.no_way or seen["connection"] is None):
        return None
    proof = [f"StatefulSet {nodes['name']} in namespace {nodes['namespace']}: {nodes['ready']} of {nodes['replicas']} pods ready"] if nodes else []
    proof += [f"pod {pod['name']}: {pod['phase']}, not ready" for pod in pods] + tried(seen.failures) + seen.witness("")
    if nodes and not nodes["replicas"]:
        start = f"kubectl -n {nodes['namespace']} scale statefulset/{nodes['name']} --replicas=NUMBER"
        return Found(proof, f"Start it, with as many nodes as it had (redis_cluster_nodes): {start}")
    return Found(proof, f"See why its pods are not ready: kubectl -n {seen['redis_namespace']} describe pods; their logs are in the support bundle.")


@cause("Nothing answers at the address that the platform has for Redis", fallback=True)
def address(seen: Seen) -> Found | None:
    if not seen.no_way:
        return None
    proof = [f"{seen.said_by('addrs')}: {', '.join(dict.fromkeys(seen['redis']['addrs']))}"] if seen["redis"] else []
    proof += [
        f"Service {entry['service']} in namespace {entry['namespace']} has port {', '.join(map(str, entry['ports']))}, not {entry['port']}"
        for entry in seen["addresses"]
        if entry["exists"] and entry["port"] not in entry["ports"]
    ]
    proof += tried(seen.of_kind(_failure.ADDRESS)) + seen.witness("dial tcp")
    return Found(proof, _set_addrs(seen))


@cause("Redis speaks TLS, the platform does not")
def tls_missing(seen: Seen) -> Found | None:
    found = [failure for failure in seen.of_kind(_failure.TLS) if "it speaks TLS" in failure["message"]]
    if not found:
        return None
    return Found(
        [f"{seen.said_by('tls.enabled')} is false or not set", *tried(found), *seen.witness("no responses received")],
        "Set redis.tls.enabled: true for the platform, with the authority that signed Redis's certificate (acp_config, or config.data.redis.tls);"
        f" then: {seen.restart}",
    )


@cause("The platform speaks TLS, Redis does not")
def tls_unexpected(seen: Seen) -> Found | None:
    found = [failure for failure in seen.of_kind(_failure.TLS) if "does not speak TLS" in failure["message"]]
    if not found:
        return None
    return Found(
        [f"{seen.said_by('tls.enabled')} is true", *tried(found), *seen.witness("no responses received")],
        f"Turn TLS on for Redis (redis_cluster_tls_enabled: true), or off for the platform (redis.tls.enabled: false); then: {seen.restart}",
    )


@cause("The platform and Redis do not accept each other's certificates", fallback=True)
def tls_certificate(seen: Seen) -> Found | None:
    found = seen.of_kind(_failure.TLS)
    if not found:
        return None
    return Found(
        [*tried(found), *seen.witness("no responses received")],
        "Give the platform the authority that signed Redis's certificate (redis.tls.ca), and a client's certificate if Redis asks for one"
        " (redis.tls.cert, redis.tls.key); the certificate must be for the names and addresses that the platform connects to.",
    )


@cause("The platform has no password for Redis, which asks for one")
def password_missing(seen: Seen) -> Found | None:
    if not _refused(seen) or not seen["redis"] or seen["redis"]["password"]:
        return None
    return Found(
        ["redis.password is set in none of the platform's files", *_refused(seen)],
        f"Put the password{_password_place(seen)} into secretConfig.data.redis.password (playbook cloudentity.platform.acp does); then: {seen.restart}",
    )


@cause("The platform's password for Redis is not Redis's password")
def password_differs(seen: Seen) -> Found | None:
    password = seen["password"]
    if not password or password["same"] is not False or seen.logs_in or not seen["redis"]["password"]:
        return None
    return Found(
        [f"{seen.said_by('password')} differs from {password['where']}", *_refused(seen)],
        f"Put the password{_password_place(seen)} into secretConfig.data.redis.password (playbook cloudentity.platform.acp does); then: {seen.restart}",
    )


@cause("Redis runs with another password than its Secret holds")
def password_old_in_redis(seen: Seen) -> Found | None:
    password = seen["password"]
    if not _refused(seen) or not password or not password["same"] or seen["redis"]["username"]:
        return None
    namespace = seen["redis_namespace"]
    return Found(
        [f"{seen.said_by('password')} is the same as {password['where']}", *_refused(seen)],
        "Redis reads its password when it starts. Put the old password back into both Secrets, or restart Redis's pods one by one:"
        f" kubectl -n {namespace} delete pod NAME, each time wait until it is ready.",
    )


@cause("Redis does not let the platform log in", fallback=True)
def login_refused(seen: Seen) -> Found | None:
    if not _refused(seen):
        return None
    user = (seen["redis"] or {}).get("username")
    return Found(
        ([f"{seen.said_by('username')} is {user}"] if user else []) + _refused(seen),
        "Compare redis.username, redis.password and redis.tls of the platform with Redis's own (ACL LIST, the Secret with its password).",
    )


@cause("The platform uses search, but the module is not loaded on every node of Redis")
def module_missing(seen: Seen) -> Found | None:
    found = seen.of_kind(_failure.MODULE_MISSING)
    if not found:
        return None
    nodes = ", ".join(dict.fromkeys(failure["node"] for failure in found))
    redis = {pod["name"] for pod in seen["redis_pods"]}
    lines = [(log["pod"], line) for log in seen["logs"] if log["pod"] in redis for line in log["lines"]]
    words = [f"{pod} logged: {line}" for pod, line in lines if any(word in line for word in _LOADING)]
    return Found(
        [f"{seen.said_by('redis_search')} is true", *tried(found), *words[-2:], *seen.witness("FT.INFO")],
        f"Load the module on {nodes} (redis_cluster_search: true, or a loadmodule line; a node loads it when it starts), or set redis.redis_search: false.",
    )


@cause("The platform cannot work with this Redis", fallback=True)
def connection_fails(seen: Seen) -> Found | None:
    if not seen.failures:
        return None
    worst = seen.failures[0]
    return Found([*tried(seen.failures), *seen.witness("")], f"{worst['remedy'][:1].upper()}{worst['remedy'][1:]}.", f"Redis: {worst['cause']}")


@cause("Redis is not well", fallback=True)
def redis_unhealthy(seen: Seen) -> Found | None:
    return _failed(seen, [check for check in seen["checks"] if check["id"] in _SERVING])


@cause("Redis serves, but is not what it should be")
def redis_unfit(seen: Seen) -> Found | None:
    return _failed(seen, [check for check in seen["checks"] if check["id"] not in _SERVING])


def _failed(seen: Seen, checks: list[dict]) -> Found | None:
    failed = [check for check in checks if check["status"] == "failed"]
    if not failed:
        return None
    proof = [f"check {check['id']}: {check['observed']}; expected: {check['expected']}" for check in failed]
    return Found(proof + ([str(seen.fatal)] if seen.fatal and "redis" in seen.fatal.error else []), failed[0]["remedy"])


def _refused(seen: Seen) -> list[str]:
    found = seen.of_kind(_failure.CREDENTIALS)
    return [*tried(found), *seen.witness("no responses received")] if found else []


def _password_place(seen: Seen) -> str:
    return f" of {seen['password']['where']}" if seen["password"] and seen["password"]["where"] else ""


def _set_addrs(seen: Seen, right: str = "") -> str:
    """`right`: the address that it should be; else the same one with a port that its Service has, else that of the Redis that is known."""
    for entry in seen["addresses"]:
        if entry["exists"] and entry["ports"] and entry["port"] not in entry["ports"]:
            right = right or f"{entry['address'].rpartition(':')[0]}:{entry['ports'][0]}"
    right = right or (seen["statefulset"] or {}).get("address", "")
    to = f" to {right}, twice" if right else ""
    return f"Correct redis.addrs{to} (acp_redis_addrs, or secretConfig.data.redis.addrs of the release); then: {seen.restart}"
