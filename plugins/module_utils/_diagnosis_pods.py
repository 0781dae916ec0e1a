# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes that lie in Kubernetes: the pods are not there, or do not get what they need. The platform's pods, and Redis's. Pure."""

from __future__ import annotations

import datetime

from ansible_collections.cloudentity.platform.plugins.module_utils._diagnosis_rule import Found, Seen, cause

_PULL = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "ImageInspectError")
# A pod that was killed this long ago, and is ready again, was not killed by chance of the past.
_LATELY = datetime.timedelta(hours=1)


@cause("The platform is not installed here")
def not_installed(seen: Seen) -> Found | None:
    if seen["deployment"]:
        return None
    name = seen["release"]
    return Found(
        [f"namespace {seen.namespace} has no Deployment {name} and none {name}-acp"],
        "Check the namespace and the name of the release (helm list -A); if both are right, install it: playbook cloudentity.platform.acp.",
    )


@cause("The platform is scaled down to nothing")
def scaled_down(seen: Seen) -> Found | None:
    deployment = seen["deployment"]
    if not deployment or deployment["replicas"] > 0:
        return None
    return Found(
        [f"Deployment {deployment['name']} asks for 0 pods"],
        f"kubectl -n {seen.namespace} scale deployment/{deployment['name']} --replicas=1 (or as many as the release's replicaCount says).",
    )


@cause("Kubernetes refuses to make the platform's pods")
def pods_refused(seen: Seen) -> Found | None:
    conditions = seen["deployment"]["conditions"] if seen["deployment"] else []
    refused = [condition["message"] for condition in conditions if condition["type"] == "ReplicaFailure" and condition["status"] == "True"]
    if not refused:
        return None
    return Found(refused, "Give the namespace what the message asks for: a larger quota, or pods that fit the namespace's policies.")


@cause("An object that a pod needs is not there")
def object_missing(seen: Seen) -> Found | None:
    proof = [source["problem"] for source in seen["sources"] if "does not exist" in source["problem"] or "has no key" in source["problem"]]
    stuck = {f"Pod {pod['name']}" for pod in seen.stuck}
    mounts = [event for event in seen["events"] if event["object"] in stuck and event["reason"] == "FailedMount" and "not found" in event["message"]]
    proof += [_text(pod, one) for pod, one in _waiting(seen) if one["reason"] == "CreateContainerConfigError"]
    proof += [f"{event['object']}: {event['message']}" for event in mounts]
    if not proof:
        return None
    return Found(list(dict.fromkeys(proof)), "Create the object; if it belongs to a release, run that release's playbook again, which puts it back.")


@cause("An image cannot be pulled")
def image_pull(seen: Seen) -> Found | None:
    found = [(pod, one) for pod, one in _waiting(seen) if one["reason"] in _PULL]
    if not found:
        return None
    images = ", ".join(dict.fromkeys(one["image"] for _pod, one in found))
    return Found(
        [_text(pod, one) for pod, one in found],
        f"Make {images} available: correct its name or tag, give a pull secret for its registry, or mirror it to a registry that the nodes can reach.",
    )


@cause("A container needs more memory than it may have")
def memory_killed(seen: Seen) -> Found | None:
    return _killed([(pod, one) for pod in seen.stuck for one in pod["containers"] if _is_killed(one)])


@cause("A container was lately killed for want of memory")
def memory_killed_before(seen: Seen) -> Found | None:
    now = _time(seen["taken_at"])
    pods = [pod for pod in seen["pods"] + seen["redis_pods"] if pod["ready"]]
    return _killed([(pod, one) for pod in pods for one in pod["containers"] if _is_killed(one) and now - _time(one["last"]["finished"]) < _LATELY])


@cause("No Kubernetes node has enough memory left for a pod")
def memory_short(seen: Seen) -> Found | None:
    found = [pod for pod in seen.stuck if "Insufficient memory" in (pod["unscheduled"] or "")]
    if not found:
        return None
    asked = {one["memory_request"] for pod in found for one in pod["containers"] if one["memory_request"]}
    return Found(
        [f"pod {pod['name']}: {pod['unscheduled']}" for pod in found] + ([f"memory requested: {', '.join(sorted(asked))}"] if asked else []),
        "Ask for less (resources.requests.memory of the release), or add memory to the cluster: kubectl describe nodes shows what is taken.",
    )


@cause("A pod finds no Kubernetes node to run on", fallback=True)
def unschedulable(seen: Seen) -> Found | None:
    found = [pod for pod in seen.stuck if pod["unscheduled"]]
    if not found:
        return None
    return Found(
        [f"pod {pod['name']}: {pod['unscheduled']}" for pod in found],
        "Give the scheduler what it misses: room on the nodes, or other node selectors, tolerations, anti-affinity or storage.",
    )


@cause("The platform ends by itself, and not because of Redis", fallback=True)
def platform_ends(seen: Seen) -> Found | None:
    proof = [str(seen.fatal)] if seen.fatal else []
    for pod in seen.unready:
        for one in pod["containers"]:
            code = one["exit_code"] or (one["last"] or {}).get("exit_code")
            if code:
                proof.append(f"pod {pod['name']}, container {one['name']}: ended with code {code}, {one['restarts']} restarts")
    return Found(proof, "See what its message says; the lines before it are in the support bundle (logs/).") if proof else None


@cause("The platform has not become ready yet", fallback=True)
def not_ready(seen: Seen) -> Found | None:
    if seen.serves:
        return None
    deployment = seen["deployment"]
    proof = [f"Deployment {deployment['name']}: {deployment['ready']} of {deployment['replicas']} pods ready"]
    proof += [f"pod {pod['name']}: {pod['phase']}, created {pod['created']}" + _waits(pod) for pod in seen.unready]
    recent = [event for event in seen["events"] if event["type"] == "Warning"][-2:]
    proof += [f"{event['object']}: {event['reason']}: {event['message']}" for event in recent]
    return Found(proof, "Wait a minute and ask again; then see the pod's events and log.")


def _killed(found: list[tuple[dict, dict]]) -> Found | None:
    if not found:
        return None
    proof = [
        f"pod {pod['name']}, container {one['name']}: OOMKilled, memory limit {one['memory_limit'] or 'none (the node itself ran out)'},"
        f" {one['restarts']} restarts"
        for pod, one in found
    ]
    return Found(proof, "Raise the memory limit (resources.limits.memory of the release); for Redis, see first what fills it (check memory_headroom).")


def _is_killed(one: dict) -> bool:
    # A limit that is too small even for the start kills the program that makes the container.
    return "OOMKilled" in (one["reason"], (one["last"] or {}).get("reason")) or "oom-killed" in (one["message"] or "").lower()


def _waiting(seen: Seen) -> list[tuple[dict, dict]]:
    return [(pod, one) for pod in seen.stuck for one in pod["containers"] if one["state"] == "waiting" and one["reason"]]


def _waits(pod: dict) -> str:
    waiting = [one for one in pod["containers"] if one["state"] == "waiting" and one["reason"]]
    return "".join(f"; container {one['name']} waits: {one['reason']}" for one in waiting)


def _text(pod: dict, one: dict) -> str:
    return f"pod {pod['name']}, container {one['name']}, image {one['image']}: {one['reason']}: {one['message'] or ''}".rstrip(": ")


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
