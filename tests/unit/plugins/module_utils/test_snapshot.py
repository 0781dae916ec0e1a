# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import ssl

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _failure, _module_check, _node, _snapshot
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded


def test_shards_are_counted_by_first_slot_and_replicas_carry_their_primarys():
    nodes = recorded.snapshot("healthy")["nodes"]
    shards = {node["id"]: node["shard"] for node in nodes}
    assert sorted(node["shard"] for node in nodes) == [0, 0, 1, 1, 2, 2]
    assert all(node["shard"] == shards[node["primary_id"]] for node in nodes if node["role"] == "replica")
    assert next(node["shard"] for node in nodes if node["slots"] and node["slots"][0][0] == 0) == 0


def test_how_far_a_replica_is_behind():
    primary = {"id": "a", "primary_id": None, "slots": [[0, 1]], "replication": {"offset": 100}}
    replica = {"id": "b", "primary_id": "a", "slots": [], "replication": {"offset": 70}}
    ahead = {"id": "c", "primary_id": "a", "slots": [], "replication": {"offset": 110}}
    _snapshot.relate([primary, replica, ahead])
    assert "lag_bytes" not in primary["replication"]
    assert replica["replication"]["lag_bytes"] == 30
    # It was asked a moment later.
    assert ahead["replication"]["lag_bytes"] == 0


def test_the_summary():
    assert _snapshot.summary(recorded.snapshot("healthy")["nodes"]) == {
        "state": "ok",
        "slots_assigned": 16384,
        "primaries": 3,
        "replicas": 3,
        "reachable": 6,
        "versions": ["6.2.11"],
    }
    nothing = _snapshot.summary([])
    assert nothing["state"] is None and nothing["primaries"] == 0


@pytest.mark.parametrize("name", recorded.names())
def test_nodes_keep_their_place_and_shape(name):
    nodes = recorded.snapshot(name)["nodes"]
    assert len({frozenset(node) for node in nodes}) == 1
    kind = recorded.cases()[name].get("cluster", "six") if name in recorded.cases() else None
    assert len(nodes) == {"standalone": 1, "newer": 3, None: 9}.get(kind, 6)


def answering(identity, address, *view) -> dict:
    entries = [{"id": other, "address": where} for other, where in view]
    return {"id": identity, "name": address, "address": address, "addresses": [address] if identity else [], "view": entries}


def test_a_node_at_several_addresses_is_one_under_the_name_that_was_asked_for():
    nodes = {(at, at): answering("a", at, ("a", "10.0.0.1:1")) for at in ("10.0.0.1:1", "redis:1")}
    (node,) = _snapshot._unique(nodes, {("redis:1", "redis:1")})
    assert node["name"] == "redis:1" and node["addresses"] == ["10.0.0.1:1", "redis:1"]


def test_an_address_of_old_is_no_node_unless_its_node_is_nowhere_else():
    nodes = {
        ("new:1", "new:1"): answering("a", "new:1", ("a", "old:1"), ("b", "old:2")),
        ("old:1", "old:1"): answering(None, "old:1"),
        ("old:2", "old:2"): answering(None, "old:2"),
    }
    assert [node["address"] for node in _snapshot._unique(nodes, {("new:1", "new:1")})] == ["new:1", "old:2"]
    # What was asked for keeps its place, whatever it is.
    assert len(_snapshot._unique(nodes, set(nodes))) == 3


def test_no_secret_was_recorded():
    assert "p@ss" not in recorded.text()


def test_a_hash_tag_for_every_slot_range():
    # The slots are those that CLUSTER KEYSLOT answers.
    assert (_node.slot("foo"), _node.slot("123456789")) == (12182, 12739)
    for ranges in ([[0, 0]], [[16383, 16383]], [[5461, 10921]], [[1, 2], [9000, 9001]]):
        tag = _node.tag_in(ranges)
        assert any(first <= _node.slot(tag) <= last for first, last in ranges)
    assert _node.tag_in([]) is None


def test_secrets_are_scrubbed_longest_first():
    assert _failure.scrub("AUTH pass, password", ("pass", "password", "")) == "AUTH ***, ***"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "address"),
        (TimeoutError(), "timeout"),
        (ssl.SSLError(1, "wrong version number"), "tls"),
        (OSError(113, "No route to host"), "address"),
    ],
)
def test_kinds_of_socket_errors(error, kind):
    assert _failure.of_socket(error).kind == kind


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("WRONGPASS invalid username-password pair or user is disabled.", "credentials"),
        ("NOAUTH Authentication required.", "credentials"),
        ("ERR AUTH <password> called without any password configured for the default user.", "credentials"),
        ("LOADING Redis is loading the dataset in memory", "loading"),
        ("ERR This instance has cluster support disabled", "not_a_cluster"),
        ("ERR something else", "other"),
    ],
)
def test_kinds_of_replies(reply, kind):
    assert _failure.of_reply(reply) == kind


def test_the_module_node_by_node():
    snapshot = recorded.snapshot("module_missing")
    entries = _module_check.judge(snapshot, ("search", "ft"), None, None)
    assert [bool(entry["problem"]) for entry in entries] == [False, False, True, False, False, False]
    assert entries[0]["version"] == "1.2.0" and entries[0]["works"] and entries[2]["module"] is None
    assert entries[2]["name"] in _module_check.message(entries) and "1 of 6 nodes" in _module_check.message(entries)
    assert "2.6 to any" in _module_check.judge(snapshot, ("ft",), "2.6", None)[0]["problem"]
    assert "could not be asked (credentials)" in _module_check.judge(recorded.snapshot("password_wrong"), ("ft",), None, None)[0]["problem"]
    assert _module_check.message([]).startswith("There is no node at all.")
