# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at the platform in Kubernetes: Deployment, pods, configuration, logs, events. What may not be read is noted, and the look goes on. I/O only."""

from __future__ import annotations

import base64
import dataclasses
import os
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils import _acp_config, _acp_objects, _parallel
from ansible_collections.cloudentity.platform.plugins.module_utils._acp_secrets import Secrets
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import KubernetesError
from ansible_collections.cloudentity.platform.plugins.module_utils._kubernetes import Kubernetes

# So many pods' logs tell what there is to tell.
_MOST_PODS = 12


class Unread:
    """In place of what this account may not read."""


@dataclasses.dataclass
class Platform:
    """What was read of the platform. `files`: its configuration, file by file, as (source, tree)."""

    deployment: dict | None
    pods: list[dict]
    sources: list[dict]
    files: list[tuple] = dataclasses.field(repr=False)

    @property
    def spec(self) -> dict:
        return self.deployment["spec"]["template"]["spec"] if self.deployment else {}

    @property
    def tree(self) -> dict:
        merged: dict = {}
        for _source, tree in self.files:
            merged = _acp_config.merge(merged, tree)
        return merged


class Look:
    def __init__(self, module) -> None:
        self.params = module.params
        self.namespace = module.params["namespace"]
        self.kubernetes = Kubernetes(module)
        given = [value for name, value in module.params.items() if "password" in name or name == "api_key"]
        self.secrets = Secrets(*(value for value in given if isinstance(value, str) and not os.path.isabs(value)))
        self.unread: list[str] = []

    def get(self, path: str, action: str, namespace: str, **query) -> t.Any:
        """As Kubernetes' get, or Unread."""
        try:
            return self.kubernetes.get(path, action, namespace, **query)
        except KubernetesError as error:
            self.unread.append(str(error))
            return Unread

    def items(self, path: str, action: str, namespace: str, **query) -> list[dict]:
        found = self.get(path, action, namespace, **query)
        return [] if found in (None, Unread) else found["items"]

    def pods(self, namespace: str, selector: str) -> list[dict]:
        found = self.items(f"/api/v1/namespaces/{namespace}/pods", "list pods", namespace, label_selector=selector)
        return sorted(found, key=lambda pod: (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))

    def content(self, kind: str, namespace: str, name: str) -> tuple[t.Any, str | None]:
        """The data of a ConfigMap or Secret as texts, or None, or Unread; and when it was changed."""
        found = self.get(f"/api/v1/namespaces/{namespace}/{kind.lower()}s/{name}", f"get {kind}s", namespace)
        if found in (None, Unread):
            return found, None
        data = found.get("data") or {}
        if kind == "Secret":
            data = {key: base64.b64decode(value).decode(errors="replace") for key, value in data.items()}
        return data, _acp_objects.changed(found)

    def platform(self) -> Platform:
        """The Deployment has the release's name, or the chart's added to it."""
        release, place = self.params["release_name"], f"/apis/apps/v1/namespaces/{self.namespace}/deployments"
        # The first question of all: an API that cannot be reached ends the module here.
        answers = (self.kubernetes.get(f"{place}/{name}", "get Deployments", self.namespace) for name in (release, f"{release}-acp"))
        deployment = next(filter(None, answers), None)
        labels = deployment["spec"]["selector"]["matchLabels"] if deployment else {"app.kubernetes.io/name": "acp", "app.kubernetes.io/instance": release}
        platform = Platform(deployment, self.pods(self.namespace, join(labels)), [], [])
        for source in _acp_config.sources(platform.spec) if deployment else []:
            tree, changed, problem = self._file(source)
            platform.sources.append({"file": source.path, "object": str(source), "changed": changed, "problem": problem})
            platform.files.append((source, tree))
        return platform

    def _file(self, source: _acp_config.Source) -> tuple[dict, str | None, str]:
        if not source.kind:
            return {}, None, "could not be read: it is in no ConfigMap or Secret"
        data, changed = self.content(source.kind, self.namespace, source.name)
        if data is Unread:
            return {}, None, "could not be read: see unread"
        if data is None:
            return {}, None, f"{source.kind} {source.name} does not exist"
        if source.key not in data:
            return {}, changed, f"{source.kind} {source.name} has no key {source.key}"
        tree, problem = _acp_config.parse(data[source.key])
        return tree, changed, problem

    def events(self, names: t.Iterable[str]) -> list[dict]:
        """Those about these objects, or about what belongs to them; the last one last."""
        found = [_acp_objects.event(item) for item in self.items(f"/api/v1/namespaces/{self.namespace}/events", "list events", self.namespace)]
        starts = tuple(names)
        return sorted((event for event in found if event["object"].partition(" ")[2].startswith(starts)), key=lambda event: event["last"] or "")

    def logs(self, pods: list[dict]) -> list[dict]:
        """The end of each container's log, and of the one before it."""
        # Both of each, since a container may end and start again while this runs.
        wanted = [
            (pod["namespace"], pod["name"], container["name"], previous)
            for pod in pods[-_MOST_PODS:]
            for container in pod["containers"]
            for previous in (True, False)
        ]
        texts = _parallel.run({key: self._log(key) for key in wanted}, limit=30, late=lambda key: (f"{key[1]}: no answer in time", ""))
        self.unread += sorted({error for error, _text in texts.values() if error})
        return [
            {"pod": key[1], "container": key[2], "previous": key[3], "lines": texts[key][1].splitlines()} for key in wanted if texts[key][1]
        ]

    def _log(self, key: tuple) -> t.Callable[[], tuple[str, str]]:
        namespace, pod, container, previous = key

        def job() -> tuple[str, str]:
            try:
                return "", self.kubernetes.log(namespace, pod, container, self.params["log_lines"], previous)
            except KubernetesError as error:
                return str(error), ""

        return job


def join(labels: dict) -> str:
    return ",".join(f"{name}={value}" for name, value in labels.items())
