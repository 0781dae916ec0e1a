# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks: do the nodes form one cluster that serves everything, and does it survive the loss of one."""

from __future__ import annotations

import collections

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
    primaries as primaries_of,
    ranges,
    read,
)

SLOTS = 16384
# Redis's default replication backlog: a replica further behind starts all over after a broken link.
LAG_LIMIT = 1024 * 1024
_SUSPECT = {"fail", "fail?", "noaddr", "handshake"}


@check(
    what="Every node believes that the cluster is well.",
    observes="cluster_state in each node's CLUSTER INFO.",
    gives={
        FAILED: "a node says anything but ok, or is not in cluster mode",
        SKIPPED: "no node could be read",
    },
    remedy="See which other checks fail: slots without a primary, or a majority of primaries that is not reachable, make the state fail.",
    heals=True,
)
def cluster_state(snapshot: dict) -> Finding:
    expected = "cluster_state:ok on every node"
    nodes = read(snapshot)
    if not nodes:
        return nothing_read(expected)
    bad = [node for node in nodes if node["cluster"]["state"] != "ok"]
    if bad:
        shown = each(bad, lambda node: f"state {node['cluster']['state']}" if node["mode"] == "cluster" else "not in cluster mode")
        return Finding(FAILED, shown, expected, names(bad))
    return Finding(OK, f"ok on {count(len(nodes), 'node')}", expected)


@check(
    what="Each of the 16384 slots is served by exactly one primary that answers.",
    observes="The slots that each primary claims for itself in CLUSTER NODES.",
    gives={
        FAILED: "a slot is claimed by nobody who answers, or by two",
        SKIPPED: "no node could be read",
    },
    remedy="Bring the node back that the slots belong to; only if it is lost for good: redis-cli --cluster fix (its keys are lost).",
    heals=True,
)
def slots_covered(snapshot: dict) -> Finding:
    expected = f"{SLOTS} of {SLOTS} slots, each once"
    owners = primaries_of(snapshot)
    if not read(snapshot):
        return nothing_read(expected)
    served = collections.Counter(slot for node in owners for first, last in node["slots"] for slot in range(first, last + 1))
    missing = [slot for slot in range(SLOTS) if slot not in served]
    doubled = [slot for slot, times in served.items() if times > 1]
    if missing:
        return Finding(FAILED, f"{len(served)} of {SLOTS} slots; nobody who answers serves {ranges(missing)}", expected)
    if doubled:
        both = [node for node in owners if any(first <= slot <= last for slot in doubled for first, last in node["slots"])]
        return Finding(FAILED, f"slots {ranges(doubled)} are claimed more than once", expected, names(both))
    return Finding(OK, f"{SLOTS} of {SLOTS} slots", expected)


@check(
    what="No slot is half way between two nodes.",
    observes="The slots that are marked migrating or importing in each node's own line of CLUSTER NODES.",
    gives={
        FAILED: "there is one",
        SKIPPED: "no node could be read",
    },
    remedy="A move of slots was broken off: redis-cli --cluster fix finishes it.",
    heals=True,
)
def no_open_slots(snapshot: dict) -> Finding:
    expected = "no slot is migrating or importing"
    if not read(snapshot):
        return nothing_read(expected)
    bad = [node for node in read(snapshot) if node["open_slots"]]
    if bad:
        shown = each(bad, lambda node: ", ".join(f"slot {entry['slot']} {entry['state']}" for entry in node["open_slots"][:5]))
        return Finding(FAILED, shown, expected, names(bad))
    return Finding(OK, "none", expected)


@check(
    what="All nodes tell the same story: who is there, in which role, with which slots, and nobody is thought to be dead.",
    observes="CLUSTER NODES of all nodes, side by side.",
    gives={
        FAILED: "two nodes differ in who is there, in which role and with which slots, or one is marked fail, fail?, noaddr or handshake",
        SKIPPED: "no node could be read",
    },
    remedy="Wait for the nodes to agree after a failover; what stays is a node that was cut off (CLUSTER MEET) or is gone (CLUSTER FORGET on all nodes).",
    heals=True,
)
def same_view(snapshot: dict) -> Finding:
    expected = "one view, no node marked as failed"
    nodes = read(snapshot)
    if not nodes:
        return nothing_read(expected)
    stories: dict = collections.defaultdict(list)
    for node in nodes:
        stories[_story(node)].append(node["name"])
    suspects = sorted({(entry["address"], flag) for node in nodes for entry in node["view"] for flag in _SUSPECT & set(entry["flags"])})
    if len(stories) > 1:
        groups = sorted(stories.values(), key=len)
        return Finding(FAILED, f"{len(groups)} views: " + " | ".join(", ".join(group) for group in groups), expected, sum(groups[:-1], []))
    if suspects:
        return Finding(FAILED, "; ".join(f"{address} is marked {flag}" for address, flag in suspects), expected)
    return Finding(OK, f"{count(len(nodes), 'node')} agree", expected)


def _story(node: dict) -> tuple:
    return tuple((entry["id"], entry["role"], entry["primary_id"], str(entry["slots"])) for entry in node["view"])


@check(
    what="The nodes know each other by the addresses that they have now.",
    observes="The addresses in each node's CLUSTER NODES (which it keeps in nodes.conf), against those at which the nodes answer.",
    gives={
        FAILED: "an address leads to nobody, or to another node than the one that it is announced for",
        SKIPPED: "no node could be read",
    },
    remedy="Nodes came back with new addresses that were not passed on: give one node CLUSTER MEET <new address> <port> for each of the others, and another"
    " one the same for it; then CLUSTER REPLICATE <its primary's id> to each replica whose link stays down.",
    heals=True,
)
def addresses_current(snapshot: dict) -> Finding:
    expected = "every announced address leads to the node that it is announced for"
    nodes = read(snapshot)
    if not nodes:
        return nothing_read(expected)
    bad = [node for node in nodes if _stale(node, nodes)]
    if bad:
        return Finding(FAILED, each(bad, lambda node: ", ".join(_stale(node, nodes))), expected, names(bad))
    return Finding(OK, f"current on {count(len(nodes), 'node')}", expected)


def _stale(node: dict, nodes: list[dict]) -> list[str]:
    """What this node believes that is not so. A node that has met nobody yet does not know its own address."""
    at = {other["id"]: other for other in nodes}
    found = []
    for entry in node["view"]:
        address, owner = entry["address"], at.get(entry["id"])
        if not owner or address.startswith(":") or address in owner["addresses"]:
            continue
        taken = any(address in other["addresses"] for other in nodes)
        found.append(f"believes in {address}, where another node answers" if taken else f"believes in {address}, which now is {owner['address']}")
    return found


@check(
    what="There are as many primaries with slots as planned, at least three.",
    observes="How many primaries have slots, and which have none.",
    gives={
        FAILED: "there are fewer or more than planned, fewer than three where nothing is planned, or one without slots",
        SKIPPED: "no node could be read",
    },
    remedy="Form the cluster, or bring primaries back: without a majority of primaries there is no failover.",
    heals=True,
)
def primaries(snapshot: dict) -> Finding:
    wanted_nodes, replicas = snapshot["expected"]["nodes"], snapshot["expected"]["replicas"]
    wanted = wanted_nodes // (replicas + 1) if wanted_nodes and replicas is not None else None
    expected = f"{count(wanted, 'primary')} with slots" if wanted else "at least 3 primaries with slots"
    if not read(snapshot):
        return nothing_read(expected)
    found = primaries_of(snapshot)
    serving = [node for node in found if node["slots"]]
    idle = [node for node in found if not node["slots"]]
    observed = count(len(serving), "primary") + " with slots" + (f", without: {', '.join(names(idle))}" if idle else "")
    good = len(serving) == wanted if wanted else len(serving) >= 3
    return Finding(OK if good and not idle else FAILED, observed, expected, names(idle))


@check(
    what="Each primary has its replicas, so that the loss of a node loses nothing.",
    observes="How many replicas that answer each primary with slots has.",
    gives={
        FAILED: "a primary has fewer than planned",
        WARNING: "a primary has none, and none are planned",
        SKIPPED: "no primary could be read",
    },
    remedy="Give each primary a replica (chart values cluster.nodes and cluster.replicas): without one, a lost node takes its slots and their sessions away.",
    heals=True,
)
def replicas_per_primary(snapshot: dict) -> Finding:
    wanted = snapshot["expected"]["replicas"]
    expected = f"{count(max(wanted or 0, 1), 'replica')} of each primary"
    serving = [node for node in primaries_of(snapshot) if node["slots"]]
    if not serving:
        return nothing_read(expected)
    having = collections.Counter(node["primary_id"] for node in read(snapshot) if node["role"] == "replica")
    short = [node for node in serving if having[node["id"]] < max(wanted or 0, 1)]
    if not short:
        return Finding(OK, f"at least {min(having[node['id']] for node in serving)}", expected)
    observed = "none at all" if not having else each(short, lambda node: count(having[node["id"]], "replica"))
    # Nothing is missing that was planned; but nothing can fail either.
    return Finding(FAILED if wanted else WARNING, observed, expected, names(short))


@check(
    what="No shard stands on one Kubernetes node alone.",
    observes="The Kubernetes node of each pod of a shard.",
    gives={
        WARNING: "a primary and all of its replicas run on one Kubernetes node",
        SKIPPED: "there are no replicas, or the pods' Kubernetes nodes are not known",
    },
    remedy="Spread the pods (podAntiAffinityPreset hard or topologySpreadConstraints) and delete the pods named one by one.",
)
def replicas_on_other_hosts(snapshot: dict) -> Finding:
    expected = "each shard on at least two Kubernetes nodes"
    shards = collections.defaultdict(list)
    for node in read(snapshot):
        if node["shard"] is not None and node["host"]:
            shards[node["shard"]].append(node)
    replicated = {shard: members for shard, members in shards.items() if len(members) > 1}
    if not replicated:
        return Finding(SKIPPED, "no replicas, or their hosts are not known", expected)
    bad = {shard: members for shard, members in replicated.items() if len({node["host"] for node in members}) == 1}
    if bad:
        shown = "; ".join(f"shard {shard} all on {members[0]['host']}" for shard, members in sorted(bad.items()))
        return Finding(WARNING, shown, expected, [node["name"] for members in bad.values() for node in members])
    return Finding(OK, f"{count(len(replicated), 'shard')} spread", expected)


@check(
    what="Replicas follow their primaries closely.",
    observes="INFO replication of each replica (link, copying), and its offset against its primary's.",
    gives={
        FAILED: f"a link is down, a replica still copies, or it is more than {LAG_LIMIT // 1024} KiB behind",
        SKIPPED: "there are no replicas",
    },
    remedy="Look at the replica's log: a link that is down or lags is a network fault, a password that differs (masterauth), or a small backlog.",
    heals=True,
)
def replication_in_sync(snapshot: dict) -> Finding:
    expected = f"links up, no more than {LAG_LIMIT // 1024} KiB behind"
    replicas = [node for node in read(snapshot) if node["role"] == "replica"]
    if not replicas:
        return Finding(SKIPPED, "there are no replicas", expected)
    bad = [node for node in replicas if _behind(node["replication"])]
    if bad:
        return Finding(FAILED, each(bad, lambda node: _behind(node["replication"])), expected, names(bad))
    return Finding(OK, f"{count(len(replicas), 'replica')} in sync", expected)


def _behind(replication: dict) -> str:
    if replication["syncing"]:
        return "still copies its primary's data"
    if replication["link_status"] != "up":
        return f"link {replication['link_status']}"
    return f"{replication['lag_bytes']} bytes behind" if (replication["lag_bytes"] or 0) > LAG_LIMIT else ""
