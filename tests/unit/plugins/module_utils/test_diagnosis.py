# SPDX-License-Identifier: GPL-3.0-or-later
"""The judgement, on evidence that the scenario diagnose has recorded from a platform that was really broken, and on what differs from it in a known way."""

from __future__ import annotations

import copy
import json
import pathlib

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _diagnosis
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

HERE = pathlib.Path(__file__).parent / "fixtures" / "acp"
RECORDED = sorted(path.stem for path in HERE.glob("*.json"))
NO_RESPONSES = "failed to create redis client: failed to get redis info: ERR no responses received"
NO_COMMAND = "failed to create redis client: failed to get redis info: ERR unknown command `FT.INFO`, with args beginning with: `default-index`, "
REFUSED = "failed to create redis client: failed to get redis info: dial tcp 10.0.0.7:6380: connect: connection refused"


def facts(name: str, **changes) -> dict:
    return {**json.loads((HERE / f"{name}.json").read_text()), **copy.deepcopy(changes)}


def judged(seen: dict) -> list[str]:
    """The id of the cause, then those of what else was found."""
    found = _diagnosis.judge(seen)
    assert found["healthy"] == (found["cause"] is None)
    every = [finding for finding in (found["cause"], *found["findings"]) if finding]
    assert all(finding["title"] and finding["proof"] and all(finding["proof"]) and finding["remedy"] for finding in every)
    return [finding["id"] for finding in every]


def dead(**container) -> dict:
    """A pod of the platform that does not serve."""
    seen = facts("healthy")["pods"][0]
    return {**seen, "ready": False, "containers": [{**seen["containers"][0], "ready": False, **container}]}


def dying(error: str, **changes) -> dict:
    """A platform that ends with this line, while nobody could ask Redis."""
    pod = dead(state="waiting", reason="CrashLoopBackOff", exit_code=None, last={"reason": "Error", "exit_code": 1, "finished": "2026-11-25T14:00:00Z"})
    line = json.dumps({"level": "fatal", "msg": "failed to create storage", "error": error})
    logs = [{"pod": pod["name"], "container": "acp", "previous": True, "lines": [f"2026-11-25T14:00:00.123456789Z {line}"]}]
    return facts("healthy", pods=[pod], logs=logs, deployment={**facts("healthy")["deployment"], "ready": 0}, **changes)


def failing(kind: str, message: str = "what was answered") -> dict:
    connection = copy.deepcopy(facts("healthy")["connection"])
    connection["failures"] = [
        {"kind": kind, "address": entry["address"], "node": node, "message": message, "cause": "the cause", "remedy": "do something"}
        for entry in connection["addresses"]
        for node in entry["nodes"]
    ]
    return connection


@pytest.mark.parametrize("name", RECORDED)
def test_what_was_recorded(name):
    assert (judged(facts(name)) or ["healthy"])[0] == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("address", ["has port 6379, 16379, not 6380", REFUSED.split("10.0.0.7", maxsplit=1)[0], "Correct redis.addrs to acp-redis-cluster-headless:6379"]),
        ("password_differs", ["differs from key redis-password of Secret acp-redis-cluster", NO_RESPONSES, "rollout restart deployment/acp"]),
        ("module_missing", ["acp-redis-cluster-2", NO_COMMAND, "Load the module on acp-redis-cluster-2"]),
    ],
)
def test_the_documents_three_fatal_lines(name, words):
    seen = facts(name)
    message = _diagnosis.message(_diagnosis.judge(seen), seen)
    assert message.startswith("CAUSE: ") and "\nPROOF:\n  - " in message and "\nREMEDY: " in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(("error", "cause"), [(REFUSED, "address"), (NO_RESPONSES, "login_refused"), (NO_COMMAND, "module_missing")])
def test_the_lines_alone_where_redis_cannot_be_asked(error, cause):
    seen = dying(error, connection=None, password=None, checks=[], unread=["pods/portforward"])
    assert judged(seen) == [cause]
    message = _diagnosis.message(_diagnosis.judge(seen), seen)
    assert json.dumps(error)[1:-1] in message and "COULD NOT BE READ" in message


@pytest.mark.parametrize("error", [REFUSED, NO_RESPONSES, NO_COMMAND])
def test_the_lines_alone_where_the_configuration_cannot_be_read_either(error):
    assert len(judged(dying(error, connection=None, redis=None, addresses=[], password=None, checks=[], module_loaded=None, redis_namespace=None))) == 1


def test_nothing_is_wrong():
    seen = facts("healthy")
    message = _diagnosis.message(_diagnosis.judge(seen), seen)
    assert message.startswith("Nothing is wrong.") and "1 of 1 pods ready" in message and "3 nodes of Redis" in message


POD = facts("healthy")["pods"][0]
DEPLOYMENT = facts("healthy")["deployment"]
ADDRESS = facts("healthy")["addresses"][0]
CHECK = {"status": "failed", "observed": "o", "expected": "e", "remedy": "do it", "nodes": []}
UNREADY = {**DEPLOYMENT, "ready": 0}

# What the scenario does not make: one fact of the healthy platform is another one.
VARIATIONS = {
    "pods_refused": {
        "deployment": {**UNREADY, "conditions": [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"}]},
        "pods": [],
    },
    "unschedulable": {"deployment": UNREADY, "pods": [{**dead(), "unscheduled": "0/3 nodes are available: 3 node(s) had untolerated taint(s)."}]},
    "platform_ends": {"deployment": UNREADY, "pods": [dead(state="terminated", exit_code=2)]},
    "not_ready": {"deployment": UNREADY, "pods": [dead(state="waiting", reason="ContainerCreating")]},
    "memory_killed_before": {
        "pods": [{**POD, "containers": [{**POD["containers"][0], "last": {"reason": "OOMKilled", "exit_code": 137, "finished": facts("healthy")["taken_at"]}}]}]
    },
    "redis_down": {"redis_pods": [], "statefulset": {**facts("healthy")["statefulset"], "replicas": 0, "ready": 0}, "connection": failing("address")},
    "tls_certificate": {"connection": failing("tls", "certificate not accepted: self-signed certificate")},
    "login_refused": {"connection": failing("credentials"), "redis": {**facts("healthy")["redis"], "username": "platform"}},
    "connection_fails": {"connection": failing("not_a_cluster")},
    "redis_unhealthy": {"checks": [{**CHECK, "id": "slots_covered"}, {**CHECK, "id": "version_supported"}]},
    "redis_unfit": {"checks": [{**CHECK, "id": "version_supported"}]},
    "single_address": {"redis": {**facts("healthy")["redis"], "addrs": ["redis:6379"]}},
    "other_namespace": {"described": True, "redis_namespace": "home", "addresses": [{**ADDRESS, "namespace": "abroad"}]},
}


@pytest.mark.parametrize("cause", VARIATIONS)
def test_one_fact_is_another(cause):
    assert judged(facts("healthy", **VARIATIONS[cause]))[0] == cause


def test_every_cause_is_tested():
    assert {rule.id for rule in _diagnosis.CATALOGUE} == {*RECORDED, *VARIATIONS, "restart_pending"} - {"healthy"}


def test_gaps_that_a_missing_object_leaves_are_no_mistakes():
    assert judged(facts("object_missing")) == ["object_missing"]
    assert judged(facts("configuration_invalid")) == ["configuration_invalid"]


def test_the_right_address_is_told():
    seen = facts("name_unknown")
    seen["statefulset"]["address"] = "acp-redis-cluster-headless.acp.svc.cluster.local:6379"
    assert "Correct redis.addrs to acp-redis-cluster-headless.acp.svc.cluster.local:6379, twice" in _diagnosis.judge(seen)["cause"]["remedy"]


def test_redis_is_back_but_the_platform_still_waits():
    assert judged(dying(REFUSED)) == ["restart_pending"]


def test_a_mistake_that_was_corrected_but_not_read():
    seen = dying(NO_RESPONSES)
    seen["sources"][2]["changed"] = "2026-11-25T23:00:00Z"
    assert judged(seen) == ["configuration_old"]
    assert any("no responses received" in line for line in _diagnosis.judge(seen)["cause"]["proof"])


def test_a_container_that_starts_anew_may_still_find_the_old_files():
    seen = facts("configuration_old")
    changed = max(source["changed"] for source in seen["sources"])
    for started, old in (("30", True), ("59", True)):
        seen["pods"][0]["containers"][0]["started"] = changed[:17] + started + "Z"
        assert (judged(seen) == ["configuration_old"]) is old
    seen["pods"][0]["containers"][0]["started"] = "2099-01-01T00:00:00Z"
    assert not judged(seen)


def test_a_new_pod_has_read_it():
    seen = facts("configuration_old")
    seen["pods"].append({**seen["pods"][0], "name": "new", "created": "2099-01-01T00:00:00Z"})
    assert not judged(seen)


def test_dns_is_not_blamed_for_a_service_that_came_later():
    seen = facts("dns")
    seen["addresses"][0]["created"] = "2099-01-01T00:00:00Z"
    assert judged(seen) == ["restart_pending"]


def test_dns_of_the_cluster_is_named_where_the_pod_asks_it():
    seen = facts("dns")
    seen["deployment"]["dns_policy"] = "ClusterFirst"
    found = _diagnosis.judge({**seen, "dns": {"pods": 2, "ready": 0}})["cause"]
    assert found["id"] == "dns" and any("0 of 2 pods ready" in line for line in found["proof"])


def test_what_a_pod_got_over_is_over():
    seen = dying(REFUSED)
    assert not judged({**seen, "pods": facts("healthy")["pods"], "deployment": facts("healthy")["deployment"]})


def test_where_no_redis_is_known_a_service_of_that_name_is_a_hint():
    seen = facts("name_unknown", redis_namespace=None, statefulset=None, redis_pods=[], password=None)
    seen["addresses"] = [{**entry, "elsewhere": ["home"]} for entry in seen["addresses"]]
    assert judged(seen) == ["other_namespace"]
    assert "acp-redis-misspelled.home.svc.cluster.local:6379" in _diagnosis.judge(seen)["cause"]["remedy"]
    assert judged({**seen, "redis_namespace": seen["namespace"]}) == ["name_unknown"]


def test_redis_of_another_namespace_that_serves_is_nobodys_mistake():
    assert not judged(facts("healthy", redis_namespace="home", addresses=[{**ADDRESS, "namespace": "abroad"}]))


def test_a_cause_does_not_hide_what_is_wrong_besides():
    seen = facts("password_differs")
    image = facts("image_pull")
    assert judged({**seen, "pods": image["pods"], "deployment": image["deployment"]}) == ["image_pull", "password_differs"]


def test_redis_own_pods_count_too():
    pod = facts("image_pull")["pods"][0]
    found = judged(facts("healthy", redis_pods=[{**pod, "name": "acp-redis-cluster-1"}], connection=failing("address")))
    assert found[0] == "image_pull"


def test_nodes_of_one_answer_share_a_line():
    proof = _diagnosis.judge(facts("healthy", connection=failing("not_a_cluster")))["cause"]["proof"]
    nodes = "acp-redis-cluster-0, acp-redis-cluster-1, acp-redis-cluster-2 behind acp-redis-cluster-headless:6379"
    assert proof == [f"connecting as the platform does: {nodes}: what was answered"]


@pytest.mark.parametrize("name", ["healthy", "password_wrong", "module_missing"])
def test_checks_of_the_catalogue_are_known_here(name):
    from ansible_collections.cloudentity.platform.plugins.module_utils import _checks, _diagnosis_redis

    assert set(_diagnosis_redis._SERVING) <= set(_checks.CATALOGUE)
    snapshot = recorded.snapshot(name)
    results = _checks.run(snapshot, _checks.choose(None, None))
    failed = [check for check in results if check["status"] == "failed"]
    assert bool(failed) == ("redis_unhealthy" in judged(facts("healthy", checks=results)))
