# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kubernetes' objects say about the way to Redis: pods, Services, EndpointSlices. Pure: plain JSON in, plain data out."""

from __future__ import annotations

import dataclasses
import re

# What charts call Redis's port; a pod that names it so needs no guess.
_PORT_NAMES = ("tcp-redis", "redis")
_UNITS = {"": 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


@dataclasses.dataclass(frozen=True)
class Pod:
    name: str
    namespace: str
    ip: str | None
    host: str | None
    phase: str
    ready: bool
    dns: str | None
    trouble: str
    ports: tuple
    memory_limits: tuple

    def redis_port(self, default: int) -> int:
        named = [number for name, number, _container in self.ports if name in _PORT_NAMES]
        return named[0] if named else default

    def target_port(self, target) -> int | None:
        """The number of a Service's targetPort, which may be a name."""
        if isinstance(target, int):
            return target
        return next((number for name, number, _container in self.ports if name == target), None)

    def memory_limit(self, port: int) -> int | None:
        """The limit of the container that has this port, in bytes."""
        container = next((container for _name, number, container in self.ports if number == port), None)
        return dict(self.memory_limits).get(container)


def pod(resource: dict) -> Pod:
    metadata, spec, status = resource["metadata"], resource.get("spec", {}), resource.get("status", {})
    containers = spec.get("containers", [])
    dns = None
    if spec.get("hostname") and spec.get("subdomain"):
        dns = f"{spec['hostname']}.{spec['subdomain']}.{metadata['namespace']}.svc.cluster.local"
    return Pod(
        name=metadata["name"],
        namespace=metadata["namespace"],
        ip=status.get("podIP"),
        host=spec.get("nodeName"),
        phase="Terminating" if metadata.get("deletionTimestamp") else status.get("phase", "Unknown"),
        ready=_condition(status, "Ready") == "True",
        dns=dns,
        trouble=_trouble(status),
        ports=tuple((p.get("name"), p["containerPort"], c["name"]) for c in containers for p in c.get("ports", [])),
        memory_limits=tuple((c["name"], quantity(c.get("resources", {}).get("limits", {}).get("memory"))) for c in containers),
    )


def quantity(text: str | None) -> int | None:
    """Kubernetes' notation of an amount, such as 512Mi."""
    match = re.fullmatch(r"([0-9.]+)([a-zA-Z]*)", str(text or ""))
    return int(float(match[1]) * _UNITS[match[2]]) if match and match[2] in _UNITS else None


def service_target(service: dict, port: int):
    """The targetPort behind a Service's port; None when the Service has no such port."""
    for entry in service["spec"].get("ports", []):
        if entry["port"] == port:
            return entry.get("targetPort", port)
    return None


def is_headless(service: dict) -> bool:
    return service["spec"].get("clusterIP") == "None"


def serves(service: dict, candidate: Pod) -> bool:
    """Whether the Service's name or address leads to this pod now."""
    return bool(candidate.ip) and (candidate.ready or bool(service["spec"].get("publishNotReadyAddresses")))


def slice_endpoints(slices: list, service: dict, port: int) -> list[tuple[str, int, str | None]]:
    """(address, port, pod name or None) out of the EndpointSlices of a Service without a selector."""
    name = next((entry.get("name", "") for entry in service["spec"].get("ports", []) if entry["port"] == port), "")
    found = []
    for piece in slices:
        number = next((p["port"] for p in piece.get("ports") or [] if (p.get("name") or "") == (name or "")), port)
        for endpoint in piece.get("endpoints") or []:
            if endpoint.get("conditions", {}).get("ready") is not False:
                ref = endpoint.get("targetRef") or {}
                found.extend((ip, number, ref.get("name") if ref.get("kind") == "Pod" else None) for ip in endpoint["addresses"])
    return found


def _condition(status: dict, kind: str) -> str | None:
    return next((c["status"] for c in status.get("conditions", []) if c["type"] == kind), None)


def _trouble(status: dict) -> str:
    """Why a pod is not there yet, in Kubernetes' words."""
    for container in status.get("initContainerStatuses", []) + status.get("containerStatuses", []):
        waiting = container.get("state", {}).get("waiting")
        if waiting and waiting.get("reason") != "PodInitializing":
            return f"container {container['name']}: {waiting.get('reason', 'waiting')} {waiting.get('message', '')}".strip()
    for condition in status.get("conditions", []):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            return condition.get("message", "not scheduled")
    return ""
