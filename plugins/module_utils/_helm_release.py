# SPDX-License-Identifier: GPL-3.0-or-later
"""A Helm release as it is stored in the cluster, and what its state asks for.

Helm keeps each revision as one Secret (or ConfigMap): labels tell owner, name, version and status, the payload is the
release itself. Knows that form and the meaning of the states; reads nothing by itself.
"""

from __future__ import annotations

import base64
import gzip
import json
import shlex
from dataclasses import dataclass, field

PENDING = ("pending-install", "pending-upgrade", "pending-rollback")
BUSY = (*PENDING, "uninstalling")
NONE = {
    "exists": False,
    "revision": 0,
    "status": None,
    "chart": None,
    "chart_version": None,
    "app_version": None,
    "updated": None,
    "pending": False,
    "remedy": None,
}


@dataclass(frozen=True)
class Release:
    """What the revisions of one release say together. manifest, hooks and values are those of the deployed revision."""

    name: str
    namespace: str
    revision: int
    status: str
    deployed_revision: int | None
    chart: str
    chart_version: str
    app_version: str
    updated: str
    server_side: bool
    manifest: str = field(repr=False, default="")
    hooks: list = field(repr=False, default_factory=list)
    values: dict = field(repr=False, default_factory=dict)

    @property
    def pending(self) -> bool:
        """Helm refuses to touch it: another run works on it, or was killed while it did."""
        return self.status in BUSY

    @property
    def exists(self) -> bool:
        """False when only the history of an uninstalled release is left."""
        return self.status != "uninstalled"


def select(revisions: list) -> list:
    """Of (revision, status) pairs those whose payload has to be read: the last one, and the last that was deployed."""
    if not revisions:
        return []
    ordered = sorted(revisions)
    deployed = [number for number, status in ordered if status == "deployed"]
    return sorted({ordered[-1][0], *deployed[-1:]})


def decode(payload: str) -> dict:
    """A stored release. payload: the Secret's data as the API hands it out, or the ConfigMap's."""
    raw = base64.b64decode(payload)
    if not raw.startswith((b"\x1f\x8b", b"{")):  # a Secret's data is base64 of Helm's own base64
        raw = base64.b64decode(raw)
    return json.loads(gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw)


def judge(payloads: list) -> Release | None:
    """payloads: the decoded releases that select() named, in any order."""
    if not payloads:
        return None
    ordered = sorted(payloads, key=lambda payload: payload["version"])
    last = ordered[-1]
    deployed = [payload for payload in ordered if payload["info"]["status"] == "deployed"]
    current = deployed[-1] if deployed else last
    metadata = last["chart"]["metadata"]
    return Release(
        name=last["name"],
        namespace=last["namespace"],
        revision=last["version"],
        status=last["info"]["status"],
        deployed_revision=deployed[-1]["version"] if deployed else None,
        chart=metadata["name"],
        chart_version=metadata["version"],
        app_version=metadata.get("appVersion", ""),
        updated=last["info"].get("last_deployed", ""),
        server_side=last.get("apply_method") == "ssa",
        manifest=current.get("manifest", ""),
        hooks=current.get("hooks") or [],
        values=current.get("config") or {},
    )


def describe(release: Release | None, context: str | None = None) -> dict:
    """The release as a module returns it."""
    if release is None:
        return dict(NONE)
    return {
        "exists": release.exists,
        "revision": release.revision,
        "status": release.status,
        "chart": release.chart,
        "chart_version": release.chart_version,
        "app_version": release.app_version,
        "updated": release.updated,
        "pending": release.pending,
        "remedy": remedy(release, context) if release.pending else None,
    }


def remedy(release: Release, context: str | None = None) -> str:
    """The command that frees a release on which no run works any more."""
    where = f"--namespace {shlex.quote(release.namespace)}"
    if context:
        where += f" --kube-context {shlex.quote(context)}"
    if release.deployed_revision and release.status != "uninstalling":
        return f"helm rollback {release.name} {release.deployed_revision} {where}"
    return f"helm uninstall {release.name} {where}"


def pending_problem(release: Release, context: str | None = None) -> str:
    """One message for a release that Helm refuses to touch."""
    effect = "goes back to revision %d" % release.deployed_revision if release.deployed_revision else "removes what it left behind"
    if release.status == "uninstalling":
        effect = "finishes the removal"
    return (
        f"Helm release {release.name} in namespace {release.namespace} is {release.status} (revision {release.revision}, since"
        f" {release.updated or 'an unknown time'}): another Helm run is working on it, or was killed while it did. If none is"
        f" running, free it with: {remedy(release, context)} (this {effect}), then run again."
    )


def chart_problem(release: Release | None, chart: str) -> str | None:
    """A release that came of another chart would have its objects deleted by an upgrade."""
    if release is None or not release.exists or release.chart == chart:
        return None
    return (
        f"Helm release {release.name} in namespace {release.namespace} was installed from chart {release.chart}"
        f" {release.chart_version}, not from chart {chart}: an upgrade would delete what that chart made. Choose another release"
        f" name or namespace, or remove it first with: helm uninstall {release.name} --namespace {release.namespace}"
    )
