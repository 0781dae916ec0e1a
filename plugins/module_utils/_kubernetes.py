# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kubernetes API, as far as Redis needs it: read pods, Services and Secrets, forward a port to a pod. No judgement."""

from __future__ import annotations

import base64
import json
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils import _parallel, _pods
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import ADDRESS, OTHER, Failure, Forbidden, InputError, KubernetesError, NotThere

# Seconds to connect, seconds to read, and seconds for all: an API server that is not there is noticed soon.
_TIMEOUT = (5, 20)
_PATIENCE = 20
_LOG_BYTES = 1_000_000


class Kubernetes:
    def __init__(self, module) -> None:
        module.requires("kubernetes", "24.2.0", reason="to reach the nodes through the Kubernetes API")
        # Imported here: the direct way does without, and it is no node's time.
        from ansible_collections.kubernetes.core.plugins.module_utils.k8s.client import get_api_client
        from kubernetes.stream import ws_client

        if module.params["impersonate_user"] or module.params["impersonate_groups"]:
            raise InputError("impersonate_user and impersonate_groups cannot be used: the Kubernetes client drops them when it forwards a port")
        try:
            client = _in_time(lambda: get_api_client(module))
        except Exception as error:  # the client raises what urllib3, yaml and its own configuration raise
            raise KubernetesError(f"The Kubernetes API cannot be used: {_reason(error)}. Check kubeconfig, context, host, api_key and proxy.") from error
        self._websockets = ws_client
        self._configuration = client.configuration
        self._client = client.client

    def pods(self, namespace: str, selector: str = "") -> list[_pods.Pod]:
        found = self._read(f"/api/v1/namespaces/{namespace}/pods", "list pods", namespace, label_selector=selector or None)
        return sorted((_pods.pod(item) for item in found["items"]), key=lambda pod: pod.name)

    def service(self, namespace: str, name: str) -> dict | None:
        return self._read(f"/api/v1/namespaces/{namespace}/services/{name}", "get services", namespace)

    def services(self, namespace: str) -> list[dict]:
        return self._read(f"/api/v1/namespaces/{namespace}/services", "list services", namespace)["items"]

    def endpoint_slices(self, namespace: str, service: str) -> list[dict]:
        path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        return self._read(path, "list endpointslices", namespace, label_selector=f"kubernetes.io/service-name={service}")["items"]

    def secret(self, namespace: str, name: str) -> dict[str, bytes]:
        found = self._read(f"/api/v1/namespaces/{namespace}/secrets/{name}", "get secrets", namespace)
        if found is None:
            raise NotThere(f"There is no Secret {name} in namespace {namespace}.")
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
        # Not stream.portforward(CoreV1Api...): that class alone takes half a second and 90 MB to import, and the library swaps its
        # client's methods while it opens the WebSocket, which threads must not share.
        url = f"{self._configuration.host}/api/v1/namespaces/{pod.namespace}/pods/{pod.name}/portforward"
        headers = {entry["key"]: entry["value"] for entry in self._configuration.auth_settings().values()}
        try:
            forwarded = self._websockets.portforward_call(self._configuration, "GET", url, query_params=[("ports", str(port))], headers=headers)
        except Exception as error:  # ApiException, around what the websocket library raised
            refusal = error.__context__ or error
            if getattr(refusal, "status_code", None) == 403:
                raise _forbidden("get and create pods/portforward", pod.namespace, refusal) from error
            raise Failure(ADDRESS, f"port-forward to pod {pod.name} refused: {_reason(refusal)}") from error
        sock = forwarded.socket(port)
        sock.setblocking(True)
        return sock, lambda: _closed(forwarded.error(port), pod.name, port)

    def _read(self, path: str, action: str, namespace: str, **query):
        """The answer to GET as plain JSON; None when there is no such object. `action`: the right that it takes, verb and resource."""
        from kubernetes.dynamic.exceptions import DynamicApiError
        from urllib3.exceptions import HTTPError

        try:
            return _in_time(lambda: self._client.request("get", path, serializer=lambda _client, plain: plain, _request_timeout=_TIMEOUT, **query))
        except DynamicApiError as error:
            if error.status == 404:
                return None
            if error.status == 403:
                raise _forbidden(action, namespace, error) from error
            if error.status == 401:
                raise KubernetesError(f"The Kubernetes API does not accept the credentials ({_reason(error)}). Check api_key and kubeconfig.") from error
            raise KubernetesError(f"The Kubernetes API refused to {action} in namespace {namespace}: {_reason(error)}") from error
        except (HTTPError, OSError) as error:
            raise KubernetesError(
                f"The Kubernetes API at {self._configuration.host} cannot be reached: {_reason(error)}. Check kubeconfig, context, host and proxy."
            ) from error


def _in_time(job: t.Callable):
    """The library tries again and again by itself; kubernetes.core asks for the server's version, for which there is no timeout at all."""

    def late(_key):
        raise TimeoutError(f"it does not answer within {_PATIENCE} s")

    return _parallel.run({"": job}, _PATIENCE, late)[""]


def _forbidden(action: str, namespace: str, error: Exception) -> Forbidden:
    verbs, _space, resource = action.rpartition(" ")
    return Forbidden(f"The Kubernetes account may not {action} in namespace {namespace}: {_reason(error)}. Grant it {verbs} on {resource}; see docs/access.md.")


def _reason(error: Exception) -> str:
    """The server's own message, where it sent one."""
    for body in ("body", "resp_body"):
        try:
            return json.loads(getattr(error, body))["message"].rstrip(".")
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
    # urllib3 wraps what went wrong in words about its retries.
    error = getattr(error, "reason", None) if isinstance(getattr(error, "reason", None), Exception) else error
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__


def _closed(error: str | None, pod: str, port: int) -> Failure | None:
    """What the kubelet's words mean."""
    if error and "connection refused" in error:
        return Failure(ADDRESS, f"nothing listens on port {port} in pod {pod} (connection refused)")
    return Failure(OTHER, f"port-forward to pod {pod} broke: {error.strip()}") if error else None
