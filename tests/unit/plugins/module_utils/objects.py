# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes objects as the API answers them, with what the modules read of them."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _pods
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import Forbidden


def pod(name: str, ip: str | None, phase: str = "Running", ready: bool = True, namespace: str = "acp") -> dict:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "hostname": name,
            "subdomain": "redis-headless",
            "nodeName": "worker",
            "containers": [
                {
                    "name": "redis",
                    "ports": [{"name": "tcp-redis", "containerPort": 6379}, {"name": "tcp-redis-bus", "containerPort": 16379}],
                    "resources": {"limits": {"memory": "256Mi"}},
                },
                {"name": "metrics", "ports": [{"name": "http", "containerPort": 9121}]},
            ],
        },
        "status": {"phase": phase, "podIP": ip, "conditions": [{"type": "Ready", "status": "True" if ready else "False"}]},
    }


def service(name: str, namespace: str = "acp", headless: bool = False, **spec) -> dict:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "clusterIP": "None" if headless else "10.96.0.9",
            "clusterIPs": ["None" if headless else "10.96.0.9"],
            "selector": {"app": "redis"},
            "ports": [{"name": "tcp-redis", "port": 6379, "targetPort": "tcp-redis"}],
            **spec,
        },
    }


class Api:
    """Answers as _kubernetes.Kubernetes does, out of these objects."""

    def __init__(self, pods=(), services=(), slices=(), namespaces=None) -> None:
        """With `namespaces`, the account may look at no other."""
        self._namespaces = namespaces
        self._pods = [_pods.pod(resource) for resource in pods]
        self._services = list(services)
        self._slices = list(slices)
        self.reads = 0

    def pods(self, namespace: str, selector: str = "") -> list:
        self.reads += 1
        return [pod for pod in self._pods if pod.namespace == namespace]

    def service(self, namespace: str, name: str) -> dict | None:
        return next((s for s in self.services(namespace) if s["metadata"]["name"] == name), None)

    def services(self, namespace: str) -> list:
        if self._namespaces and namespace not in self._namespaces:
            raise Forbidden(f"services in namespace {namespace}")
        return [s for s in self._services if s["metadata"]["namespace"] == namespace]

    def endpoint_slices(self, namespace: str, service: str) -> list:
        return self._slices
