# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kubernetes API, as far as Redis needs it: read pods, Services and Secrets, forward a port to a pod. No judgement."""

from __future__ import annotations

import base64
import json

from ansible_collections.cloudentity.platform.plugins.module_utils import _pods
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import ADDRESS, OTHER, Failure, InputError, KubernetesError

# Seconds to connect, seconds to read: an API server that is not there is noticed soon.
_TIMEOUT = (5, 30)
_LOG_BYTES = 1_000_000


class Kubernetes:
    def __init__(self, module) -> None:
        module.requires("kubernetes", "24.2.0", reason="to reach the nodes through the Kubernetes API")
        # Imported here: it takes most of a second, which the direct way does without, and which is no node's time.
        from ansible_collections.kubernetes.core.plugins.module_utils.k8s.client import get_api_client
        from kubernetes import client as library
        from kubernetes import stream

        if module.params["impersonate_user"] or module.params["impersonate_groups"]:
            raise InputError("impersonate_user and impersonate_groups cannot be used: the Kubernetes client drops them when it forwards a port")
        try:
            client = get_api_client(module)
        except Exception as error:  # the client raises what urllib3, yaml and its own configuration raise
            raise KubernetesError(f"The Kubernetes API cannot be used: {error}. Check kubeconfig, context, host and api_key.") from error
        self._library, self._stream = library, stream
        self._configuration = client.configuration
        self._client = client.client

    def pods(self, namespace: str, selector: str = "") -> list[_pods.Pod]:
        found = self._read(f"/api/v1/namespaces/{namespace}/pods", "list pods", namespace, label_selector=selector or None)
        return sorted((_pods.pod(item) for item in found["items"]), key=lambda pod: pod.name)

    def service(self, namespace: str, name: str) -> dict | None:
        return self._read(f"/api/v1/namespaces/{namespace}/services/{name}", "get Services", namespace)

    def services(self, namespace: str) -> list[dict]:
        return self._read(f"/api/v1/namespaces/{namespace}/services", "list Services", namespace)["items"]

    def endpoint_slices(self, namespace: str, service: str) -> list[dict]:
        path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        return self._read(path, "list EndpointSlices", namespace, label_selector=f"kubernetes.io/service-name={service}")["items"]

    def secret(self, namespace: str, name: str) -> dict[str, bytes]:
        found = self._read(f"/api/v1/namespaces/{namespace}/secrets/{name}", "get Secrets", namespace)
        if found is None:
            raise InputError(f"There is no Secret {name} in namespace {namespace}.")
        return {key: base64.b64decode(value) for key, value in (found.get("data") or {}).items()}

    def get(self, path: str, action: str, namespace: str, **query):
        """Any other object or list as plain JSON; None where there is none. `action`: what an account must be allowed to."""
        return self._read(path, action, namespace, **query)

    def log(self, namespace: str, pod: str, container: str, lines: int, previous: bool) -> str:
        """The end of a container's log, each line with its time in front; `previous`: of the one that ran before this one. Empty where there is none."""
        query = [("container", container), ("tailLines", lines), ("limitBytes", _LOG_BYTES), ("timestamps", "true"), ("previous", str(previous).lower())]
        try:
            answer = self._read(f"/api/v1/namespaces/{namespace}/pods/{pod}/log", "get pods/log", namespace, query_params=query, serialize=False)
        except KubernetesError as error:
            # A container that has not started, or never ended, is a bad request.
            if getattr(error.__cause__, "status", None) == 400:
                return ""
            raise
        return answer.data.decode(errors="replace") if answer else ""

    def forward(self, pod: _pods.Pod, port: int):
        """A socket to this port of the pod, and a function that knows why it was closed."""
        # A client of its own: the library swaps the client's methods while it opens the WebSocket, which threads must not share.
        api = self._library.CoreV1Api(self._library.ApiClient(self._configuration))
        try:
            forwarded = self._stream.portforward(api.connect_get_namespaced_pod_portforward, pod.name, pod.namespace, ports=str(port))
        except Exception as error:  # ApiException, and what the websocket library raises
            raise Failure(ADDRESS, f"port-forward to pod {pod.name} refused: {_reason(error)}") from error
        sock = forwarded.socket(port)
        sock.setblocking(True)
        return sock, lambda: _closed(forwarded.error(port), pod.name, port)

    def _read(self, path: str, action: str, namespace: str, **query):
        """The answer to GET as plain JSON; None when there is no such object."""
        from kubernetes.dynamic.exceptions import DynamicApiError
        from urllib3.exceptions import HTTPError

        try:
            return self._client.request("get", path, serializer=lambda _client, plain: plain, _request_timeout=_TIMEOUT, **query)
        except DynamicApiError as error:
            if error.status == 404:
                return None
            if error.status == 403:
                raise KubernetesError(f"The Kubernetes account may not {action} in namespace {namespace}: {_reason(error)}") from error
            raise KubernetesError(f"The Kubernetes API refused to {action} in namespace {namespace}: {_reason(error)}") from error
        except (HTTPError, OSError) as error:
            raise KubernetesError(
                f"The Kubernetes API at {self._configuration.host} cannot be reached: {error}. Check kubeconfig, context, host and proxy."
            ) from error


def _reason(error: Exception) -> str:
    """The server's own message, where it sent one."""
    try:
        return json.loads(error.body)["message"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _closed(error: str | None, pod: str, port: int) -> Failure | None:
    """What the kubelet's words mean."""
    if error and "connection refused" in error:
        return Failure(ADDRESS, f"nothing listens on port {port} in pod {pod} (connection refused)")
    return Failure(OTHER, f"port-forward to pod {pod} broke: {error.strip()}") if error else None
