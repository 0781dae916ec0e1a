# SPDX-License-Identifier: GPL-3.0-or-later
"""Each check on what a real cluster looked like when it was well, and when it was really broken in the way that the check is for."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _check, _checks
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

ALL = list(_checks.CATALOGUE)


def results(snapshot: dict, **options) -> dict:
    return {result["id"]: result for result in _checks.run(snapshot, ALL, **options)}


def changed(name: str, **facts) -> dict:
    """A recorded snapshot with some facts of every node replaced."""
    snapshot = recorded.snapshot(name)
    for node in snapshot["nodes"]:
        node.update(copy.deepcopy(facts))
    return snapshot


def expecting(snapshot: dict, **expected) -> dict:
    snapshot["expected"].update(expected)
    return snapshot


def on_hosts(*hosts: str) -> dict:
    snapshot = recorded.snapshot("healthy")
    for node, host in zip(snapshot["nodes"], hosts):
        node.update(host=host, pod_ip="10.0.0.1")
    return snapshot


def shared_host() -> dict:
    """A primary and its replica on one Kubernetes node, the others spread."""
    snapshot = on_hosts("a", "b", "c", "d", "e", "f")
    primary = next(node for node in snapshot["nodes"] if node["shard"] == 1 and node["role"] == "primary")
    replica = next(node for node in snapshot["nodes"] if node["shard"] == 1 and node["role"] == "replica")
    replica["host"] = primary["host"]
    return snapshot


def came_back_elsewhere() -> dict:
    """A pod with a new address of which the others have not heard."""
    snapshot = recorded.snapshot("healthy")
    for node in snapshot["nodes"]:
        node["pod_ip"] = "127.0.0.1"
    snapshot["nodes"][4].update(address="127.0.0.9:6379")
    return snapshot


def lagging() -> dict:
    snapshot = recorded.snapshot("healthy")
    snapshot["nodes"][5]["replication"]["lag_bytes"] = 2 * 1024 * 1024
    return snapshot


RED = [
    ("reachable", "node_paused", "failed", "5 nodes of 6 answering"),
    ("reachable", "tls_expected", "failed", "it does not speak TLS"),
    ("reachable", expecting(recorded.snapshot("healthy"), nodes=9), "failed", "6 nodes of 9"),
    ("reachable", expecting(recorded.snapshot("healthy"), nodes=3), "warning", "6 nodes of 3"),
    ("reachable", {**recorded.snapshot("healthy"), "nodes": []}, "failed", "no node at all"),
    ("authenticated", "password_wrong", "failed", "WRONGPASS"),
    ("authenticated", "no_password", "failed", "NOAUTH"),
    ("cluster_state", "slots_lost", "failed", "state fail"),
    ("cluster_state", "standalone", "failed", "not in cluster mode"),
    ("slots_covered", "slots_lost", "failed", "16374 of 16384 slots; nobody who answers serves 6000-6009"),
    ("no_open_slots", "slot_open", "failed", "slot 42 migrating"),
    ("same_view", "view_split", "failed", "2 views"),
    ("same_view", "node_paused", "failed", "is marked fail"),
    ("addresses_current", "address_stale", "failed", "where another node answers"),
    ("addresses_current", came_back_elsewhere(), "failed", "which now is 127.0.0.9:6379"),
    ("primaries", "primary_empty", "failed", "without: "),
    ("primaries", expecting(recorded.snapshot("healthy"), nodes=6, replicas=0), "failed", "3 primaries with slots"),
    ("replicas_per_primary", "node_paused", "failed", "0 replicas"),
    ("replicas_per_primary", "module_missing", "warning", "none at all"),
    ("replicas_on_other_hosts", shared_host(), "warning", "shard 1 all on"),
    ("replication_in_sync", "link_down", "failed", "link down"),
    ("replication_in_sync", lagging(), "failed", "2097152 bytes behind"),
    ("version_supported", changed("healthy", version="7.2.12"), "failed", "7.2.12"),
    ("version_supported", expecting(changed("healthy", version="7.2.12"), allow_unsupported=True), "warning", "7.2.12"),
    ("version_secure", "healthy", "warning", "6.2.11"),
    ("persistence", "persistence_off", "warning", "off on 6 nodes"),
    ("persistence", "saving_fails", "failed", "the last RDB save failed"),
    ("eviction_policy", "evicting", "failed", "allkeys-lru"),
    ("eviction_policy", changed("healthy", memory={"used": 1, "max": 0, "policy": "volatile-lru"}), "warning", "no maxmemory yet"),
    ("memory_headroom", "memory_full", "failed", "100%"),
    ("memory_headroom", changed("healthy", memory={"used": 80, "max": 0, "policy": "noeviction"}, memory_limit=100), "warning", "80%"),
    ("module_loaded", "module_missing", "failed", "missing on"),
    ("search_works", changed("healthy", search={"available": None, "coordinator": None, "indexes": [], "error": "ERR busy"}), "failed", "ERR busy"),
    ("search_complete", "healthy", "warning", "each shard finds its own keys only"),
    ("write_read_expire", "writes_refused", "failed", "NOREPLICAS"),
    ("write_read_expire", "saving_fails", "failed", "MISCONF"),
    ("write_read_expire", "slots_lost", "failed", "CLUSTERDOWN"),
    ("password_required", "password_open", "failed", "6 nodes of 6 answer without a password"),
    ("password_required", "standalone", "warning", "answer without a password"),
    ("tls_required", "healthy", "warning", "TLS is not used"),
    ("tls_required", expecting(recorded.snapshot("healthy"), tls=True), "failed", "plain text on port"),
]


@pytest.mark.parametrize(("check", "broken", "status", "observed"), RED, ids=lambda value: value if isinstance(value, str) else "")
def test_red(check, broken, status, observed):
    result = results(recorded.snapshot(broken) if isinstance(broken, str) else broken)[check]
    assert result["status"] == status, result
    assert observed in result["observed"]
    assert result["expected"] and result["remedy"]


def test_every_check_has_a_red_case():
    assert {check for check, _broken, _status, _observed in RED} == set(ALL)


def test_a_good_cluster_is_green():
    snapshot = changed("tls", version="6.2.20", memory_limit=100_000_000)
    for node in snapshot["nodes"]:
        node["search"]["coordinator"] = True
        node["host"] = f"host-{node['name']}"
    found = results(snapshot)
    assert {result["status"] for result in found.values()} == {"ok"}, found
    assert all(result["remedy"] is None and not result["nodes"] for result in found.values())
    assert _checks.verdict(list(found.values())) == "ok"


def test_the_platforms_own_example_has_warnings_only():
    """Three primaries without replicas, a password, no TLS, a Redis that is not the newest."""
    snapshot = recorded.snapshot("healthy")
    snapshot["nodes"] = [node for node in snapshot["nodes"] if node["role"] == "primary"]
    for node in snapshot["nodes"]:
        node["view"] = [entry for entry in node["view"] if entry["role"] == "primary"]
    found = results(expecting(snapshot, nodes=3, replicas=0))
    assert _checks.verdict(list(found.values())) == "warning"
    assert [name for name, result in found.items() if result["status"] == "warning"] == [
        "replicas_per_primary",
        "version_secure",
        "search_complete",
        "tls_required",
    ]
    assert found["replicas_on_other_hosts"]["status"] == found["replication_in_sync"]["status"] == "skipped"


@pytest.mark.parametrize("name", ["password_wrong", "no_password", "tls_expected"])
def test_nothing_read_is_never_green(name):
    for only in ([], ["cluster_state"], ["module_loaded"]):
        found = _checks.run(recorded.snapshot(name), _checks.choose(only, None))
        assert _checks.verdict(found) == "failed"


def test_the_nodes_concerned_are_named():
    snapshot = recorded.snapshot("module_missing")
    assert results(snapshot)["module_loaded"]["nodes"] == [snapshot["nodes"][2]["name"]]


def test_different_versions_of_the_module():
    snapshot = recorded.snapshot("healthy")
    snapshot["nodes"][1]["modules"][0].update(version=10205, semver="1.2.5")
    result = results(snapshot)["module_loaded"]
    assert result["status"] == "failed" and f"{snapshot['nodes'][1]['name']}: 1.2.5" in result["observed"]


def test_search_is_not_judged_where_it_is_not_used():
    found = results(expecting(recorded.snapshot("standalone"), search=False))
    assert {found[name]["status"] for name in ("module_loaded", "search_works", "search_complete")} == {"skipped"}


def test_a_cluster_that_is_down_is_not_the_modules_fault():
    assert results(recorded.snapshot("slots_lost"))["search_works"]["status"] == "skipped"


def test_slots_claimed_twice():
    snapshot = recorded.snapshot("healthy")
    snapshot["nodes"][1]["slots"].append([0, 3])
    result = results(snapshot)["slots_covered"]
    assert result["status"] == "failed" and "slots 0-3 are claimed more than once" in result["observed"]
    assert len(result["nodes"]) == 2


def test_severity_is_the_sites():
    assert results(recorded.snapshot("healthy"), severity={"version_secure": "failed"})["version_secure"]["status"] == "failed"
    assert results(recorded.snapshot("evicting"), severity={"eviction_policy": "warning"})["eviction_policy"]["status"] == "warning"
    assert results(recorded.snapshot("healthy"), severity={"cluster_state": "warning"})["cluster_state"]["status"] == "ok"


def test_choosing():
    assert _checks.choose(None, None) == ALL
    assert _checks.choose(["slots_covered"], None) == ["reachable", "authenticated", "slots_covered"]
    assert "tls_required" not in _checks.choose(None, ["tls_required"])
    with pytest.raises(InputError, match="there is no check slots; there are reachable, "):
        _checks.choose(["slots"], None)


def test_waiting_makes_no_sense_for_some():
    def failed(*names: str) -> list:
        return [{"id": name, "status": "failed"} for name in names]

    assert _checks.may_heal(failed("slots_covered", "expect"))
    assert not _checks.may_heal(failed("slots_covered", "version_supported"))


def test_ranges_and_counts():
    assert _check.ranges([3, 1, 2, 7]) == "1-3, 7"
    assert (_check.count(1, "primary"), _check.count(2, "primary"), _check.count(0, "node")) == ("1 primary", "2 primaries", "0 nodes")
