# SPDX-License-Identifier: GPL-3.0-or-later
"""The snapshot: all nodes of the cluster read side by side, as plain data. No judgement."""

from __future__ import annotations

import collections
import datetime
import re
import time

from ansible_collections.cloudentity.platform.plugins.module_utils import _node, _parallel
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import ADDRESS, Failure, InputError
from ansible_collections.cloudentity.platform.plugins.module_utils._routes import Nowhere, Target


def take(session, write: bool = False) -> dict:
    """One look at all nodes. With `write`, each primary has to keep a key for a moment."""
    started = time.monotonic()
    endpoint, resolver = session.endpoint, session.resolver()
    if endpoint.transport == "kubernetes" and endpoint.selector:
        # The selector names all nodes that there should be; addresses are only where to start from.
        nodes = list(read(session, resolver, resolver.selected(endpoint.selector), discover=False, write=write).values())
    else:
        targets = [target for address in dict.fromkeys(endpoint.addrs) for target in resolver.targets(address)]
        nodes = _unique(read(session, resolver, targets, discover=True, write=write), {key(target) for target in targets})
    return {
        "taken_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"),
        "namespace": endpoint.namespace or None,
        "transport": endpoint.transport,
        "duration": round(time.monotonic() - started, 3),
        "expected": endpoint.expected,
        "cluster": summary(nodes, endpoint.cluster),
        "nodes": sorted(nodes, key=lambda node: _natural(node["name"])),
    }


def read(session, resolver, targets: list[Target], discover: bool, write: bool = False) -> dict:
    """The nodes behind these targets, by (name, address), and with `discover` also what is behind every address that they name."""
    reading = _node.Reading(session.access, session.endpoint.connect_timeout, write, session.endpoint.cluster)
    known = {key(target): target for target in targets}

    def job(target: Target):
        return lambda: _node.read(target, reading)

    def more(origin: tuple, node: dict) -> dict:
        fresh = {}
        for entry in node["view"] if discover else []:
            # A node that has met nobody yet does not know its own address.
            if {"noaddr", "handshake"} & set(entry["flags"]) or entry["address"].startswith(":"):
                continue
            target = _announced(resolver, entry["address"], known[origin])
            if key(target) not in known:
                fresh[key(target)] = target
        known.update(fresh)
        return {name: job(target) for name, target in fresh.items()}

    nodes = _parallel.run(
        {name: job(target) for name, target in known.items()},
        # The node's own deadline comes first; this one is for what has none, such as an API server that hangs.
        limit=session.endpoint.connect_timeout + 0.5,
        late=lambda name: _node.late(known[name]),
        more=more,
    )
    for node in nodes.values():
        for where, what in ((node["error"], "message"), (node["search"], "error"), (node["write"], "error")):
            if where and where[what]:
                where[what] = session.scrub(where[what])
    relate(list(nodes.values()))
    return nodes


def key(target: Target) -> tuple:
    return target.name, target.address


def relate(nodes: list[dict]) -> None:
    """What only shows when nodes are seen together: shards, and how far replicas are behind."""
    by_id = {node["id"]: node for node in nodes if node["id"]}
    owners = sorted((node["slots"][0][0], node["id"]) for node in nodes if node["slots"])
    shards = {owner: index for index, (_first, owner) in enumerate(owners)}
    for node in nodes:
        node["shard"] = shards.get(node["primary_id"] or node["id"])
        primary = by_id.get(node["primary_id"])
        ahead, behind = (primary or node)["replication"]["offset"], node["replication"]["offset"]
        if primary and ahead is not None and behind is not None:
            node["replication"]["lag_bytes"] = max(0, ahead - behind)


def summary(nodes: list[dict], cluster: bool = True) -> dict:
    """The cluster in a few figures; `state` is ok only when every node says so, and not known of what is no cluster."""
    read = [node for node in nodes if node["role"]]
    covered = {slot for node in read if node["role"] == "primary" for first, last in node["slots"] for slot in range(first, last + 1)}
    states = {node["cluster"]["state"] for node in read}
    return {
        "state": ("ok" if states == {"ok"} else "fail") if read and cluster else None,
        "slots_assigned": len(covered) if read and cluster else None,
        "primaries": sum(node["role"] == "primary" for node in read),
        "replicas": sum(node["role"] == "replica" for node in read),
        "reachable": sum(node["reachable"] for node in nodes),
        "versions": sorted({node["version"] for node in read if node["version"]}),
    }


def _announced(resolver, address: str, source: Target) -> Target:
    try:
        return resolver.announced(address, source)
    except InputError as error:
        return Target(address, address, Nowhere(Failure(ADDRESS, str(error))))


def _unique(nodes: dict, asked_for: set) -> list[dict]:
    """One entry a node: a name and several addresses may lead to the same one. Nor is it a node of its own when nobody answers at an
    address which is announced for nodes that answer elsewhere."""
    first: dict = {}
    for where in sorted(nodes, key=lambda name: name not in asked_for):
        node = first.setdefault(nodes[where]["id"] or where, nodes[where])
        node["addresses"] = sorted({*node["addresses"], *nodes[where]["addresses"]})
    announced = collections.defaultdict(set)
    for node in first.values():
        for entry in node["view"]:
            announced[entry["address"]].add(entry["id"])

    def left(where, node: dict) -> bool:
        return not node["id"] and where not in asked_for and bool(announced[node["address"]]) and announced[node["address"]] <= first.keys()

    return [node for where, node in first.items() if not left(where, node)]


def _natural(name: str) -> list:
    """redis-10 comes after redis-9."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
