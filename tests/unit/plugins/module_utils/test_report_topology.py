# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report draws: who stands where, also those that do not answer, and what the loss of a Kubernetes node means."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _report_topology as topology
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded, wide


def of(name: str):
    return topology.shards(recorded.snapshot(name))


def test_shards_come_by_slot_and_primaries_first():
    shards, lost = of("healthy")
    assert [shard.number for shard in shards] == [0, 1, 2] and lost == []
    assert [[member.role for member in shard.members] for shard in shards] == [["primary", "replica"]] * 3


def test_the_others_know_where_a_silent_node_belongs():
    shards, lost = of("node_paused")
    assert lost == [] and [member.trouble for member in shards[2].members] == [None, "no answer"]
    assert shards[2].members[1].role == "replica"


def test_nobody_knows_anything():
    shards, lost = of("password_wrong")
    assert shards == [] and {member.trouble for member in lost} == {"cannot be read"} and len(lost) == 6


def test_a_primary_without_slots_belongs_to_no_shard():
    shards, lost = of("primary_empty")
    assert len(shards) == 3 and [(member.role, member.trouble) for member in lost] == [("primary", "no slots")]


def test_slots_that_nobody_serves():
    assert topology.unserved(recorded.snapshot("slots_lost")) == [[6000, 6009]]
    silent = wide.silence(wide.snapshot(15, 1, 10), "acp-redis-cluster-4")
    assert topology.slots_text(topology.unserved(silent)) == "4369-5460"
    shards, _lost = topology.shards(silent)
    assert shards[4].slots == [[4369, 5460]] and not shards[4].served and shards[3].served


def losses(*size: int) -> dict:
    return {host: (words, hurts) for host, _members, words, hurts in topology.hosts(wide.snapshot(*size))}


def test_the_loss_of_a_kubernetes_node():
    assert losses(3, 1, 3)["worker-0"] == ("1 of 3 primaries is taken over by its replica", False)
    assert losses(3, 1, 1)["worker-0"] == ("nothing is served until it is back", True)
    assert losses(3, 0, 3)["worker-1"] == ("slots 5461-10921 are not served until it is back", True)
    assert losses(4, 1, 2)["worker-0"][0].startswith("2 of 4 primaries go at once") and losses(4, 1, 2)["worker-0"][1]


def test_hosts_that_are_not_known_are_not_listed():
    assert topology.hosts(recorded.snapshot("healthy")) == []
    nobody = recorded.snapshot("password_wrong")
    assert topology.hosts({**nobody, "nodes": [{**node, "host": "worker-0"} for node in nobody["nodes"]]}) == []


def test_a_service_behind_one_address_has_neither_slots_nor_shards():
    single = one_address()
    shards, rest = topology.shards(single)
    assert shards == [] and [member.trouble for member in rest] == [None]
    assert topology.unserved(single) == [] and topology.hosts(single) == []


def one_address() -> dict:
    """A node as it is read where no cluster is expected."""
    healthy = recorded.snapshot("healthy")
    node = {**healthy["nodes"][0], "mode": "standalone", "slots": [], "view": [], "id": None, "shard": None}
    return {**healthy, "expected": {**healthy["expected"], "cluster": False, "nodes": None}, "nodes": [node]}
