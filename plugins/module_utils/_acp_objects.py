# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kubernetes' objects and a log say of the platform and of Redis, cut down to what a diagnosis looks at. Pure."""

from __future__ import annotations

import json

# What charts call Redis's port.
_REDIS_PORTS = ("tcp-redis", "redis")


def deployment(resource: dict | None) -> dict | None:
    if resource is None:
        return None
    spec, status = resource["spec"], resource.get("status", {})
    template = spec["template"]["spec"]
    return {
        "name": resource["metadata"]["name"],
        "replicas": spec.get("replicas", 1),
        "ready": status.get("readyReplicas", 0),
        "dns_policy": template.get("dnsPolicy", "ClusterFirst"),
        "nameservers": (template.get("dnsConfig") or {}).get("nameservers", []),
        "conditions": [
            {key: condition.get(key) for key in ("type", "status", "reason", "message")} for condition in status.get("conditions", [])
        ],
    }


def statefulset(resource: dict | None) -> dict | None:
    if resource is None:
        return None
    name, namespace, spec = resource["metadata"]["name"], resource["metadata"]["namespace"], resource["spec"]
    return {
        "name": name,
        "namespace": namespace,
        "replicas": spec.get("replicas", 1),
        "ready": resource.get("status", {}).get("readyReplicas", 0),
        # Where its nodes are to be found, wherever one asks from.
        "address": f"{spec.get('serviceName') or name}.{namespace}.svc.cluster.local:{redis_port(spec['template']) or 6379}",
    }


def pod(resource: dict) -> dict:
    metadata, spec, status = resource["metadata"], resource["spec"], resource.get("status", {})
    conditions = {condition["type"]: condition for condition in status.get("conditions", [])}
    scheduled = conditions.get("PodScheduled", {})
    states = {entry["name"]: entry for entry in status.get("initContainerStatuses", []) + status.get("containerStatuses", [])}
    return {
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "created": metadata["creationTimestamp"],
        "node": spec.get("nodeName"),
        "phase": "Terminating" if metadata.get("deletionTimestamp") else status.get("phase", "Unknown"),
        "ready": conditions.get("Ready", {}).get("status") == "True",
        "unscheduled": scheduled.get("message") if scheduled.get("status") == "False" else None,
        "containers": [_container(entry, states.get(entry["name"], {})) for entry in spec.get("initContainers", []) + spec["containers"]],
    }


def _container(spec: dict, status: dict) -> dict:
    resources = spec.get("resources") or {}
    state = status.get("state") or {}
    name, detail = next(iter(state.items()), ("waiting", {}))
    last = (status.get("lastState") or {}).get("terminated")
    return {
        "name": spec["name"],
        "image": spec["image"],
        "memory_limit": (resources.get("limits") or {}).get("memory"),
        "memory_request": (resources.get("requests") or {}).get("memory"),
        "ready": status.get("ready", False),
        "restarts": status.get("restartCount", 0),
        "state": name,
        "started": detail.get("startedAt") or (last or {}).get("startedAt"),
        **{key: detail.get(key) for key in ("reason", "message")},
        "exit_code": detail.get("exitCode"),
        "last": {key: last.get(field) for key, field in (("reason", "reason"), ("exit_code", "exitCode"), ("finished", "finishedAt"))} if last else None,
    }


def event(resource: dict) -> dict:
    about = resource.get("involvedObject") or {}
    series = resource.get("series") or {}
    return {
        "object": f"{about.get('kind')} {about.get('name')}",
        "type": resource.get("type"),
        "reason": resource.get("reason"),
        "message": (resource.get("message") or "").strip(),
        "count": series.get("count") or resource.get("count") or 1,
        "last": series.get("lastObservedTime") or resource.get("lastTimestamp") or resource.get("eventTime") or resource["metadata"].get("creationTimestamp"),
    }


def changed(resource: dict) -> str | None:
    """When the data of a ConfigMap or Secret was last written; a label or annotation does not count."""
    writes = [entry["time"] for entry in resource["metadata"].get("managedFields") or [] if "f:data" in entry.get("fieldsV1", {}) and entry.get("time")]
    return max(writes, default=resource["metadata"].get("creationTimestamp"))


def redis_port(resource: dict) -> int | None:
    """The port by whose name a pod, or a template of one, shows that it is Redis."""
    ports = [port for entry in resource["spec"]["containers"] for port in entry.get("ports") or []]
    return next((port["containerPort"] for port in ports if port.get("name") in _REDIS_PORTS), None)


def owner(resource: dict) -> str | None:
    """The StatefulSet that a pod belongs to."""
    return next((ref["name"] for ref in resource["metadata"].get("ownerReferences") or [] if ref["kind"] == "StatefulSet"), None)


def fatal(line: str) -> tuple[str, dict] | None:
    """When and what, of a line of the log (with its time in front) by which the platform says why it ends."""
    time, _space, text = line.partition(" ")
    if not text.startswith("{"):
        return None
    try:
        entry = json.loads(text)
    except ValueError:
        return None
    return (time, entry) if isinstance(entry, dict) and entry.get("level") == "fatal" else None
