# SPDX-License-Identifier: GPL-3.0-or-later
"""The search module, node by node: is it there, in the right version, does it answer. Pure."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _versions
from ansible_collections.cloudentity.platform.plugins.module_utils._checks_search import search_module


def judge(snapshot: dict, accepted: tuple, lowest: str | None, highest: str | None) -> list[dict]:
    """One entry a node; `problem` is None where all is well."""
    return [_node(node, accepted, lowest, highest) for node in snapshot["nodes"]]


def message(entries: list[dict]) -> str:
    wrong = [entry for entry in entries if entry["problem"]]
    lines = [f"The search module is not right on {len(wrong)} of {len(entries)} nodes:" if entries else "There is no node at all."]
    lines += [f"- {entry['name']}: {entry['problem']}" for entry in wrong]
    lines.append("remedy: put the right module and its loadmodule line on these nodes and restart them; why it did not load is in Redis's log")
    return "\n".join(lines)


def _node(node: dict, accepted: tuple, lowest: str | None, highest: str | None) -> dict:
    module = search_module(node, accepted)
    return {
        "name": node["name"],
        "module": module["name"] if module else None,
        "version": module["semver"] if module else None,
        "works": node["search"]["available"],
        "problem": _problem(node, module, accepted, lowest, highest),
    }


def _problem(node: dict, module: dict | None, accepted: tuple, lowest: str | None, highest: str | None) -> str | None:
    if node["error"]:
        return f"it could not be asked ({node['error']['kind']}): {node['error']['message']}"
    if not module:
        return f"module_missing: no module {' or '.join(accepted)} is loaded"
    if not _versions.in_range(module["semver"], lowest, highest):
        return f"version {module['semver']} is not in {lowest or 'any'} to {highest or 'any'}"
    if not node["search"]["available"]:
        return f"it is loaded, but does not answer: {node['search']['error'] or 'no answer'}"
    return None
