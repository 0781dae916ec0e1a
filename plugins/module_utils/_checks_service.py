# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks: is each node the Redis that the platform needs - version, persistence, memory, writing."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _policy
from ansible_collections.cloudentity.platform.plugins.module_utils._check import (
    FAILED,
    OK,
    SKIPPED,
    WARNING,
    Finding,
    check,
    count,
    each,
    names,
    nothing_read,
    primaries,
    read,
)

MEMORY_WARNING, MEMORY_LIMIT = 0.75, 0.9


@check(
    what="All nodes run a version of Redis that the platform is supported with.",
    observes="redis_version in each node's INFO.",
    gives={
        FAILED: "a node runs a version outside of the supported lines",
        WARNING: "the same, with allow_unsupported",
        SKIPPED: "no node could be read",
    },
    remedy="Use an image of the supported line; allow_unsupported accepts another one at your own risk.",
)
def version_supported(snapshot: dict) -> Finding:
    expected = " or ".join(f"{line}.x" for line in _policy.SUPPORTED)
    nodes = [node for node in read(snapshot) if node["version"]]
    if not nodes:
        return nothing_read(expected)
    versions = ", ".join(sorted({node["version"] for node in nodes}))
    bad = [node for node in nodes if not _policy.is_supported(node["version"])]
    if bad:
        return Finding(WARNING if snapshot["expected"]["allow_unsupported"] else FAILED, versions, expected, names(bad))
    return Finding(OK, versions, expected)


@check(
    what="No node runs a version with a known remote code execution.",
    observes="redis_version in each node's INFO.",
    gives={
        WARNING: "a node runs a version below its line's security floor",
        SKIPPED: "no node could be read",
    },
    remedy="Use an image of a version that is not below the one expected.",
)
def version_secure(snapshot: dict) -> Finding:
    nodes = [node for node in read(snapshot) if node["version"]]
    floors = ", ".join(line.secure_from for line in _policy.REDIS_LINES if line.secure_from and line.supported)
    expected = f"at least {floors} (CVE-2025-49844)"
    if not nodes:
        return nothing_read(expected)
    versions = ", ".join(sorted({node["version"] for node in nodes}))
    bad = [node for node in nodes if not _policy.is_secure(node["version"])]
    return Finding(WARNING if bad else OK, versions, expected, names(bad))


@check(
    what="Data survives a restart, and the last attempt to save it worked.",
    observes="aof_enabled, aof_last_write_status and rdb_last_bgsave_status in each node's INFO, and its save points.",
    gives={
        FAILED: "the last write of the AOF or the last RDB save failed, as it does on a full disk",
        WARNING: "a node has neither AOF nor save points",
        SKIPPED: "no node could be read",
    },
    remedy="Turn persistence on (chart values persistence.enabled, useAOFPersistence); where saving fails, see the node's log and the room on its disk.",
)
def persistence(snapshot: dict) -> Finding:
    expected = "AOF or save points, and the last write of them worked"
    nodes = read(snapshot)
    if not nodes:
        return nothing_read(expected)
    broken = [node for node in nodes if _unsaved(node["persistence"])]
    if broken:
        return Finding(FAILED, each(broken, lambda node: _unsaved(node["persistence"])), expected, names(broken))
    off = [node for node in nodes if not node["persistence"]["aof"] and not node["persistence"]["rdb_save"]]
    if off:
        return Finding(WARNING, f"off on {count(len(off), 'node')} of {len(nodes)}", expected, names(off))
    kinds = sorted({"AOF" if node["persistence"]["aof"] else "save points" for node in nodes})
    return Finding(OK, " and ".join(kinds), expected)


def _unsaved(state: dict) -> str:
    if state["last_aof_ok"] is False:
        return "the last write of the AOF failed"
    return "the last RDB save failed" if state["last_bgsave_ok"] is False else ""


@check(
    what="Redis drops no sessions or tokens to make room.",
    observes="maxmemory_policy and maxmemory in each node's INFO.",
    gives={
        FAILED: "a policy other than noeviction, with maxmemory set",
        WARNING: "a policy other than noeviction, without maxmemory",
        SKIPPED: "no node could be read",
    },
    remedy="Set maxmemory-policy noeviction, and watch memory_headroom.",
)
def eviction_policy(snapshot: dict) -> Finding:
    expected = "noeviction"
    nodes = [node for node in read(snapshot) if node["memory"]["policy"]]
    if not nodes:
        return nothing_read(expected)
    bad = [node for node in nodes if node["memory"]["policy"] != "noeviction"]
    observed = ", ".join(sorted({node["memory"]["policy"] for node in nodes}))
    if not bad:
        return Finding(OK, observed, expected)
    limited = any(node["memory"]["max"] for node in bad)
    # Without maxmemory the policy does nothing, until somebody sets one.
    return Finding(FAILED if limited else WARNING, observed + ("" if limited else " (no maxmemory yet)"), expected, names(bad))


@check(
    what="There is room for more sessions.",
    observes="used_memory in each node's INFO against the smaller of maxmemory and the container's memory limit.",
    gives={
        FAILED: f"a node uses {MEMORY_LIMIT:.0%} or more",
        WARNING: f"a node uses {MEMORY_WARNING:.0%} or more",
        SKIPPED: "no node could be read",
    },
    remedy="Raise maxmemory and the container's memory limit, or add primaries; a full Redis refuses every login.",
)
def memory_headroom(snapshot: dict) -> Finding:
    expected = f"below {MEMORY_WARNING:.0%} of maxmemory or of the container's limit"
    nodes = [node for node in read(snapshot) if node["memory"]["used"] is not None]
    if not nodes:
        return nothing_read(expected)
    limited = [node for node in nodes if _limit(node)]
    if not limited:
        return Finding(OK, "no limit is set", expected)
    full = [node for node in limited if _share(node) >= MEMORY_WARNING]
    if full:
        worst = max(_share(node) for node in full)
        return Finding(FAILED if worst >= MEMORY_LIMIT else WARNING, each(full, lambda node: f"{_share(node):.0%}"), expected, names(full))
    return Finding(OK, f"at most {max(_share(node) for node in limited):.0%}", expected)


def _limit(node: dict) -> int:
    return min((limit for limit in (node["memory"]["max"], node["memory_limit"]) if limit), default=0)


def _share(node: dict) -> float:
    return node["memory"]["used"] / _limit(node)


@check(
    what="A key can be written, read, expired and deleted on every primary.",
    observes="SET with an expiry, GET, PTTL and DEL of one key of a unique name on each primary.",
    gives={
        FAILED: "a primary answers one of them with an error, or not as it should",
        SKIPPED: "nothing was written, as in check mode or with write_probe off",
    },
    remedy="See the node's answer: OOM is a full memory, MISCONF a disk that cannot be written, NOREPLICAS too few replicas, CLUSTERDOWN lost slots.",
    heals=True,
)
def write_read_expire(snapshot: dict) -> Finding:
    expected = "SET, GET, PTTL and DEL of one key work on every primary"
    tried = [node for node in primaries(snapshot) if node["write"]["ok"] is not None]
    if not tried:
        return Finding(SKIPPED, "not tried", expected)
    bad = [node for node in tried if not node["write"]["ok"]]
    if bad:
        return Finding(FAILED, each(bad, lambda node: node["write"]["error"]), expected, names(bad))
    return Finding(OK, f"worked on {count(len(tried), 'primary')}", expected)
