# SPDX-License-Identifier: GPL-3.0-or-later
"""What the custom resources of Redis Enterprise say: are they as wished, is there a point in waiting, which search module do they offer.

Pure: resources as the Kubernetes API returns them in, plain data out. The words are those of operator 6.2.18-41's API documents.
"""

from __future__ import annotations

import base64

from ansible_collections.cloudentity.platform.plugins.module_utils import _versions

# Time alone does not lead out of these. State Error is not among them: a cluster may pass through it while it starts.
_HOPELESS = {"Invalid", "InvalidUpgrade", "creation-failed"}
# RediSearch 2 lists itself by the first name, older ones by the second.
_SEARCH = ("search", "ft")


def state(resource: dict | None) -> dict:
    """`ready`, `hopeless` and `text` of a RedisEnterpriseCluster or RedisEnterpriseDatabase; None: it is not there."""
    if not resource:
        return {"ready": False, "hopeless": True, "text": "It is not there"}
    status = resource.get("status") or {}
    # A cluster has state, a database has status.
    word = status.get("state") or status.get("status") or "not looked at by the operator yet"
    spec = status.get("specStatus") or "Valid"
    seen = status.get("observedGeneration")
    current = seen is None or seen >= resource["metadata"]["generation"]
    notes = ([] if spec == "Valid" else [f"its spec is {spec}"]) + ([] if current else ["the last change was not taken up yet"])
    return {
        "ready": word in ("Running", "active") and spec == "Valid" and current,
        "hopeless": word in _HOPELESS or spec == "Invalid",
        "text": f"{resource['kind']} {resource['metadata']['name']} is {word}" + "".join(f"; {note}" for note in notes),
    }


def search(cluster: dict, wanted: str, database: dict | None) -> dict:
    """`name` and `version` of the search module to ask for, and `problem` when the cluster has none such.

    wanted: the version given, or empty. A database that has the module keeps its version, otherwise the cluster's newest is taken.
    """
    modules = (cluster.get("status") or {}).get("modules") or []
    offered = [module for name in _SEARCH for module in modules if module["name"] == name]
    listed = (((database or {}).get("spec") or {}).get("modulesList")) or []
    kept = next((module["version"] for module in listed if module["name"] in _SEARCH), None)
    choice = wanted or kept
    for module in offered:
        versions = sorted(module.get("versions") or [], key=_versions.parse)
        if versions and choice in (None, "", *versions):
            return {"name": module["name"], "version": choice or versions[-1], "problem": ""}
    there = ", ".join(f"{module['name']} {' '.join(module.get('versions') or [])}" for module in modules) or "no module at all"
    return {"name": "", "version": "", "problem": f"cluster {cluster['metadata']['name']} has no search module{f' {choice}' if choice else ''}; it has {there}"}


def dropped(wanted, live, path: str = "spec") -> list[str]:
    """Fields that were asked for and are not there: the API server drops what the CRD does not know, without a word."""
    if isinstance(wanted, dict) and isinstance(live, dict):
        return [found for key, value in wanted.items() for found in (dropped(value, live[key], f"{path}.{key}") if key in live else [f"{path}.{key}"])]
    if isinstance(wanted, list) and isinstance(live, list):
        return [found for number, pair in enumerate(zip(wanted, live)) for found in dropped(*pair, f"{path}[{number}]")]
    return []


def address(database: dict | None, secret: dict) -> str:
    """`host:port` of the database in the cluster; secret: the data of its Secret, encoded. Empty when it is not known yet."""
    names = [name.strip() for name in _decoded(secret.get("service_names")).split(",") if name.strip()]
    # The one with an address of its own stays where it is while proxies move.
    name = next((name for name in names if not name.endswith("-headless")), names[0] if names else "")
    port = _decoded(secret.get("port"))
    return f"{name}.{database['metadata']['namespace']}.svc:{port}" if database and name and port else ""


def _decoded(text: str | None) -> str:
    return base64.b64decode(text or "").decode()
