# SPDX-License-Identifier: GPL-3.0-or-later
"""Are the pods of StatefulSets and Deployments ready as these say, and if not, will they ever be. Pure: plain JSON in, judgement out."""

from __future__ import annotations

import collections
import dataclasses

from ansible_collections.cloudentity.platform.plugins.module_utils import _progress, _text

# Reasons for which a container waits. The first do not pass; the others may: a registry comes back, a Secret is created a moment later.
_NEVER = ("ErrImageNeverPull", "InvalidImageName")
_PASSING = (
    *("ImagePullBackOff", "ErrImagePull", "ImageInspectError", "RegistryUnavailable"),
    *("CreateContainerConfigError", "CreateContainerError", "RunContainerError"),
)


@dataclasses.dataclass(frozen=True)
class Patience:
    """Seconds for what may pass, seconds for a place to be found, and how often a container may die."""

    grace: float
    schedule_grace: float
    max_restarts: int


@dataclasses.dataclass(frozen=True)
class Judgement:
    """`hopeless` says in words what will not become ready; `since` remembers when each trouble that may pass was first seen."""

    done: bool
    hopeless: list[str]
    text: str
    since: dict
    workloads: list[dict]
    waiting: list[dict]


def judge(workloads: list[tuple[dict, list[dict]]], since: dict, now: float, patience: Patience) -> Judgement:
    """Each workload comes with its pods."""
    hopeless, waiting, parts, seen = [], [], [], {}
    for resource, pods in workloads:
        problem = _missing(resource)
        if not problem:
            continue
        current = [pod for pod in _current(resource, pods) if not _is_ready(pod)]
        waiting += current
        parts.append((title(resource), ", ".join([problem, *_reasons(current)])))
        for name, (text, allowed) in _troubles(resource, current, patience).items():
            seen[name] = since.get(name, now)
            if now - seen[name] >= allowed:
                hopeless.append(text)
    facts = [_facts(resource, problem=_missing(resource)) for resource, _pods in workloads]
    return Judgement(not parts, hopeless, _progress.waits_for(parts), seen, facts, waiting)


def title(resource: dict) -> str:
    return f"{resource['kind']} {resource['metadata']['name']}"


def _facts(resource: dict, problem: str) -> dict:
    status = resource.get("status", {})
    return {
        "kind": resource["kind"],
        "name": resource["metadata"]["name"],
        "replicas": _wanted(resource),
        "updated": status.get("updatedReplicas", 0),
        "ready": status.get("readyReplicas", 0),
        "done": not problem,
    }


def _wanted(resource: dict) -> int:
    return resource["spec"].get("replicas", 1)


def _missing(resource: dict) -> str:
    """What keeps the rollout from being complete, by the rules of `kubectl rollout status`; empty when it is."""
    spec, status, wanted = resource["spec"], resource.get("status", {}), _wanted(resource)
    ready, updated = status.get("readyReplicas", 0), status.get("updatedReplicas", 0)
    if status.get("observedGeneration", 0) < resource["metadata"].get("generation", 0):
        return "not taken up yet"
    if resource["kind"] == "Deployment":
        if updated < wanted:
            return f"{updated} of {wanted} pods created"
        if status.get("replicas", 0) > updated:
            return f"{status['replicas'] - updated} old pods still there"
        available = status.get("availableReplicas", 0)
        return "" if available >= wanted else f"{available} of {wanted} pods ready"
    if ready < wanted:
        return f"{ready} of {wanted} pods ready"
    strategy = spec.get("updateStrategy", {})
    new = wanted - (strategy.get("rollingUpdate") or {}).get("partition", 0)
    if strategy.get("type") != "OnDelete" and status.get("updateRevision") != status.get("currentRevision") and updated < new:
        return f"{updated} of {new} pods updated"
    return ""


def _current(resource: dict, pods: list[dict]) -> list[dict]:
    """The pods of the newest revision: those of an older one are on their way out, and may be what the upgrade repairs."""
    pods = [pod for pod in pods if not pod["metadata"].get("deletionTimestamp")]
    if resource["kind"] == "StatefulSet":
        newest = resource.get("status", {}).get("updateRevision")
        return [pod for pod in pods if _label(pod, "controller-revision-hash") in (newest, None)]
    if not resource.get("status", {}).get("updatedReplicas"):
        return []
    # The Deployment does not name its newest ReplicaSet; the youngest pod is of it.
    youngest = max(pods, key=lambda pod: pod["metadata"].get("creationTimestamp", ""), default=None)
    return [pod for pod in pods if _label(pod, "pod-template-hash") == _label(youngest, "pod-template-hash")]


def _label(pod: dict, name: str) -> str | None:
    return pod["metadata"].get("labels", {}).get(name)


def _is_ready(pod: dict) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in pod.get("status", {}).get("conditions", []))


def _containers(pod: dict, state: str) -> list[tuple[dict, dict]]:
    """The containers in this state, and what is said of it."""
    status = pod.get("status", {})
    containers = status.get("initContainerStatuses", []) + status.get("containerStatuses", [])
    return [(container, container["state"][state]) for container in containers if container.get("state", {}).get(state)]


def _unscheduled(pod: dict) -> str | None:
    conditions = pod.get("status", {}).get("conditions", [])
    return next((c.get("message", "not scheduled") for c in conditions if c["type"] == "PodScheduled" and c["status"] == "False"), None)


def _reasons(pods: list[dict]) -> list[str]:
    """`2 ContainerCreating`: how many pods there are in each state."""
    counted = collections.Counter(_state(pod) for pod in pods)
    return [f"{number} {state}" for state, number in counted.most_common()]


def _state(pod: dict) -> str:
    unscheduled = _unscheduled(pod)
    if unscheduled:
        return f"not scheduled: {unscheduled.split('. ')[0].rstrip('.')}"
    died = [container for container, ended in _containers(pod, "terminated") if ended["exitCode"]]
    waiting = [(container, state.get("reason", "waiting")) for container, state in _containers(pod, "waiting")]
    # Between two deaths a container is in either state; a line that changes to and fro says nothing new.
    died += [container for container, reason in waiting if reason == "CrashLoopBackOff"]
    if died:
        times = max(container.get("restartCount", 0) for container in died) + 1
        return "died once" if times == 1 else f"died {times} times"
    reasons = [reason for _container, reason in waiting if reason != "PodInitializing"]
    if reasons:
        return reasons[0]
    if pod.get("status", {}).get("phase") == "Running":
        return "running but not ready"
    return "starting"


def _troubles(resource: dict, pods: list[dict], patience: Patience) -> dict:
    """What goes wrong, by name: its words, and how many seconds it is given."""
    found = {}
    for condition in resource.get("status", {}).get("conditions", []):
        words = f"{title(resource)}: {condition.get('message', condition.get('reason', ''))}"
        if condition["type"] == "Progressing" and condition.get("reason") == "ProgressDeadlineExceeded":
            found[f"{title(resource)} deadline"] = words, 0.0
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            found[f"{title(resource)} creation"] = words, patience.grace
    for pod in pods:
        allowed = _allowed(pod, patience)
        if allowed is not None:
            found[pod["metadata"]["name"]] = _text.pods([pod])[0], allowed
    return found


def _allowed(pod: dict, patience: Patience) -> float | None:
    """How many seconds this pod's state is given; None where nothing is wrong."""
    if _unscheduled(pod):
        return patience.schedule_grace
    for container, waiting in _containers(pod, "waiting"):
        reason = waiting.get("reason")
        if reason in _NEVER or (reason == "CrashLoopBackOff" and container.get("restartCount", 0) >= patience.max_restarts):
            return 0.0
        if reason in _PASSING:
            return patience.grace
    return None
