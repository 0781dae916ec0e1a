# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict over all evidence: checks, connection, module, and what kept from looking. Plain data in, plain data out."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _checks
from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED

# Who brings evidence, and what it is called in the result; without it the module did not look, or was not asked to.
# In this order: what the platform would run into first is the cause, the rest is what follows from it.
_SOURCES = {"connection": "failures", "module": "nodes", "checks": "checks"}


def reach(evidence: dict, environment: str, version: str, now: str) -> dict:
    """`evidence` holds the results of the modules by source, and `failure` where one of them could not look at all."""
    found = {source: evidence[source] if key in (evidence.get(source) or {}) else {} for source, key in _SOURCES.items()}
    causes = [{"source": source, "text": found[source]["msg"]} for source in _SOURCES if found[source].get("msg")]
    if evidence.get("failure"):
        causes.insert(0, {"source": "evidence", "text": evidence["failure"]})
    opening = "could not be judged." if evidence.get("failure") else "is not fit for the platform."
    checks, snapshot = found["checks"].get("checks", []), found["checks"].get("snapshot")
    return {
        "environment": environment,
        "collection_version": version,
        "taken_at": snapshot["taken_at"] if snapshot else now,
        "verdict": FAILED if causes else _checks.verdict(checks),
        "message": "\n".join([f"{environment} {opening}", *(cause["text"] for cause in causes)]) if causes else None,
        "causes": causes,
        "checks": checks,
        "connection": {key: found["connection"].get(key) for key in ("addresses", "announced", "failures", "kind")} if found["connection"] else None,
        "module": {"nodes": found["module"]["nodes"]} if found["module"] else None,
        "snapshot": snapshot,
    }


def entry(verdict: dict) -> dict:
    """What the history keeps: all but how each node sees the others, which grows with the square of their number."""
    if not verdict["snapshot"]:
        return verdict
    nodes = [{**node, "view": []} for node in verdict["snapshot"]["nodes"]]
    return {**verdict, "snapshot": {**verdict["snapshot"], "nodes": nodes}}
