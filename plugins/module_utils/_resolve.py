# SPDX-License-Identifier: GPL-3.0-or-later
"""From an address, as the platform is given it, to the nodes that it leads to.

Inside Kubernetes a name is a Service: what DNS and kube-proxy would make of it is worked out from the API, so that nothing has to run in
the cluster. Whatever is not the cluster's own is dialled from here.
"""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _address, _pods
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import ADDRESS, Failure, Forbidden
from ansible_collections.cloudentity.platform.plugins.module_utils._routes import Direct, Forward, Nowhere, Target


class DirectResolver:
    """Every address is dialled from here."""

    def targets(self, address: str) -> list[Target]:
        host, port = _address.split(address)
        return [Target(address, _address.join(host, port), Direct(host, port), host)]

    def announced(self, address: str, source: Target) -> Target:
        """An address that one node has named for another one."""
        return self.targets(address)[0]


class KubernetesResolver:
    """Services, pods and their addresses; pods are read once a namespace."""

    def __init__(self, kubernetes, namespace: str, port: int) -> None:
        self._kubernetes = kubernetes
        self._namespace = namespace
        self._port = port
        self._pods: dict[str, list[_pods.Pod]] = {}

    def selected(self, selector: str) -> list[Target]:
        """All pods that a selector names, whatever their state."""
        return [self._to_pod(pod, pod.redis_port(self._port)) for pod in self._kubernetes.pods(self._namespace, selector)]

    def targets(self, address: str) -> list[Target]:
        """Where this address leads; at least one, which may be a way to nowhere that says why."""
        host, port = _address.split(address)
        try:
            if _address.is_ip(host):
                return self._ip(host, port)
            names, certain = _address.service_names(host, self._namespace)
            for name in names:
                service = self._guessed(name, certain)
                if service:
                    return self._service(service, name.pod, port)
            if certain:
                wanted = names[0]
                return [_nowhere(address, f"there is no Service {wanted.service} in namespace {wanted.namespace}")]
        except Failure as failure:
            return [_nowhere(address, failure.message)]
        return [Target(address, address, Direct(host, port), host)]

    def _guessed(self, name: _address.ServiceName, certain: bool) -> dict | None:
        """The Service that a name may mean. One of another namespace, that we may not see and nobody said is one, is none."""
        try:
            service = self._kubernetes.service(name.namespace, name.service)
        except Forbidden:
            if certain or name.namespace == self._namespace:
                raise
            return None
        # Only a headless Service gives its pods names of their own.
        return service if service and (certain or not name.pod or _pods.is_headless(service)) else None

    def announced(self, address: str, source: Target) -> Target:
        """An address that one node has named for another one: what a pod names is a pod's."""
        if source.pod is None:
            return self.targets(address)[0]
        host, port = _address.split(address)
        pod = self._pod_at(source.pod.namespace, host)
        return self._to_pod(pod, port) if pod else _nowhere(address, f"no pod in namespace {source.pod.namespace} has this address")

    def _ip(self, host: str, port: int) -> list[Target]:
        pod = self._pod_at(self._namespace, host)
        if pod:
            return [self._to_pod(pod, port)]
        for service in self._kubernetes.services(self._namespace):
            if host in service["spec"].get("clusterIPs", []):
                return self._service(service, None, port)
        address = _address.join(host, port)
        return [Target(address, address, Direct(host, port), host)]

    def _service(self, service: dict, pod_name: str | None, port: int) -> list[Target]:
        name, namespace, spec = service["metadata"]["name"], service["metadata"]["namespace"], service["spec"]
        if spec.get("type") == "ExternalName":
            return self._other_name(service, port)
        headless = _pods.is_headless(service)
        # A headless Service's name is its pods' addresses, so the port goes to the pod as it is.
        target = port if headless else _pods.service_target(service, port)
        if target is None:
            raise Failure(ADDRESS, f"Service {name} has no port {port}; it has {', '.join(str(p['port']) for p in spec.get('ports', []))}")
        tls_name = f"{name}.{namespace}.svc.cluster.local"
        if not spec.get("selector"):
            return self._without_selector(service, port, tls_name)
        behind = [pod for pod in self._kubernetes.pods(namespace, _join(spec["selector"])) if pod_name in (None, pod.name)]
        serving = [pod for pod in behind if _pods.serves(service, pod)]
        if not serving:
            states = ", ".join(f"{pod.name} {pod.phase}{': ' + pod.trouble if pod.trouble else ''}" for pod in behind)
            raise Failure(ADDRESS, f"Service {name} in namespace {namespace} has no endpoint; its pods: {states or 'none'}")
        found = [(pod, pod.target_port(target)) for pod in serving]
        return [self._to_pod(pod, number, tls_name) for pod, number in found if number]

    def _other_name(self, service: dict, port: int) -> list[Target]:
        """What an ExternalName stands for: a Service of the cluster, followed once, or a name outside. DNS takes it as a full name."""
        host = service["spec"]["externalName"].rstrip(".")
        names, certain = _address.service_names(host, service["metadata"]["namespace"])
        for name in names if certain and "." in host else []:
            found = self._kubernetes.service(name.namespace, name.service)
            if found and found["spec"].get("type") != "ExternalName":
                return self._service(found, name.pod, port)
        return [Target(_address.join(host, port), _address.join(host, port), Direct(host, port), host)]

    def _without_selector(self, service: dict, port: int, tls_name: str) -> list[Target]:
        name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
        ends = _pods.slice_endpoints(self._kubernetes.endpoint_slices(namespace, name), service, port)
        if not ends:
            raise Failure(ADDRESS, f"Service {name} in namespace {namespace} has no endpoint")
        found = []
        for ip, number, pod_name in ends:
            pod = self._pod_at(namespace, ip) if pod_name else None
            address = _address.join(ip, number)
            found.append(self._to_pod(pod, number, tls_name) if pod else Target(address, address, Direct(ip, number), tls_name))
        return found

    def _pod_at(self, namespace: str, ip: str) -> _pods.Pod | None:
        if namespace not in self._pods:
            self._pods[namespace] = self._kubernetes.pods(namespace)
        return next((pod for pod in self._pods[namespace] if pod.ip == ip), None)

    def _to_pod(self, pod: _pods.Pod, port: int, tls_name: str = "") -> Target:
        if not pod.ip or pod.phase != "Running":
            trouble = f"pod {pod.name} is {pod.phase}" + (f": {pod.trouble}" if pod.trouble else "")
            return Target(pod.name, "", Nowhere(Failure(ADDRESS, trouble)), pod=pod)
        return Target(pod.name, _address.join(pod.ip, port), Forward(self._kubernetes, pod, port), tls_name or pod.dns or pod.ip, pod)


def _join(labels: dict) -> str:
    return ",".join(f"{key}={value}" for key, value in labels.items())


def _nowhere(address: str, message: str) -> Target:
    return Target(address, address, Nowhere(Failure(ADDRESS, message)))
