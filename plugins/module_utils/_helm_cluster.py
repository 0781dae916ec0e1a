# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kubernetes API as the Helm side of this collection needs it: releases, live objects, requests in dry-run mode.

Only reads, or asks what a request would do. Requests run side by side. Holds no judgement but which error is which.
"""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ansible_collections.kubernetes.core.plugins.module_utils.k8s.client import (
    _create_auth_spec,
    _create_configuration,
)

from . import _helm_release, _manifest

try:
    import kubernetes
    import urllib3
    import yaml
except ImportError:  # the modules report the missing library
    kubernetes = urllib3 = yaml = None

WORKERS = 8
TIMEOUT = (10, 60)
STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"
LABELS_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


class Unreachable(Exception):
    """The cluster cannot be used at all; the text says where it should be and why it is not there."""


@dataclass(frozen=True)
class Refusal:
    """The API's answer when it does not do what was asked."""

    status: int
    message: str
    reason: str = ""
    causes: list = field(default_factory=list)


class Cluster:
    """One connection, by kubernetes.core's options of the module."""

    def __init__(self, module):
        try:
            configuration = _create_configuration(_create_auth_spec(module))
        except kubernetes.config.ConfigException as error:
            raise Unreachable(f"No way to a Kubernetes cluster is configured ({_where(module)}): {error}") from error
        except yaml.YAMLError as error:
            line = f", line {error.problem_mark.line + 1}" if getattr(error, "problem_mark", None) else ""
            raise Unreachable(f"The Kubernetes configuration is not YAML ({_where(module)}{line}).") from None
        except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise Unreachable(f"The Kubernetes configuration cannot be read ({_where(module)}): {type(error).__name__}.") from None
        configuration.retries = 1
        configuration.connection_pool_maxsize = WORKERS
        self.host = configuration.host
        self._where = _where(module)
        # No discovery ahead of time: only the APIs that a manifest names are asked for.
        self._client = kubernetes.dynamic.DynamicClient(
            kubernetes.client.ApiClient(configuration), discoverer=lambda client, cache_file: None
        )
        self._kinds = {}

    def version(self) -> str:
        """The server's version; the cheapest question, so the first one to ask."""
        answer = self.request("get", "/version")
        if isinstance(answer, Refusal):
            if answer.status == 401:
                raise Unreachable(
                    f"The Kubernetes API at {self.host} ({self._where}) refuses the credentials (401 Unauthorized): the token or"
                    " certificate is wrong or has expired. Renew it (api_key, or the user of the kubeconfig's context)."
                )
            if answer.status != 403:
                raise Unreachable(f"The Kubernetes API at {self.host} ({self._where}) answers {answer.status}: {answer.message}")
            return ""
        return answer.get("gitVersion", "")

    def request(self, method: str, path: str, body=None, **params):
        """The decoded answer, or the Refusal."""
        try:
            response = self._client.request(method, path, body=body, serialize=False, _request_timeout=TIMEOUT, **params)
            return json.loads(response.data)
        except kubernetes.client.exceptions.ApiException as error:
            return _refusal(error)
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(f"The Kubernetes API at {self.host} ({self._where}) cannot be reached: {_reason(error)}") from error
        except ValueError as error:
            raise Unreachable(f"{self.host} ({self._where}) does not answer as a Kubernetes API does.") from error

    def together(self, function, items) -> list:
        """function of each item, side by side, results in order."""
        items = list(items)
        if not items:
            return []
        with ThreadPoolExecutor(max_workers=min(WORKERS, len(items))) as pool:
            return list(pool.map(function, items))

    # Releases

    def release(self, name: str, namespace: str):
        """The Release, None when there is none, or the Refusal."""
        resource, refused = _driver()
        if refused:
            return refused
        path = f"/api/v1/namespaces/{namespace}/{resource}"
        # Labels first: the payloads of a long history are large.
        listing = self.request("get", path, label_selector=f"owner=helm,name={name}", header_params={"Accept": LABELS_ONLY})
        if isinstance(listing, Refusal):
            return None if listing.status == 404 else listing
        revisions = [
            (int(item["metadata"]["labels"]["version"]), item["metadata"]["labels"].get("status", ""))
            for item in listing.get("items") or []
            if item["metadata"]["labels"].get("version", "").isdigit()
        ]
        wanted = _helm_release.select(revisions)
        stored = self.together(lambda number: self.request("get", f"{path}/sh.helm.release.v1.{name}.v{number}"), wanted)
        refusals = [answer for answer in stored if isinstance(answer, Refusal)]
        return refusals[0] if refusals else _helm_release.judge([_helm_release.decode(item["data"]["release"]) for item in stored])

    # Objects

    def learn(self, api_versions) -> None:
        """Asks once which kinds the APIs have; unknown APIs have none."""
        missing = [name for name in dict.fromkeys(api_versions) if name not in self._kinds]
        for name, answer in zip(missing, self.together(lambda name: self.request("get", _api(name)), missing)):
            resources = [] if isinstance(answer, Refusal) else answer.get("resources", [])
            self._kinds[name] = {
                item["kind"]: (item["name"], item["namespaced"]) for item in resources if "/" not in item["name"]
            }

    def key(self, obj: dict, namespace: str) -> _manifest.Key:
        """The identity of an object of a manifest that is installed into the namespace."""
        plural, namespaced = self._kinds.get(obj["apiVersion"], {}).get(obj["kind"], (None, True))
        return _manifest.key(obj, namespace if namespaced else "")

    def read(self, api_version: str, key: _manifest.Key):
        """The live object, None when there is none, or the Refusal."""
        path = self._path(api_version, key)
        if path is None:
            return None
        answer = self.request("get", f"{path}/{key.name}")
        return None if isinstance(answer, Refusal) and answer.status == 404 else answer

    def dry_patch(self, api_version: str, key: _manifest.Key, body: dict, content_type: str, force: bool = False):
        """The object as it would be after the patch, or the Refusal."""
        params = {"field_manager": "helm"}
        if force:
            params["force_conflicts"] = True
        path = f"{self._path(api_version, key)}/{key.name}"
        return self.request("patch", path, body, dry_run="All", content_type=content_type, **params)

    def dry_create(self, api_version: str, key: _manifest.Key, body: dict):
        """The object as it would be created, or the Refusal."""
        path = self._path(api_version, key)
        if path is None:
            return Refusal(404, f"the cluster does not know {key.kind} of {api_version}")
        return self.request("post", path, body, dry_run="All")

    def _path(self, api_version, key):
        plural, namespaced = self._kinds.get(api_version, {}).get(key.kind, (None, True))
        if plural is None:
            return None
        return f"{_api(api_version)}/namespaces/{key.namespace}/{plural}" if namespaced else f"{_api(api_version)}/{plural}"


def _api(api_version):
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _driver():
    driver = (os.environ.get("HELM_DRIVER") or "secret").lower()
    if driver in ("secret", "secrets"):
        return "secrets", None
    if driver in ("configmap", "configmaps"):
        return "configmaps", None
    return None, Refusal(0, f"HELM_DRIVER={driver} is set; releases can only be read from Secrets and ConfigMaps. Unset HELM_DRIVER.")


def _refusal(error):
    try:
        status = json.loads(error.body)
    except (TypeError, ValueError):
        return Refusal(error.status, str(error.reason))
    details = status.get("details") or {}
    return Refusal(error.status, status.get("message", ""), status.get("reason", ""), details.get("causes") or [])


def _where(module):
    """How the module was told to reach the cluster."""
    kubeconfig = module.params.get("kubeconfig") or os.environ.get("KUBECONFIG") or "the default"
    parts = [f"kubeconfig {kubeconfig if isinstance(kubeconfig, str) else 'given as data'}"]
    if module.params.get("host"):
        parts = ["host given"]
    if module.params.get("context"):
        parts.append(f"context {module.params['context']}")
    return ", ".join(parts)


def _reason(error):
    """What a person can act on, out of urllib3's nested errors."""
    while getattr(error, "reason", None) is not None and isinstance(error.reason, Exception):
        error = error.reason
    text = str(error)
    known = {
        "certificate is not valid for": "its TLS certificate is for another name or address; check host",
        "certificate has expired": "its TLS certificate has expired",
        "CERTIFICATE_VERIFY_FAILED": "its TLS certificate is not trusted; give its CA (ca_cert, or certificate-authority in the kubeconfig)",
        "WRONG_VERSION_NUMBER": "it does not speak TLS; http:// instead of https://?",
        "Connection refused": "connection refused; nothing listens at this address: is the cluster up, is the port right?",
        "Name or service not known": "its name cannot be resolved (DNS)",
        "Temporary failure in name resolution": "its name cannot be resolved (DNS)",
        "No address associated with hostname": "its name cannot be resolved (DNS)",
        "No route to host": "no route to host; a VPN or a firewall?",
        "Network is unreachable": "the network is unreachable; a VPN?",
        "timed out": "no answer in time; a firewall or a wrong address?",
    }
    meaning = next((known[sign] for sign in known if sign in text), text)
    failed = re.search(r"certificate verify failed[^()]*", text)  # with the reason: expired, self-signed, another name
    return f"{meaning} ({failed.group(0).strip()})" if failed else meaning
