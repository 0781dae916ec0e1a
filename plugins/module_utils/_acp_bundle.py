# SPDX-License-Identifier: GPL-3.0-or-later
"""The support bundle: one archive with all that was read, every text of it without secrets. I/O only."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
import time

from ansible_collections.cloudentity.platform.plugins.module_utils import _manifest, _manifest_mask
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


def refuse(path: str) -> None:
    """Before anything is read: can it be written at all."""
    where = os.path.dirname(path) or "."
    if not os.path.isdir(where) or not os.access(where, os.W_OK):
        raise InputError(f"The bundle {path} cannot be written: {where} is not a directory that can be written to.")


def releases(module, look, evidence) -> dict[str, dict]:
    """The values of the Helm releases that the objects belong to, by the release's name."""
    # Imported here: it takes most of a second, which a diagnosis without a bundle does without.
    from ansible_collections.cloudentity.platform.plugins.module_utils import _helm_cluster

    cluster = _helm_cluster.Cluster(module)
    found = {}
    for item in evidence.objects:
        name = (item["metadata"].get("annotations") or {}).get("meta.helm.sh/release-name")
        namespace = item["metadata"]["namespace"]
        if not name or name in found:
            continue
        release = cluster.release(name, namespace)
        if isinstance(release, _helm_cluster.Refusal):
            look.unread.append(f"values of release {name}: {release.message}")
        elif release:
            found[name] = look.secrets.hide({"chart": release.chart, "version": release.chart_version, "values": release.values})
    return found


def write(path: str, look, evidence, diagnosis: dict, values: dict[str, dict]) -> None:
    facts = evidence.facts
    apart = ("configuration", "connection", "checks", "events", "logs")
    files = {
        "diagnosis.txt": diagnosis["msg"] + "\n",
        "diagnosis.json": _json({**diagnosis, "evidence": {name: value for name, value in facts.items() if name not in apart}}),
        "configuration.yaml": _yaml(facts["configuration"]),
        "connection.json": _json(facts["connection"]),
        "snapshot.json": _json(evidence.snapshot),
        "checks.json": _json(facts["checks"]),
        "events.json": _json(facts["events"]),
        "pods.yaml": "---\n".join(_yaml(_manifest_mask.pair(None, _plain(item))[1]) for item in evidence.objects),
        **{f"values/{name}.yaml": _yaml(found) for name, found in values.items()},
        **{f"logs/{log['pod']}.{log['container']}{'.previous' if log['previous'] else ''}.log": "\n".join(log["lines"]) + "\n" for log in facts["logs"]},
    }
    _archive(path, {name: look.secrets.scrub(text) for name, text in files.items()})


def _archive(path: str, files: dict[str, str]) -> None:
    """Made beside its place and put there whole; for its owner only, since logs name people."""
    folder = os.path.basename(path).removesuffix(".gz").removesuffix(".tar")
    try:
        handle, made = tempfile.mkstemp(dir=os.path.dirname(path) or ".")
        with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name, text in files.items():
                content = text.encode()
                entry = tarfile.TarInfo(f"{folder}/{name}")
                entry.size, entry.mtime, entry.mode = len(content), int(time.time()), 0o600
                archive.addfile(entry, io.BytesIO(content))
        os.replace(made, path)
    except OSError as error:
        raise InputError(f"The bundle {path} cannot be written: {error.strerror or error}") from error


def _plain(item: dict) -> dict:
    """A live object with its status, without the record of who wrote what."""
    return {**item, "metadata": {name: value for name, value in item["metadata"].items() if name != "managedFields"}}


def _json(data) -> str:
    return json.dumps(data, indent=2, sort_keys=False) + "\n"


def _yaml(data) -> str:
    return _manifest.yaml.safe_dump(data, sort_keys=False, default_flow_style=False, width=160)
