# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of the module preflight: asks the cluster, helm and the registries side by side; _preflight judges the answers."""

from __future__ import annotations

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor

from . import _charts, _helm_release, _image, _image_registry, _manifest, _preflight
from ._helm import HelmError
from ._helm_cluster import Cluster, Refusal, Unreachable
from ._preflight import Findings

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


class Probe:
    """One look at everything that the module's options ask for."""

    def __init__(self, module):
        self.module, self.params = module, module.params
        self.namespace = self.params["namespace"]
        self.cluster, self.facts = None, {"host": None, "version": None}

    def run(self) -> Findings:
        """All findings, in the order in which a person would ask."""
        found = Findings(list(self.params["input_problems"]), list(self.params["input_warnings"]))
        try:
            self._connect()
        except Unreachable as error:
            found.add(str(error))
        # Independent of each other, so side by side; told in this order.
        jobs = [self._account, self._storage, self._secrets, self._chart, self._release, self._owner, self._images]
        with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
            account, storage, secrets, chart, release, owner, images = pool.map(self._safely, jobs)
        named = self.params["expected_chart_name"] or chart.data.get("name", "")
        state = _preflight.release_findings(release.data.get("release"), named, self.params["context"])
        if any("secrets" in problem for problem in account.problems):
            release.problems = []  # the same lack of permission
        for part in (account, storage, secrets, chart, release, owner, state, images):
            found.problems += [text for text in part.problems if text not in found.problems]
            found.warnings += part.warnings
        described = _helm_release.describe(release.data.get("release"), self.params["context"])
        found.data = {"cluster": self.facts, "chart": chart.data, "release": described}
        return found

    def _connect(self):
        cluster = Cluster(self.module)
        self.facts = {"host": cluster.host, "version": None}
        self.facts["version"] = cluster.version()
        self.cluster = cluster

    @staticmethod
    def _safely(job):
        """A connection that breaks meanwhile is one more problem."""
        try:
            return job()
        except Unreachable as error:
            return Findings().add(str(error))

    def _account(self):
        """The namespace, and what the account may do."""
        found = Findings()
        if self.cluster is None:
            return found
        create = self.params["create_namespace"]
        namespace = self._get(f"/api/v1/namespaces/{self.namespace}")
        found.add(_preflight.namespace_problem(self.namespace, namespace.status if isinstance(namespace, Refusal) else namespace, create))
        wanted = _preflight.permissions(self.params["permissions"], self.namespace)
        if namespace is None and create:
            wanted += _preflight.permissions([{"verbs": ["create"], "resource": "namespaces"}], "")
        answers = self.cluster.together(self._allowed, wanted)
        missing = [permission for permission, allowed in zip(wanted, answers) if allowed is False]
        if None in answers:
            found.add(warning="The cluster does not tell what this account may do; missing permissions show only when they are needed.")
        if missing:
            answer = self.cluster.request("post", WHOAMI, {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"})
            user = "" if isinstance(answer, Refusal) else answer["status"]["userInfo"]["username"]
            found.problems += _preflight.permission_problems(missing, user)
        return found

    def _allowed(self, permission):
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": permission.attributes()}}
        answer = self.cluster.request("post", REVIEWS, review)
        return None if isinstance(answer, Refusal) else bool(answer["status"].get("allowed"))

    def _storage(self):
        found = Findings()
        if self.cluster is None or not self.params["storage_required"]:
            return found
        answer = self.cluster.request("get", "/apis/storage.k8s.io/v1/storageclasses")
        if isinstance(answer, Refusal):
            return found.add(warning=f"The storage classes cannot be looked at: {answer.message}")
        return found.add(_preflight.storage_problem(self.params["storage_class"], answer.get("items") or []))

    def _secrets(self):
        found = Findings()
        if self.cluster is None:
            return found
        wanted = self.params["secrets"]
        for item, secret in zip(wanted, self.cluster.together(lambda item: self._get(self._secret(item["name"])), wanted)):
            if isinstance(secret, Refusal):
                found.add(warning=f"Secret {item['name']} cannot be looked at: {secret.message}")
            else:
                found.add(_preflight.secret_problem(self.namespace, item["name"], item.get("key") or "", secret))
        return found

    def _chart(self):
        ref = self.params["chart_ref"]
        if not ref:
            return Findings()
        binary = self.params["binary_path"] or self.module.get_bin_path("helm")
        if not binary or not os.access(binary, os.X_OK):
            where = f"at {binary}" if binary else "in the PATH"
            return Findings().add(f"There is no helm program {where} on the machine that runs the tasks. Install helm 3.13 or newer, or set binary_path.")
        try:
            chart = self.module.show_chart()
        except HelmError as error:
            return Findings().add(str(error))
        vendored = None
        if os.path.isdir(ref):
            charts = os.path.join(ref, "charts")
            vendored = os.listdir(charts) if os.path.isdir(charts) else []
        data = {"name": chart.get("name"), "version": str(chart.get("version")), "app_version": str(chart.get("appVersion", ""))}
        found = Findings(data=data).add(_preflight.chart_problem(ref, chart, self.params["expected_chart_name"], vendored))
        found.add(_preflight.subchart_problem(ref, chart, self.params["expected_subcharts"]))
        redis = _charts.version_of(chart)
        if redis:
            data["redis_version"] = redis
        if self.params["chart_inputs"] and redis:
            found.problems += _charts.problems(redis, self.params["chart_inputs"])
            found.warnings += _charts.cautions(redis, self.params["chart_inputs"])
        elif self.params["chart_inputs"] and not found.problems:
            found.add(f"Chart {ref} does not say which version of chart {_charts.NAME} it has. Name an exact one among its dependencies.")
        return found

    def _release(self):
        name = self.params["release_name"]
        if self.cluster is None or not name:
            return Findings()
        release = self.cluster.release(name, self.namespace)
        if isinstance(release, Refusal):
            return Findings().add(f"Helm release {name} in namespace {self.namespace} cannot be looked at: {release.message}")
        return Findings(data={"release": release})

    def _owner(self):
        """Whether what the release would make belongs to another one."""
        found, name = Findings(), self.params["stateful_set"]
        if self.cluster is None or not name:
            return found
        there = self._get(f"/apis/apps/v1/namespaces/{self.namespace}/statefulsets/{name}")
        if there is None or isinstance(there, Refusal):  # what may not be seen is a missing permission
            return found
        owner = _preflight.owner(there)
        if owner in ("", self.params["release_name"]):
            return found
        release = self.cluster.release(owner, self.namespace)
        manifest = "" if release is None or isinstance(release, Refusal) else release.manifest
        return found.add(_preflight.owner_problem(there, owner, self.params["release_name"], _manifest.documents(manifest)))

    def _images(self):
        found = Findings()
        wanted = {text: _image.parse(text) for text in dict.fromkeys(self.params["images"])}
        found.problems += [f"{text} is no image reference. Write registry/repository:tag." for text, image in wanted.items() if image is None]
        nodes, auths = self._nodes(), None
        lacking = {image: _image.lacking(image, nodes or []) for image in wanted.values() if image}
        to_ask = [image for image, names in lacking.items() if names or not nodes]
        if to_ask:
            auths = self._pull_credentials(found)
            with ThreadPoolExecutor(max_workers=len(to_ask)) as pool:
                answers = list(pool.map(lambda image: _image_registry.ask(image, auths.get(image.registry)), to_ask))
            for image, answer in zip(to_ask, answers):
                found.add(*_image.verdict(image, nodes, lacking[image], answer, image.registry in auths))
        return found

    def _nodes(self):
        if self.cluster is None or not self.params["images"]:
            return None
        answer = self.cluster.request("get", "/api/v1/nodes")
        return None if isinstance(answer, Refusal) else _image.usable(answer.get("items") or [])

    def _pull_credentials(self, found):
        if self.cluster is None:
            return {}
        contents = []
        for name in self.params["image_pull_secrets"]:
            secret = self._get(self._secret(name))
            if secret is None:
                found.add(f"Pull secret {name} does not exist in namespace {self.namespace}.")
            elif not isinstance(secret, Refusal):
                data = (secret.get("data") or {}).get(".dockerconfigjson")
                contents += [json.loads(base64.b64decode(data))] if data else []
        return _image.pull_credentials(contents)

    def _get(self, path):
        answer = self.cluster.request("get", path)
        return None if isinstance(answer, Refusal) and answer.status == 404 else answer

    def _secret(self, name):
        return f"/api/v1/namespaces/{self.namespace}/secrets/{name}"
