# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks: is each node the Redis that the platform needs - version, persistence, memory, search module, writing."""

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

# What the search module calls itself, with and without the coordinator builds.
MODULE_NAMES = ("search", "ft")
MEMORY_WARNING, MEMORY_LIMIT = 0.75, 0.9


@check(
    what="All nodes run a version of Redis that the platform is supported with.",
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


def search_module(node: dict, accepted: tuple = MODULE_NAMES) -> dict | None:
    """The search module as this node lists it."""
    return next((module for module in node["modules"] if module["name"] in accepted), None)


@check(
    what="The search module is loaded on every node, in one version.",
    remedy="Put the module and its loadmodule line on the nodes named and restart them; why it did not load is in Redis's log at the start.",
    heals=True,
)
def module_loaded(snapshot: dict) -> Finding:
    expected = f"module {' or '.join(MODULE_NAMES)} on every node, in one version"
    if not snapshot["expected"]["search"]:
        return Finding(SKIPPED, "search is not used", expected)
    nodes = read(snapshot)
    if not nodes:
        return nothing_read(expected)
    without = [node for node in nodes if not search_module(node)]
    if without:
        return Finding(FAILED, f"missing on {', '.join(names(without))}", expected, names(without))
    versions = sorted({search_module(node)["semver"] for node in nodes})
    if len(versions) > 1:
        return Finding(FAILED, each(nodes, lambda node: search_module(node)["semver"]), expected, names(nodes))
    return Finding(OK, f"{versions[0]} on {count(len(nodes), 'node')}", expected)


@check(
    what="The search module answers on every node that has it.",
    remedy="See the node's answer; restart the node if the module does not answer, and see which other checks fail if the cluster does not let it.",
    heals=True,
)
def search_works(snapshot: dict) -> Finding:
    expected = "FT.INFO of an index that does not exist is answered with just that"
    nodes = [node for node in read(snapshot) if search_module(node)]
    if not snapshot["expected"]["search"] or not nodes:
        return Finding(SKIPPED, "search is not used" if not snapshot["expected"]["search"] else "no node has the module", expected)
    # While the cluster is down, every command is refused: the module is not to blame.
    judged = [node for node in nodes if not (node["search"]["error"] or "").startswith("CLUSTERDOWN")]
    bad = [node for node in judged if not node["search"]["available"]]
    if not judged:
        return Finding(SKIPPED, "the cluster is down", expected)
    if bad:
        return Finding(FAILED, each(bad, lambda node: node["search"]["error"] or "no answer"), expected, names(bad))
    return Finding(OK, f"answered by {count(len(judged), 'node')}", expected)


@check(
    what="A search sees the keys of all shards.",
    remedy="Use a build of the module with the cluster coordinator (redis-stack-server 6.2 has one): this one searches the keys of one shard at a time.",
)
def search_complete(snapshot: dict) -> Finding:
    expected = "the module has a coordinator on every node, or there is one shard"
    nodes = [node for node in read(snapshot) if node["search"]["available"]]
    if not snapshot["expected"]["search"] or not nodes:
        return Finding(SKIPPED, "search is not used" if not snapshot["expected"]["search"] else "search does not answer", expected)
    bad = [node for node in nodes if not node["search"]["coordinator"]]
    if bad and len(primaries(snapshot)) > 1:
        return Finding(WARNING, f"no coordinator on {count(len(bad), 'node')}: each shard finds its own keys only", expected, names(bad))
    return Finding(OK, "one shard" if bad else f"coordinator on {count(len(nodes), 'node')}", expected)


@check(
    what="A key can be written, read, expired and deleted on every primary.",
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
