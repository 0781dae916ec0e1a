# SPDX-License-Identifier: GPL-3.0-or-later
"""What people read: tables of the cluster and the state of pods, as lines of text. Plain data in, lines out."""

from __future__ import annotations


def table(head: list, rows: list) -> list:
    """Aligned columns, two spaces apart, without trailing blanks."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]


def topology(snapshot: dict) -> list:
    """One line a Redis node: pod, role, slots, version, modules."""
    return table(["POD", "ROLE", "SLOTS", "REDIS", "MODULE"], [_node(node) for node in snapshot["nodes"]])


def checks(results: list) -> list:
    """One line a check, the bad ones with their remedy below."""
    mark = {"ok": "ok", "warning": "WARNING", "failed": "FAILED", "skipped": "-"}
    lines = []
    for row, result in zip(table(["CHECK", "STATE", "OBSERVED"], [[r["id"], mark[r["status"]], r["observed"]] for r in results])[1:], results):
        lines.append(row)
        if result["status"] in ("warning", "failed") and result.get("remedy"):
            lines.append(f"    remedy: {result['remedy']}")
    return lines


def pods(resources: list) -> list:
    """One line a pod: phase, readiness, and why a container waits or died."""
    return [_pod(pod) for pod in sorted(resources, key=lambda pod: pod["metadata"]["name"])] or ["No pod was created."]


def _node(node):
    if not node["reachable"]:
        return [node["name"], "unreachable", (node["error"] or {}).get("message", ""), "", ""]
    slots = ",".join(f"{first}-{last}" if first != last else str(first) for first, last in node["slots"])
    if node["role"] == "replica":
        slots = "of shard " + str(node["shard"])
    modules = ", ".join(f"{module['name']} {module['semver']}" for module in node["modules"])
    return [node["name"], node["role"], slots or "none", node["version"], modules or "none"]


def _pod(pod):
    status = pod.get("status", {})
    notes = []
    for container in status.get("initContainerStatuses", []) + status.get("containerStatuses", []):
        waiting = container.get("state", {}).get("waiting")
        died = container.get("state", {}).get("terminated") or container.get("lastState", {}).get("terminated")
        if waiting:
            notes.append(f"{container['name']} waits: {waiting.get('reason', '?')} {waiting.get('message', '')}".rstrip())
        if died and died.get("exitCode"):
            notes.append(f"{container['name']} ended with code {died['exitCode']}: {died.get('message') or died.get('reason', '')}".rstrip())
    for condition in status.get("conditions", []):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            notes.append(f"not scheduled: {condition.get('message', '')}")
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))
    return f"{pod['metadata']['name']}: {status.get('phase', '?')}, {'ready' if ready else 'not ready'}" + "".join(f"; {note}" for note in notes)
