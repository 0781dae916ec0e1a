# SPDX-License-Identifier: GPL-3.0-or-later
"""What would stop an installation, said before it starts: the judgement of the module preflight.

Facts of the cluster, the chart and the account in; problems and warnings with their remedies out. Asks nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import _helm_release, _manifest

# Resources of the whole cluster; a namespace would make the question another one.
CLUSTER_WIDE = {
    ("", "namespaces"),
    ("", "nodes"),
    ("", "persistentvolumes"),
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("rbac.authorization.k8s.io", "clusterroles"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
    ("scheduling.k8s.io", "priorityclasses"),
    ("storage.k8s.io", "storageclasses"),
}
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


@dataclass
class Findings:
    """What was found, in the order in which it is told, and data for the caller."""

    problems: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    data: dict = field(default_factory=dict)

    def add(self, problem: str | None = None, warning: str | None = None) -> Findings:
        """Notes what there is to note."""
        self.problems += [problem] if problem else []
        self.warnings += [warning] if warning else []
        return self


@dataclass(frozen=True)
class Permission:
    """One thing to be allowed: a verb on a resource. namespace: empty for the whole cluster."""

    verb: str
    group: str
    resource: str
    subresource: str
    name: str
    namespace: str

    def attributes(self) -> dict:
        """As a SelfSubjectAccessReview asks for it."""
        asked = {key: getattr(self, key) for key in ("verb", "group", "resource", "subresource", "name", "namespace")}
        return {key: value for key, value in asked.items() if value or key in ("group", "verb", "resource")}

    @property
    def target(self) -> str:
        """The resource as kubectl writes it: statefulsets.apps, pods/portforward."""
        resource = f"{self.resource}.{self.group}" if self.group else self.resource
        return resource + (f"/{self.subresource}" if self.subresource else "") + (f" {self.name}" if self.name else "")


def permissions(wanted: list, namespace: str) -> list:
    """Each verb of the module's option permissions on its own, without repetitions."""
    found = []
    for entry in wanted:
        group, resource = entry.get("group") or "", entry["resource"]
        where = entry.get("namespace")
        if where is None:
            where = "" if (group, resource) in CLUSTER_WIDE else namespace
        for verb in entry["verbs"]:
            found.append(Permission(verb, group, resource, entry.get("subresource") or "", entry.get("name") or "", where))
    return list(dict.fromkeys(found))


def permission_problems(missing: list, user: str) -> list:
    """One problem for each place in which something is not allowed, with the role that would allow it."""
    found = []
    for namespace in dict.fromkeys(permission.namespace for permission in missing):
        here = [permission for permission in missing if permission.namespace == namespace]
        verbs = {}
        for permission in here:
            verbs.setdefault(permission.target, []).append(permission.verb)
        place = f"in namespace {namespace}" if namespace else "in the whole cluster"
        listed = "; ".join(f"{', '.join(names)} {target}" for target, names in verbs.items())
        found.append(f"{user or 'This account'} may not {place}: {listed}. Have an administrator apply:\n{role(here, namespace, user)}")
    return found


def role(missing: list, namespace: str, user: str) -> str:
    """Manifest of a role with these permissions, bound to the user."""
    scope = "" if namespace else "Cluster"
    where = {"namespace": namespace} if namespace else {}
    grouped = {}
    for permission in missing:
        resource = permission.resource + (f"/{permission.subresource}" if permission.subresource else "")
        grouped.setdefault((permission.group, resource, permission.name), []).append(permission.verb)
    rules = [
        {"apiGroups": [group], "resources": [resource], **({"resourceNames": [name]} if name else {}), "verbs": verbs}
        for (group, resource, name), verbs in grouped.items()
    ]
    metadata = {"name": "cloudentity-platform", **where}
    api = "rbac.authorization.k8s.io"
    manifests = [
        {"apiVersion": f"{api}/v1", "kind": f"{scope}Role", "metadata": metadata, "rules": rules},
        {
            "apiVersion": f"{api}/v1",
            "kind": f"{scope}RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": api, "kind": f"{scope}Role", "name": metadata["name"]},
            "subjects": [_subject(user)],
        },
    ]
    return _manifest.yaml.safe_dump_all(manifests, sort_keys=False, default_flow_style=None, width=120)


def namespace_problem(name: str, found, create: bool) -> str | None:
    """found: the namespace, None when there is none, or the status of a refusal."""
    if found is None:
        if create:
            return None
        return f"Namespace {name} does not exist. Create it with: kubectl create namespace {name}, or set create_namespace: true."
    if isinstance(found, int):
        if found == 403 and create:
            return (
                f"This account may not see namespace {name}, so it cannot make sure that it exists. Allow it to get namespaces, or have"
                " the namespace created and set create_namespace: false."
            )
        return None
    if found.get("status", {}).get("phase") == "Terminating":
        return f"Namespace {name} is being deleted. Wait until it is gone, or choose another one."
    return None


def storage_problem(wanted: str, classes: list) -> str | None:
    """classes: the cluster's StorageClasses."""
    names = ", ".join(sorted(item["metadata"]["name"] for item in classes)) or "none"
    if wanted == "-":  # volumes made by hand
        return None
    if wanted:
        if any(item["metadata"]["name"] == wanted for item in classes):
            return None
        return f"Storage class {wanted} does not exist; the cluster has: {names}. Choose one of these, or switch persistence off."
    annotations = [item["metadata"].get("annotations") or {} for item in classes]
    if any(found.get(name) == "true" for found in annotations for name in DEFAULT_CLASS):
        return None
    return f"The cluster has no default storage class, and none is named; it has: {names}. Name one, or switch persistence off."


def secret_problem(namespace: str, name: str, key: str, found) -> str | None:
    """found: the Secret, or None."""
    if found is None:
        return f"Secret {name} does not exist in namespace {namespace}. Create it" + (f" with key {key}." if key else ".")
    present = sorted(found.get("data") or {})
    if key and key not in present:
        return f"Secret {name} in namespace {namespace} has no key {key}; it has: {', '.join(present) or 'none'}."
    return None


def chart_problem(ref: str, chart: dict, expected: str, vendored: list | None) -> str | None:
    """vendored: names in the chart's directory charts/, None when the chart is not a directory."""
    if expected and chart.get("name") != expected:
        return f"Chart {ref} is chart {chart.get('name')}, not {expected}. Give another chart_ref."
    if vendored is None:
        return None
    missing = [item["name"] for item in chart.get("dependencies") or [] if not _vendored(item, vendored)]
    if missing:
        return f"Chart {ref} lacks charts that it depends on: {', '.join(missing)}. Fetch them with: helm dependency build {ref}"
    return None


def subchart_problem(ref: str, chart: dict, expected: list) -> str | None:
    """What a stack of charts must hold."""
    there = [item["name"] for item in chart.get("dependencies") or []]
    missing = [name for name in expected if name not in there]
    if not missing:
        return None
    return f"Chart {ref} is chart {chart.get('name')}, which has no subchart {' or '.join(missing)}. Give another chart_ref."


def owner(obj: dict) -> str:
    """The Helm release that an object belongs to; empty if none does."""
    return (obj["metadata"].get("annotations") or {}).get("meta.helm.sh/release-name", "")


def owner_problem(stateful_set: dict, owner: str, release: str, manifest: list) -> str:
    """Why another release's StatefulSet cannot become this one's. manifest: all objects of the other release."""
    name, namespace = stateful_set["metadata"]["name"], stateful_set["metadata"]["namespace"]
    works = [f"{obj['kind']} {obj['metadata']['name']}" for obj in manifest if obj["kind"] in WORKLOADS] or [f"StatefulSet {name}"]
    claims = [claim["metadata"]["name"] for claim in stateful_set["spec"].get("volumeClaimTemplates") or []]
    kept = f"The volumes of {name} ({', '.join(claims)}) would stay" if claims else f"{name} has no volumes: everything in it would be lost"
    return (
        f"StatefulSet {name} in namespace {namespace} belongs to Helm release {owner}, not to {release}. Helm moves nothing from one release to"
        f" another, so {owner} would have to be uninstalled first. That deletes {', '.join(works)}, all at once: nobody can log in until the new"
        f" release runs. {kept}. Go back to the layout and the release name that it was installed with; or, when that outage is wanted, run the"
        " uninstall with the former inputs, then install with the new ones."
    )


def release_findings(release, chart_name: str, context: str | None) -> Findings:
    """release: the Release or None. chart_name: what it should be of; empty when that is not known."""
    findings = Findings()
    if release is None or not release.exists:
        return findings
    if release.pending:
        findings.add(_helm_release.pending_problem(release, context))
    if chart_name:
        problem = _helm_release.chart_problem(release, chart_name)
        findings.add(f"{problem}." if problem else None)
    if release.status == "failed":
        findings.add(warning=f"The last upgrade of Helm release {release.name} (revision {release.revision}) failed; it will be done again.")
    return findings


def message(problems: list) -> str:
    """All problems in one text."""
    head = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return f"{head} before anything was changed:\n" + "\n".join(f"{number}. {text}" for number, text in enumerate(problems, 1))


def _subject(user):
    parts = user.split(":")
    if user.startswith("system:serviceaccount:") and len(parts) == 4:
        return {"kind": "ServiceAccount", "namespace": parts[2], "name": parts[3]}
    return {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": user or "NAME-OF-THE-ACCOUNT"}


def _vendored(dependency, names):
    return any(name == dependency["name"] or name.startswith(f"{dependency['name']}-") for name in names)
