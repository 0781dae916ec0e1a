# SPDX-License-Identifier: GPL-3.0-or-later
"""Connects to every address as the platform would, and to every node that these announce, as its cluster client does. I/O only."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _platform, _snapshot
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


def run(session) -> dict:
    endpoint, resolver = session.endpoint, session.resolver()
    if not endpoint.addrs:
        raise InputError("no address to connect to: set addrs, or endpoint with addrs")
    targets = {address: resolver.targets(address) for address in dict.fromkeys(endpoint.addrs)}
    nodes = _snapshot.read(session, resolver, [target for group in targets.values() for target in group], discover=True)
    behind = {address: [nodes[_snapshot.key(target)] for target in group] for address, group in targets.items()}
    listed = {id(node) for group in behind.values() for node in group}
    ids = {node["id"] for group in behind.values() for node in group}
    announced = [node for node in nodes.values() if id(node) not in listed and not (node["id"] and node["id"] in ids)]
    found = _platform.failures(behind, announced, endpoint.search)
    return {
        "addresses": [
            {
                "address": address,
                "nodes": sorted(node["name"] for node in group),
                "kind": next((failure["kind"] for failure in found if failure["address"] == address), None),
            }
            for address, group in behind.items()
        ],
        "announced": sorted(node["name"] for node in announced),
        "failures": found,
        "kind": found[0]["kind"] if found else None,
    }


def hints(endpoint) -> list[str]:
    """What works here, and yet is likely to be meant otherwise."""
    if endpoint.cluster and len(endpoint.addrs) == 1:
        return [f"The platform takes the single address {endpoint.addrs[0]} for a single server: list at least two, the same one twice will do."]
    return []
