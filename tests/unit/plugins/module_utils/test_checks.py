# SPDX-License-Identifier: GPL-3.0-or-later
"""Each check on what a real cluster looked like when it was well, and when it was really broken in the way that the check is for."""

from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _check, _checks
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

ALL = list(_checks.CATALOGUE)


def results(snapshot: dict, **options) -> dict:
    return {result["id"]: result for result in _checks.run(snapshot, ALL, **options)}


def bad(snapshot: dict) -> dict:
    return {name: result for name, result in results(snapshot).items() if result["status"] in ("warning", "failed")}


def expecting(name: str, **expected) -> dict:
    snapshot = recorded.snapshot(name)
    snapshot["expected"].update(expected)
    return snapshot


def nobody() -> dict:
    return {**recorded.snapshot("healthy"), "nodes": []}


def spread(*together: int) -> dict:
    """The laboratory has one Kubernetes node, so it is by hand that each pod has its own here; but for the shards named."""
    snapshot = recorded.snapshot("one_host")
    for node in snapshot["nodes"]:
        node["host"] = f"shard-{node['shard']}" if node["shard"] in together else node["name"]
    return snapshot


# What is not broken Redis, but another expectation, or the pods' places.
OTHERS = [
    ("reachable", expecting("healthy", nodes=9), "failed", "6 nodes of 9"),
    ("reachable", expecting("healthy", nodes=3), "warning", "6 nodes of 3"),
    ("reachable", nobody(), "failed", "no node at all"),
    ("primaries", expecting("healthy", nodes=6, replicas=0), "failed", "3 primaries with slots"),
    ("version_supported", expecting("newer", allow_unsupported=True), "warning", "8.2.3"),
    ("replicas_on_other_hosts", recorded.snapshot("one_host"), "warning", "shard 0 all on cloudentity-platform-control-plane; shard 1 all on"),
    ("replicas_on_other_hosts", spread(1), "warning", "shard 1 all on shard-1"),
]


@pytest.mark.parametrize("name", recorded.cases())
def test_broken_redis_is_red_for_its_reason_and_only_for_that(name):
    case, snapshot = recorded.cases()[name], recorded.snapshot(name)
    before = {} if case["case"] == "healthy" else bad(recorded.snapshot(recorded.well(case)))
    found = {check: result for check, result in bad(snapshot).items() if result["status"] != before.get(check, {}).get("status")}
    assert {check: result["status"] for check, result in found.items()} == {check: status for check, (status, _words) in case["shows"].items()}
    for check, (_status, words) in case["shows"].items():
        assert words in found[check]["observed"]
        assert found[check]["expected"] and found[check]["remedy"]


@pytest.mark.parametrize("name", recorded.cases())
def test_without_its_check_nothing_would_tell_the_reason(name):
    case = recorded.cases()[name]
    check, (_status, words) = next(iter(case["shows"].items()))
    others = _checks.run(recorded.snapshot(name), _checks.choose(None, [check]))
    assert words not in " ".join(result["observed"] for result in others if result["status"] in ("warning", "failed"))


@pytest.mark.parametrize(("check", "snapshot", "status", "observed"), OTHERS)
def test_other_expectations(check, snapshot, status, observed):
    result = results(snapshot)[check]
    assert result["status"] == status, result
    assert observed in result["observed"]
    assert result["expected"] and result["remedy"]


def test_every_check_was_seen_in_each_status_that_it_says():
    seen: dict = {check: set() for check in ALL}
    others = [*(snapshot for _check, snapshot, _status, _observed in OTHERS), expecting("healthy", search=False), spread()]
    for snapshot in [*(recorded.snapshot(name) for name in recorded.names()), *others]:
        for check, result in results(snapshot).items():
            seen[check].add(result["status"])
    assert seen == {name: {"ok", *check.gives} for name, check in _checks.CATALOGUE.items()}


def test_a_good_cluster_is_green():
    """Six nodes, TLS, a coordinator. Only its version is not the newest: no package carries that."""
    snapshot = recorded.snapshot("tls_coordinator")
    for node in snapshot["nodes"]:
        assert node["version"] == "6.2.11"
        node["version"] = "6.2.20"
    found = results(snapshot)
    # On loopback there are no Kubernetes nodes to spread over.
    assert {name: result["status"] for name, result in found.items() if result["status"] != "ok"} == {"replicas_on_other_hosts": "skipped"}
    assert all(result["remedy"] is None and not result["nodes"] for result in found.values())
    assert _checks.verdict(list(found.values())) == "ok"


def test_the_platforms_own_example_has_warnings_only():
    """Three primaries without replicas, a password, no TLS, a Redis that is not the newest."""
    snapshot = expecting("healthy", nodes=3, replicas=0)
    snapshot["nodes"] = [node for node in snapshot["nodes"] if node["role"] == "primary"]
    for node in snapshot["nodes"]:
        node["view"] = [entry for entry in node["view"] if entry["role"] == "primary"]
    found = results(snapshot)
    assert _checks.verdict(list(found.values())) == "warning"
    assert list(bad(snapshot)) == ["replicas_per_primary", "version_secure", "search_complete", "tls_required"]
    assert found["replicas_on_other_hosts"]["status"] == found["replication_in_sync"]["status"] == "skipped"


@pytest.mark.parametrize("name", ["password_wrong", "no_password", "tls_expected"])
def test_nothing_read_is_never_green(name):
    for only in ([], ["cluster_state"], ["module_loaded"]):
        found = _checks.run(recorded.snapshot(name), _checks.choose(only, None))
        assert _checks.verdict(found) == "failed"


def test_the_nodes_concerned_are_named():
    snapshot = recorded.snapshot("module_missing")
    assert results(snapshot)["module_loaded"]["nodes"] == [node["name"] for node in snapshot["nodes"] if not node["modules"]]


def test_search_is_not_judged_where_it_is_not_used():
    found = results(expecting("standalone", search=False))
    assert {found[name]["status"] for name in ("module_loaded", "search_works", "search_complete")} == {"skipped"}


def test_of_what_is_no_cluster_only_the_rest_is_judged():
    found = results(expecting("standalone", cluster=False, search=False))
    skipped = {name for name, result in found.items() if result["observed"] == "not a cluster: one address answers for all"}
    assert len(skipped) == 9 and {"cluster_state", "primaries", "replication_in_sync"} < skipped
    assert {name: found[name]["status"] for name in ("reachable", "persistence", "eviction_policy", "version_supported")} == {
        "reachable": "ok",
        "persistence": "ok",
        "eviction_policy": "ok",
        "version_supported": "ok",
    }


def test_the_module_of_what_is_no_cluster():
    snapshot = expecting("standalone", cluster=False)
    node = snapshot["nodes"][0]
    node.update(error=None, modules=[{"name": "search", "version": 20416, "semver": "2.4.16"}])
    node["search"].update(available=True, coordinator=False, documents=[])
    assert {results(snapshot)[name]["status"] for name in ("module_loaded", "search_works", "search_complete")} == {"ok"}
    node["search"].update(available=None, error="ERR no responses received")
    assert results(snapshot)["search_works"]["status"] == "failed"


def test_a_cluster_that_is_down_is_not_the_modules_fault():
    snapshot = recorded.snapshot("coordinator")
    for node in snapshot["nodes"]:
        node["search"].update(available=None, error="CLUSTERDOWN The cluster is down")
    assert results(snapshot)["search_works"]["status"] == "skipped"


@pytest.mark.parametrize(("found", "held", "status"), [(60, 20, "ok"), (59, 20, "ok"), (41, 20, "ok"), (40, 20, "failed"), (2, 1, "ok"), (None, 20, "ok")])
def test_a_search_may_miss_what_is_written_meanwhile_but_no_shard(found, held, status):
    snapshot = recorded.snapshot("search_partial")
    for node in snapshot["nodes"]:
        node["search"]["documents"] = [{"index": "sessions", "held": held, "found": found}]
    assert results(snapshot)["search_complete"]["status"] == status


@pytest.mark.parametrize(
    ("limit", "maximum", "status"), [(None, 0, "ok"), (100, 0, "warning"), (100, 200, "warning"), (200, 100, "warning"), (None, 85, "failed")]
)
def test_the_smaller_limit_of_memory_counts(limit, maximum, status):
    snapshot = recorded.snapshot("healthy")
    snapshot["nodes"][0].update(memory_limit=limit, memory={"used": 80, "max": maximum, "policy": "noeviction"})
    assert results(snapshot)["memory_headroom"]["status"] == status


def test_shards_on_several_hosts():
    result = results(spread())["replicas_on_other_hosts"]
    assert (result["status"], result["observed"]) == ("ok", "3 shards spread")
    two_of_three = recorded.snapshot("one_host")
    two_of_three["nodes"][0]["host"] = "another"
    assert len(results(two_of_three)["replicas_on_other_hosts"]["nodes"]) == 6


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
