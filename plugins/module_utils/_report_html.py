# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML file that needs nothing else: verdict, cause, figures, topology, checks, versions, trend. Plain data in, text out."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _report, _report_picture, _report_sections as sections, _report_style, _report_trend
from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED, WARNING, count
from ansible_collections.cloudentity.platform.plugins.module_utils._report_markup import Markup, join, tag

_WORDS = {
    "ok": ("\N{CHECK MARK}", "The platform can use this Redis"),
    "warning": ("!", "The platform can use this Redis; see the warnings"),
    "failed": ("\N{BALLOT X}", "The platform cannot rely on this Redis"),
}
# The file may come from anywhere and go anywhere: whatever is in it, the browser loads and runs nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(verdict: dict, history: list[str]) -> str:
    """`history` holds the texts of earlier reports as JSON."""
    snapshot = verdict["snapshot"]
    body = [
        _head(verdict),
        _cause(verdict),
        sections.tiles(snapshot) if snapshot else None,
        _topology(snapshot) if snapshot else None,
        _checks(verdict),
        sections.nodes(snapshot) if snapshot else None,
        sections.versions(verdict) if snapshot else None,
        _trend(_report_trend.runs(history, verdict)),
        _foot(verdict),
    ]
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("title", f"{verdict['environment']}: {verdict['verdict']} - Redis report of {sections.time(verdict['taken_at'])}"),
        tag("style", Markup(_report_style.CSS)),
    ]
    return "<!DOCTYPE html>\n" + tag("html", tag("head", head), tag("body", tag("main", body)), lang="en") + "\n"


def _head(verdict: dict) -> Markup:
    mark, words = _WORDS[verdict["verdict"]]
    if verdict["causes"] and verdict["causes"][0]["source"] == "evidence":
        words = "This Redis could not be judged"
    snapshot = verdict["snapshot"]
    where = f" \N{MIDDLE DOT} namespace {snapshot['namespace']}" if snapshot and snapshot["namespace"] else ""
    took = f" \N{MIDDLE DOT} read in {snapshot['duration']:.2f} s" if snapshot else ""
    text = [
        tag("h1", tag("span", verdict["environment"], class_="environment"), ": ", words),
        tag("p", f"{sections.time(verdict['taken_at'])}{where}{took}", class_="soft"),
    ]
    return tag("header", tag("div", mark, class_="mark", aria_hidden="true"), tag("div", text), class_=f"card head {verdict['verdict']}")


def _cause(verdict: dict) -> Markup | None:
    """The first cause in full, and what else was found."""
    if not verdict["causes"]:
        return None
    source = verdict["causes"][0]["source"]
    if source == "connection" and verdict["connection"]["failures"]:
        failures = verdict["connection"]["failures"]
        first = failures[0]
        facts = [
            ("What", f"{first['kind']}: {first['cause']}"),
            ("Where", f"{first['node']}" + (f" behind {first['address']}" if first["address"] != first["node"] else "")),
            ("Seen", first["message"]),
            ("Remedy", tag("span", first["remedy"][:1].upper() + first["remedy"][1:], class_="remedy")),
            ("Log line", tag("code", first["platform_line"]) if first["platform_line"] else None),
            ("Besides", f"{count(len(failures) - 1, 'more failure')} of the connection, below" if len(failures) > 1 else None),
        ]
        title = "Why: connecting as the platform would fails"
    elif source == "module":
        wrong = [node for node in verdict["module"]["nodes"] if node["problem"]]
        facts = [(node["name"], node["problem"]) for node in wrong[:6]] or [("Seen", "there is no node at all")]
        facts.append(("Besides", count(len(wrong) - 6, "more node")) if len(wrong) > 6 else ("", None))
        title = "Why: the search module is not right on every node"
    elif source == "checks":
        first = _report.causes_first([check for check in verdict["checks"] if check["status"] == FAILED])[0]
        facts = [("Check", tag("code", first["id"])), ("Seen", first["observed"]), ("Remedy", tag("span", first["remedy"], class_="remedy"))]
        title = "Why: a check does not hold"
    else:
        facts, title = [("Seen", verdict["causes"][0]["text"])], "Why: it could not be looked at"
    return tag("section", tag("h2", title), sections.facts(facts), class_="card cause failed")


def _topology(snapshot: dict) -> Markup:
    legend = [
        tag("span", tag("b", "P"), " primary"),
        tag("span", tag("b", "R"), " replica"),
        tag("span", tag("b", "\N{BALLOT X}"), " trouble, in words beside it"),
        tag("span", tag("b", "dashed"), " a shard or pod with trouble"),
    ]
    pictures = [_report_picture.draw(snapshot, 1120, "wide"), _report_picture.draw(snapshot, 360, "narrow")]
    return tag("section", tag("h2", "Topology"), tag("div", pictures, tag("div", legend, class_="legend"), class_="card"), sections.hosts(snapshot))


def _checks(verdict: dict) -> Markup:
    """Failed ones first, then warnings, each with what to do; then what holds."""
    by_status = {status: [check for check in verdict["checks"] if check["status"] == status] for status in (FAILED, WARNING, "ok", "skipped")}
    words = {FAILED: "failed", WARNING: "with a warning", "ok": "hold", "skipped": "not judged"}
    figures = [f"{len(by_status[status])} {words[status]}" for status in words if by_status[status]]
    bad = [sections.bad_check(check) for check in _report.causes_first(by_status[FAILED]) + by_status[WARNING]]
    return tag(
        "section",
        tag("h2", "Checks", tag("span", f" \N{MIDDLE DOT} {', '.join(figures) or 'none was run'}", class_="soft")),
        sections.connection(verdict),
        bad,
        sections.good_checks(by_status["ok"] + by_status["skipped"]),
    )


def _trend(history: list[dict]) -> Markup | None:
    if len(history) < 2:
        return None
    news = [tag("p", tag("strong", f"{words}: "), tag("code", names)) for words, names in _report_trend.changes(history)]
    rows = [
        tag(
            "tr",
            tag("td", sections.time(run["taken_at"]), class_="number"),
            tag("td", sections.pill(run["verdict"])),
            tag("td", ", ".join(run["bad"]) or "all holds", data_label="What did not hold"),
        )
        for run in reversed(history[-10:])
    ]
    legend = tag("p", "As high as there were checks that did not hold: failed ones below, warnings above.", class_="legend")
    return tag(
        "section",
        tag("h2", "Trend", tag("span", f" \N{MIDDLE DOT} last {len(history)} runs", class_="soft")),
        tag("div", news, _report_trend.draw(history), legend, class_="card"),
        sections.table(["When", "Verdict", "What did not hold"], rows, "The last ten runs"),
    )


def _foot(verdict: dict) -> Markup:
    text = join(
        f"Made by role redis_validate of the collection cloudentity.platform {verdict['collection_version']} for {verdict['environment']}",
        f" at {sections.time(verdict['taken_at'])}. It changed nothing. Unofficial: not affiliated with the vendor of the platform.",
    )
    return tag("footer", tag("p", text))
