# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes that lie in what the platform is told: it cannot be read, it is not what the running pods have read, it leaves something out. Pure."""

from __future__ import annotations

import datetime

from ansible_collections.cloudentity.platform.plugins.module_utils._diagnosis_rule import Found, Seen, cause

# A changed ConfigMap or Secret reaches the files of a running pod after a while (the kubelet's sync period and its cache).
_SYNC = datetime.timedelta(seconds=90)


@cause("The platform's configuration is wrong")
def configuration_invalid(seen: Seen) -> Found | None:
    proof = [f"{source['object']} {source['problem']}" for source in seen["sources"] if source["problem"].startswith("is not")]
    # A file that is missing or cannot be read leaves gaps that are nobody's mistake.
    if not any(source["problem"] for source in seen["sources"]):
        proof = (seen["redis"] or {}).get("problems", [])
    if not proof:
        return None
    files = "; ".join(source["object"] for source in seen["sources"])
    return Found(
        [*proof, *seen.witness("")],
        f"Correct it in the release's values (acp_config, acp_secret_config); it is merged from {files}, later ones win.",
    )


@cause("The running platform has not read its present configuration")
def configuration_old(seen: Seen) -> Found | None:
    newer = [source for source in seen["sources"] if source["changed"] and all(_has_not_read(pod, source["changed"]) for pod in seen["pods"])]
    if not newer or not seen["pods"]:
        return None
    proof = [f"{source['object']}: changed {source['changed']}" for source in newer]
    proof += [f"pod {pod['name']}: made {pod['created']}, last started {_started(pod)}" for pod in seen["pods"]]
    if seen.fatal:
        proof.append(f"{seen.fatal}; that was with the configuration of then")
    return Found(proof, f"Restart it, so that it reads what stands there now: {seen.restart}")


@cause("The platform has stopped waiting for Redis, which is there again", fallback=True)
def restart_pending(seen: Seen) -> Found | None:
    if not seen.fatal or "redis" not in seen.fatal.error or seen["connection"] is None or seen.failures:
        return None
    return Found(
        [str(seen.fatal), "connecting as the platform does works now"],
        f"Kubernetes starts it again by itself, up to 5 minutes after its last end; at once: {seen.restart}",
    )


@cause("The platform's password for Redis is no longer the one in Redis's Secret")
def password_drift(seen: Seen) -> Found | None:
    password = seen["password"]
    if not password or password["same"] is not False or not seen.logs_in:
        return None
    return Found(
        [
            f"{seen.said_by('password')} differs from {password['where']}",
            "Redis still accepts it: the Secret was changed after Redis had started, or both passwords are valid",
        ],
        "Make both the same before Redis restarts, which would log the platform out. To change a password, rotate it (redis_password_rotate).",
    )


@cause("Redis has the search module, but the platform does not use it")
def search_off(seen: Seen) -> Found | None:
    redis = seen["redis"]
    if not redis or redis["problems"] or redis["search"] or not seen["module_loaded"]:
        return None
    return Found(
        ["the search module is loaded on every node of Redis", f"{seen.said_by('redis_search')} is false or not set"],
        f"Set redis.redis_search: true (acp_redis_search, or config.data.redis of the release), then: {seen.restart}",
    )


@cause("The platform takes a single address for a single server, not for a cluster")
def single_address(seen: Seen) -> Found | None:
    redis = seen["redis"]
    if not redis or len(redis["addrs"]) != 1:
        return None
    address = redis["addrs"][0]
    return Found([f"{seen.said_by('addrs')} lists {address} only"], f"List at least two addresses; the same one twice will do: [{address}, {address}].")


def _has_not_read(pod: dict, changed: str) -> bool:
    """A container that starts anew in an old pod may still find the old files for a while."""
    started = _started(pod)
    return pod["created"] < changed and (not started or _time(started) < _time(changed) + _SYNC)


def _started(pod: dict) -> str | None:
    return max((one["started"] for one in pod["containers"] if one["started"]), default=None)


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
