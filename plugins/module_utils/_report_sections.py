# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the report: figures, tables, one check. Plain data in, markup out."""

from __future__ import annotations

import collections

from ansible_collections.cloudentity.platform.plugins.module_utils import _checks, _policy, _report_topology as topology
from ansible_collections.cloudentity.platform.plugins.module_utils._check import count
from ansible_collections.cloudentity.platform.plugins.module_utils._checks_cluster import SLOTS
from ansible_collections.cloudentity.platform.plugins.module_utils._checks_search import search_module
from ansible_collections.cloudentity.platform.plugins.module_utils._report_markup import Markup, join, tag

_MARKS = {"ok": "\N{CHECK MARK}", "warning": "!", "failed": "\N{BALLOT X}", "skipped": "\N{EN DASH}"}


def time(iso: str) -> str:
    """`2026-01-12 09:30:00 UTC`"""
    return f"{iso[:19].replace('T', ' ')} UTC"


def pill(status: str, words: str = "") -> Markup:
    """A state as mark and words, in its colour."""
    return tag("span", f"{_MARKS.get(status, '?')} {words or status}", class_=f"pill {status}{' long' if len(words) > 30 else ''}")


def facts(pairs: list[tuple]) -> Markup:
    return tag("dl", [(tag("dt", name), tag("dd", value)) for name, value in pairs if value is not None])


def table(head: list[str], rows: list[Markup], caption: str, stack: bool = True) -> Markup:
    """In a box that scrolls where the screen is narrower than the table."""
    content = [tag("caption", caption), tag("thead", tag("tr", [tag("th", text, scope="col") for text in head])), tag("tbody", rows)]
    return tag("div", tag("table", content, class_="stack" if stack else "nodes"), class_="card scroll", tabindex=0, role="region", aria_label=caption)


def tiles(snapshot: dict) -> Markup:
    nodes = snapshot["nodes"]
    read = [node for node in nodes if node["role"]]
    wanted = snapshot["expected"]["nodes"] or len(nodes)
    modules = collections.Counter(_module_words(node) for node in read).most_common() or [("unknown", 0)]
    others = ", ".join(f"{number} with {words}" for words, number in modules[1:])
    shown = [
        ("Nodes", f"{len(read)} of {wanted}", "read", "" if len(read) >= wanted else "failed"),
        *(_cluster_tiles(snapshot, read) if topology.is_cluster(snapshot) else []),
        ("Redis", ", ".join(snapshot["cluster"]["versions"]) or "unknown", "version", "" if len(snapshot["cluster"]["versions"]) < 2 else "warning"),
        ("Search module", modules[0][0], others or "on every node read", "warning" if others else ""),
        ("Memory", *_fullest(read), ""),
        ("Keys", f"{sum(node['keys'] or 0 for node in read if node['role'] == 'primary'):,}", "on all primaries", ""),
    ]
    boxes = [tag("div", tag("p", name), tag("strong", figure), tag("p", words), class_=f"card {state}") for name, figure, words, state in shown]
    return tag("div", boxes, class_="tiles")


def _cluster_tiles(snapshot: dict, read: list[dict]) -> list[tuple]:
    served = SLOTS - topology.count(topology.unserved(snapshot))
    primaries = sum(node["role"] == "primary" for node in read)
    return [
        ("Slots", str(served), f"of {SLOTS} served", "" if served == SLOTS else "failed"),
        ("Shards", str(len(topology.shards(snapshot)[0])), f"{count(primaries, 'primary')}, {count(len(read) - primaries, 'replica')}", ""),
    ]


def _module_words(node: dict) -> str:
    module = search_module(node)
    return f"{module['name']} {module['semver']}" if module else "none"


def _fullest(nodes: list[dict]) -> tuple[str, str]:
    shares = [(node["memory"]["used"] or 0, min((n for n in (node["memory"]["max"], node["memory_limit"]) if n), default=0)) for node in nodes]
    limited = [used / limit for used, limit in shares if limit]
    if limited:
        return f"{max(limited):.0%}" if max(limited) >= 0.01 else "below 1%", "of its limit on the fullest node"
    return _bytes(max((used for used, _limit in shares), default=0)), "on the fullest node, no limit"


def _bytes(number: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"


def hosts(snapshot: dict) -> Markup | None:
    rows = [
        tag(
            "tr",
            tag("th", host, scope="row"),
            tag("td", ", ".join(f"{member.name} ({(member.role or '?')[0].upper()})" for member in members), data_label="Pods"),
            tag("td", pill("warning", words) if hurts else words, data_label="If it stops"),
        )
        for host, members, words, hurts in topology.hosts(snapshot)
    ]
    return table(["Kubernetes node", "Pods (Primary, Replica)", "If it stops"], rows, "Where the pods stand") if rows else None


def bad_check(check: dict) -> Markup:
    known = _checks.CATALOGUE.get(check["id"])
    title = tag("h3", pill(check["status"]), tag("code", check["id"]), tag("span", known.what if known else "A rule of the site's own.", class_="soft"))
    pairs = [
        ("Seen", check["observed"]),
        ("Expected", tag("code", check["expected"]) if not known else check["expected"]),
        ("Remedy", tag("span", check["remedy"], class_="remedy") if check["remedy"] else None),
        ("Nodes", _names(check["nodes"]) or None),
    ]
    return tag("article", title, facts(pairs), class_=f"card bad-check {check['status']}")


def _names(nodes: list[str], most: int = 12) -> str:
    return ", ".join(nodes[:most]) + (f" and {len(nodes) - most} more" if len(nodes) > most else "")


def good_checks(checks: list[dict]) -> Markup | None:
    rows = [
        tag(
            "tr",
            tag("td", pill(check["status"])),
            tag("td", tag("code", check["id"])),
            tag("td", check["observed"], data_label="Seen"),
            tag("td", check["expected"], class_="soft", data_label="Expected"),
        )
        for check in checks
    ]
    return table(["State", "Check", "Seen", "Expected"], rows, "What holds, and what could not be judged") if rows else None


def connection(verdict: dict) -> Markup | None:
    """Each address as the platform would use it."""
    found = verdict["connection"]
    if not found or not (found["addresses"] or found["failures"]):
        return None
    told = [("failed" if entry["kind"] else "ok", entry["kind"] or "connects", entry["address"], ", ".join(entry["nodes"])) for entry in found["addresses"]]
    told += [("failed", fault["kind"], fault["node"], f"{fault['message']}. Remedy: {fault['remedy']}") for fault in found["failures"][1:20]]
    rows = [tag("tr", tag("td", pill(state, kind)), tag("td", tag("code", where)), tag("td", words)) for state, kind, where, words in told]
    return table(["State", "Address", "Nodes behind it"], rows, "Connecting as the platform would")


def nodes(snapshot: dict) -> Markup:
    rows = []
    for node, member in zip(snapshot["nodes"], topology.members(snapshot)):
        error = (node["error"] or {}).get("message")
        cells = [
            member.role or "?",
            "" if node["shard"] is None else str(node["shard"]),
            topology.slots_text(node["slots"]) if node["slots"] else "",
            node["host"] or "",
            node["version"] or "",
            _module_words(node) if node["role"] else "",
            "" if node["keys"] is None else f"{node['keys']:,}",
            "" if node["memory"]["used"] is None else _bytes(node["memory"]["used"]),
        ]
        state = pill("failed" if not member.reads else "warning", member.trouble) if member.trouble else pill("ok")
        said = [state, " ", error] if error else state
        rows.append(tag("tr", tag("th", node["name"], scope="row"), [tag("td", cell) for cell in cells], tag("td", said), class_="failed" if error else None))
    head = ["Node", "Role", "Shard", "Slots", "Kubernetes node", "Redis", "Search", "Keys", "Memory", "State"]
    return tag("section", tag("h2", "Nodes"), table(head, rows, f"{count(len(rows), 'node')}, as each of them says", stack=False))


def versions(verdict: dict) -> Markup:
    """What runs here, beside what the platform is supported with."""
    read = [node for node in verdict["snapshot"]["nodes"] if node["version"]]
    rows = []
    for version, number in sorted(collections.Counter(node["version"] for node in read).items()):
        line = _policy.line_of(version)
        supported, secure = _policy.is_supported(version), _policy.is_secure(version)
        rows.append(
            tag(
                "tr",
                tag("th", f"Redis {version}", scope="row"),
                tag("td", count(number, "node"), data_label="On"),
                tag("td", pill("ok", "supported") if supported else pill("failed", "not supported"), data_label="Platform"),
                tag("td", pill("ok", "no known hole") if secure else pill("warning", _floor(line)), data_label="Security"),
                tag("td", line.source if line else "No line of the policy.", class_="soft", data_label="Source"),
            )
        )
    for line in _policy.REDIS_LINES:
        if line.supported and not any(_policy.line_of(node["version"]) == line for node in read):
            rows.append(
                tag(
                    "tr",
                    tag("th", f"Redis {line.redis}", scope="row"),
                    tag("td", "none here", data_label="On"),
                    tag("td", pill("ok", "supported"), data_label="Platform"),
                    tag("td", f"from {line.secure_from}", data_label="Security"),
                    tag("td", line.source, class_="soft", data_label="Source"),
                )
            )
    modules = collections.Counter(_module_words(node) for node in read)
    said = join("Search module: ", ", ".join(f"{words} on {count(number, 'node')}" for words, number in sorted(modules.items())) or "not known")
    listing = table(["Version", "On", "Platform", "Security", "Source"], rows, "Redis against the support policy")
    return tag("section", tag("h2", "Versions"), listing, tag("p", said, class_="soft"))


def _floor(line) -> str:
    return f"below {line.secure_from}" if line and line.secure_from else "no fixed version"
