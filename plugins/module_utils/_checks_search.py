# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks: the search module - is it on every node, does it answer, and does a search see everything."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils._check import (
    FAILED,
    OK,
    SKIPPED,
    WARNING,
    Finding,
    check,
    clustered,
    count,
    each,
    names,
    nothing_read,
    primaries,
    read,
)

# What the search module calls itself: in version 2 and later, and before.
MODULE_NAMES = ("search", "ft")


def search_module(node: dict, accepted: tuple = MODULE_NAMES) -> dict | None:
    """The search module as this node lists it."""
    return next((module for module in node["modules"] if module["name"] in accepted), None)


@check(
    what="The search module is loaded on every node, in one version.",
    observes="MODULE LIST of each node.",
    gives={
        FAILED: "a node lacks the module, or has it in another version",
        SKIPPED: "search is not used, or no node could be read",
    },
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
    observes="FT.INFO of an index that does not exist, on each node; a module with a coordinator asks all shards for its answer.",
    gives={
        FAILED: "a node gives another answer, or none",
        SKIPPED: "search is not used, no node has the module, or the cluster is down",
    },
    remedy="See the node's answer. No responses received: the module cannot log in to the other nodes, so OSS_GLOBAL_PASSWORD in its loadmodule line"
    " has to be Redis's password, then restart the node. No answer in time: it waits for a node that hangs; see check reachable.",
    heals=True,
)
def search_works(snapshot: dict) -> Finding:
    expected = "FT.INFO of an index that does not exist is answered with just that"
    nodes = [node for node in read(snapshot) if search_module(node)]
    if not snapshot["expected"]["search"] or not nodes:
        return Finding(SKIPPED, "search is not used" if not snapshot["expected"]["search"] else "no node has the module", expected)
    # While the cluster is down, every command is refused: the module is not to blame.
    judged = [node for node in nodes if node["search"]["available"] or not _is_down(node)]
    bad = [node for node in judged if not node["search"]["available"]]
    if not judged:
        return Finding(SKIPPED, "the cluster is down", expected)
    if bad:
        return Finding(FAILED, each(bad, lambda node: node["search"]["error"] or "no answer"), expected, names(bad))
    return Finding(OK, f"answered by {count(len(judged), 'node')}", expected)


def _is_down(node: dict) -> bool:
    # What is no cluster has no state, and is never down; of what should be one, an error tells that it has none.
    state = node["cluster"]["state"] or ("fail" if node["error"] else "ok")
    return state != "ok" or (node["search"]["error"] or "").startswith("CLUSTERDOWN")


@check(
    what="A search sees the keys of all shards.",
    observes="Which indexes each primary has (FT._LIST), and for each of them how many documents the shards hold and how many a search sees (FT.INFO);"
    " whether the module has a coordinator (COMMAND INFO search.clusterinfo).",
    gives={
        FAILED: "a primary lacks an index that another one has, or a search sees fewer documents than the shards hold",
        WARNING: "the module has no coordinator, and there is more than one shard",
        SKIPPED: "search is not used, or no primary's module answers",
    },
    remedy="No coordinator: use a build of the module that has one (redisearch-oss-coord, or Redis 8; redis-stack has none);"
    " this one searches one shard at a time."
    " An index is missing: FT.CREATE it once more with the same schema, which adds it where it is missing."
    " Documents are not seen: see the node's log for the shard that the module cannot reach or log in to (OSS_GLOBAL_PASSWORD).",
    heals=True,
)
def search_complete(snapshot: dict) -> Finding:
    expected = "every primary has every index, and a search sees the documents of all shards"
    nodes = [node for node in primaries(snapshot) if (node["slots"] or not clustered(snapshot)) and node["search"]["available"]]
    if not snapshot["expected"]["search"] or not nodes:
        return Finding(SKIPPED, "search is not used" if not snapshot["expected"]["search"] else "search does not answer", expected)
    single = [node for node in nodes if not node["search"]["coordinator"]] if len(primaries(snapshot)) > 1 else []
    why = f"no coordinator on {count(len(single), 'primary')}: each shard finds its own keys only" if single else ""
    indexes = sorted({index for node in nodes for index in node["search"]["indexes"]})
    incomplete = [node for node in nodes if _incomplete(node, nodes, indexes)]
    if incomplete:
        shown = each(incomplete, lambda node: ", ".join(_incomplete(node, nodes, indexes)))
        return Finding(FAILED, shown + (f" ({why})" if why else ""), expected, names(incomplete))
    if single:
        return Finding(WARNING, why, expected, names(single))
    return Finding(OK, f"{count(len(indexes), 'index')} on {count(len(nodes), 'primary')}", expected)


def _incomplete(node: dict, nodes: list[dict], indexes: list[str]) -> list[str]:
    """What a search on this node does not see."""
    found = [f"index {index} is missing" for index in indexes if index not in node["search"]["indexes"]]
    for counted in node["search"]["documents"]:
        held = [n for other in nodes for n in _held(other, counted["index"]) if n]
        # Writes go on while the nodes are asked: what is missing has to be as much as a whole shard holds, and no trifle.
        if counted["found"] is not None and held and sum(held) - counted["found"] >= max(min(held), sum(held) // 100, 2):
            found.append(f"index {counted['index']} shows {counted['found']} of {sum(held)} documents")
    return found


def _held(node: dict, index: str) -> list[int]:
    return [counted["held"] for counted in node["search"]["documents"] if counted["index"] == index]
