# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters of any size, made of one that was recorded: as many shards, replicas and Kubernetes nodes as asked for."""

from __future__ import annotations

import copy

from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

SLOTS = 16384


def snapshot(shards: int, replicas: int, hosts: int) -> dict:
    made = recorded.snapshot("healthy")
    primary, replica = made["nodes"][0], made["nodes"][3]
    nodes = []
    for index in range(shards * (replicas + 1)):
        shard = index % shards
        node = copy.deepcopy(primary if index < shards else replica)
        node.update(name=f"acp-redis-cluster-{index}", id=f"{index:040x}", address=f"10.244.{index // 250}.{index % 250}:6379", shard=shard)
        node["host"] = f"worker-{(index + index // shards) % hosts}"
        node["primary_id"] = None if index < shards else f"{shard:040x}"
        node["slots"] = [[SLOTS * shard // shards, SLOTS * (shard + 1) // shards - 1]] if index < shards else []
        node["pod_ip"] = node["address"].split(":")[0]
        nodes.append(node)
    told = ("id", "address", "role", "primary_id", "slots")
    view = [{**{key: node[key] for key in told}, "flags": [], "open_slots": [], "link": "connected"} for node in nodes]
    for node in nodes:
        node["view"] = view
    return {
        **made,
        "namespace": "acp",
        "expected": {**made["expected"], "nodes": len(nodes), "replicas": replicas},
        "cluster": {**made["cluster"], "primaries": shards, "replicas": shards * replicas, "reachable": len(nodes)},
        "nodes": nodes,
    }


def silence(made: dict, *names: str) -> dict:
    """These nodes do not answer any more."""
    silent = recorded.snapshot("node_paused")["nodes"][5]
    nodes = []
    for node in made["nodes"]:
        kept = {key: node[key] for key in ("name", "address", "pod_ip", "host")}
        nodes.append({**copy.deepcopy(silent), **kept} if node["name"] in names else node)
    return {**made, "nodes": nodes, "cluster": {**made["cluster"], "reachable": len(nodes) - len(names)}}
