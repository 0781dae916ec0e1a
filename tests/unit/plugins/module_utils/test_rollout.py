# SPDX-License-Identifier: GPL-3.0-or-later
"""When a rollout is complete, and what will never be. The shapes are those that a real API server answered."""

from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _rollout

PATIENCE = _rollout.Patience(grace=60, schedule_grace=240, max_restarts=4)


def workload(kind: str = "StatefulSet", generation: int = 2, replicas: int = 3, strategy=None, **status) -> dict:
    return {
        "kind": kind,
        "metadata": {"name": "redis", "generation": generation},
        "spec": {"replicas": replicas, "updateStrategy": strategy or {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}},
        "status": {"observedGeneration": 2, **status},
    }


def pod(name: str, revision: str = "new", waiting=None, restarts: int = 0, ready: bool = False, message: str = "", **labels) -> dict:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    if waiting == "Unschedulable":
        conditions.append({"type": "PodScheduled", "status": "False", "message": message})
    states = [{"name": "redis", "restartCount": restarts, "state": {"waiting": {"reason": waiting}} if waiting else {"running": {}}}]
    return {
        "metadata": {"name": name, "labels": {"controller-revision-hash": revision, **labels}},
        "status": {"phase": "Running", "conditions": conditions, "containerStatuses": states if waiting != "Unschedulable" else []},
    }


def judge(resource: dict, *pods: dict, since=None, now: float = 0.0):
    return _rollout.judge([(resource, list(pods))], since or {}, now, PATIENCE)


@pytest.mark.parametrize(
    ("resource", "text"),
    [
        (workload(readyReplicas=3, updatedReplicas=3, updateRevision="new", currentRevision="new"), ""),
        (workload(readyReplicas=2), "2 of 3 pods ready"),
        (workload(), "0 of 3 pods ready"),
        (workload(generation=3, readyReplicas=3), "not taken up yet"),
        (workload(readyReplicas=3, updatedReplicas=1, updateRevision="new", currentRevision="old"), "1 of 3 pods updated"),
        (workload(readyReplicas=3, updatedReplicas=1, updateRevision="new", currentRevision="old", strategy={"type": "OnDelete"}), ""),
        (workload(readyReplicas=3, updatedReplicas=1, updateRevision="new", currentRevision="old", strategy={"rollingUpdate": {"partition": 2}}), ""),
        (workload("Deployment", replicas=2), "0 of 2 pods created"),
        (workload("Deployment", replicas=0), ""),
        (workload("Deployment", replicas=1, updatedReplicas=1), "0 of 1 pods ready"),
        (workload("Deployment", replicas=1, updatedReplicas=1, availableReplicas=1), ""),
    ],
)
def test_complete_or_not(resource, text):
    judgement = judge(resource)
    assert judgement.done is (text == "") and text in judgement.text
    assert judgement.workloads[0]["done"] is judgement.done


def test_old_pods_of_a_deployment_have_to_be_gone():
    resource = workload("Deployment", replicas=1, updatedReplicas=1, availableReplicas=1)
    resource["status"]["replicas"] = 2
    assert judge(resource).text == "waits for Deployment redis (1 old pods still there)"


def test_the_states_of_the_pods_are_counted():
    resource = workload(replicas=4, readyReplicas=1, updateRevision="new")
    pods = [pod("redis-0", ready=True), pod("redis-1", waiting="ContainerCreating"), pod("redis-2", waiting="ContainerCreating"), pod("redis-3")]
    assert judge(resource, *pods).text == "waits for StatefulSet redis (1 of 4 pods ready, 2 ContainerCreating, 1 running but not ready)"


@pytest.mark.parametrize(("restarts", "said"), [(0, "died once"), (2, "died 3 times")])
def test_deaths_are_counted_whether_it_waits_or_not(restarts, said):
    waits, ended = pod("redis-2", waiting="CrashLoopBackOff", restarts=restarts), pod("redis-2", restarts=restarts)
    ended["status"]["containerStatuses"][0]["state"] = {"terminated": {"exitCode": 1}}
    for state in (waits, ended):
        assert judge(workload(readyReplicas=2, updateRevision="new"), state).text == f"waits for StatefulSet redis (2 of 3 pods ready, 1 {said})"


def test_a_pod_without_a_place_says_why():
    broken = pod("redis-2", waiting="Unschedulable", message="0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate.")
    said = judge(workload(readyReplicas=2, updateRevision="new"), broken).text
    assert said == "waits for StatefulSet redis (2 of 3 pods ready, 1 not scheduled: 0/1 nodes are available: 1 Insufficient cpu)"


@pytest.mark.parametrize(
    ("broken", "seconds"),
    [
        (pod("redis-2", waiting="ErrImageNeverPull"), 0),
        (pod("redis-2", waiting="CrashLoopBackOff", restarts=4), 0),
        (pod("redis-2", waiting="ImagePullBackOff"), 60),
        (pod("redis-2", waiting="CreateContainerConfigError"), 60),
        (pod("redis-2", waiting="Unschedulable", message="0/1 nodes are available: 1 Insufficient memory."), 240),
        (pod("redis-2", waiting="CrashLoopBackOff", restarts=3), None),
        (pod("redis-2", waiting="ContainerCreating"), None),
        (pod("redis-2"), None),
    ],
)
def test_what_is_hopeless_and_when(broken, seconds):
    resource = workload(readyReplicas=2, updateRevision="new")
    first = judge(resource, broken, now=100)
    assert bool(first.hopeless) is (seconds == 0)
    for now in (100 + (seconds or 0) - 1, 100 + (seconds if seconds is not None else 10000)):
        later = judge(resource, broken, since=first.since, now=now)
        assert bool(later.hopeless) is (seconds is not None and now - 100 >= seconds)
        assert all("redis-2" in words for words in later.hopeless)


def test_what_passed_is_forgotten():
    resource = workload(readyReplicas=2, updateRevision="new")
    assert judge(resource, pod("redis-2", waiting="ImagePullBackOff"), now=5).since == {"redis-2": 5}
    assert judge(resource, pod("redis-2", waiting="ContainerCreating"), since={"redis-2": 5}, now=100).since == {}


def test_pods_of_an_older_revision_are_not_judged():
    stuck = pod("redis-2", revision="old", waiting="CrashLoopBackOff", restarts=50)
    assert judge(workload(readyReplicas=2, updateRevision="new"), stuck).hopeless == []
    assert judge(workload(readyReplicas=2, updateRevision="old"), stuck).hopeless != []


def test_the_youngest_pod_tells_a_deployments_revision():
    old = pod("acp-1", waiting="CrashLoopBackOff", restarts=50, **{"pod-template-hash": "a"})
    new = pod("acp-2", waiting="ContainerCreating", **{"pod-template-hash": "b"})
    old["metadata"]["creationTimestamp"], new["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"
    resource = workload("Deployment", replicas=1, updatedReplicas=1)
    assert judge(resource, old, new).hopeless == []
    assert judge(resource, old).hopeless != []
    # Before the new ReplicaSet made its first pod, the youngest is an old one.
    assert judge(workload("Deployment", replicas=1), old).hopeless == []


def test_what_kubernetes_says_of_a_deployment():
    resource = workload("Deployment", replicas=1)
    resource["status"]["conditions"] = [{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota"}]
    first = judge(resource, now=0)
    assert first.hopeless == [] and judge(resource, since=first.since, now=60).hopeless == ["Deployment redis: exceeded quota"]
    resource["status"]["conditions"] = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "has timed out"}]
    assert judge(resource).hopeless == ["Deployment redis: has timed out"]
