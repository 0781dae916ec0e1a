# SPDX-License-Identifier: GPL-3.0-or-later
"""The last runs, drawn and compared with this one. Plain data in, markup out."""

from __future__ import annotations

import json

from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED, WARNING
from ansible_collections.cloudentity.platform.plugins.module_utils._report_markup import Markup, tag

RUNS = 30
_STEP, _HEIGHT, _UNIT = 34, 92, 12
_MARK = {"ok": "\N{CHECK MARK}", "warning": "!", "failed": "\N{BALLOT X}"}


def runs(texts: list[str], verdict: dict) -> list[dict]:
    """The last runs on this environment out of files' texts, oldest first, this one last. What is no report of such a run is left out."""
    found = {}
    for text in texts:
        try:
            run = json.loads(text)
            if run["environment"] == verdict["environment"] and isinstance(run["taken_at"], str):
                found[run["taken_at"]] = {**run, "bad": bad_ids(run)}
        except (ValueError, KeyError, TypeError):
            continue
    found[verdict["taken_at"]] = {**verdict, "bad": bad_ids(verdict)}
    return [found[when] for when in sorted(found)][-RUNS:]


def bad_ids(run: dict) -> dict:
    """What did not hold, by name, with its status."""
    bad = {check["id"]: check["status"] for check in run["checks"] if check["status"] in (FAILED, WARNING)}
    bad.update({cause["source"]: FAILED for cause in run["causes"] if cause["source"] != "checks"})
    return bad


def changes(history: list[dict]) -> list[tuple[str, str]]:
    """What is new in the last run, and what is gone since the one before."""
    if len(history) < 2:
        return []
    before, now = history[-2]["bad"], history[-1]["bad"]
    new = [name for name, status in now.items() if status != before.get(name) and (name not in before or status == FAILED)]
    gone = [name for name in before if name not in now]
    return [(words, ", ".join(names)) for words, names in (("New since the last run", new), ("Well again", gone)) if names]


def draw(history: list[dict]) -> Markup:
    """A column for each run: as high as there were checks that did not hold, failed ones at the bottom."""
    width = max(10, len(history)) * _STEP
    tallest = max([len(run["bad"]) for run in history] + [1])
    unit = min(_UNIT, (_HEIGHT - 34) / tallest)
    drawn = [tag("line", x1=0, x2=width, y1=_HEIGHT - 18, y2=_HEIGHT - 18, class_="axis")]
    for index, run in enumerate(history):
        failed = sum(status == FAILED for status in run["bad"].values())
        warnings = len(run["bad"]) - failed
        x, base = index * _STEP + 5, _HEIGHT - 18
        name = f"{run['taken_at'][:16].replace('T', ' ')} UTC: {run['verdict']}, {failed} failed, {warnings} warnings"
        columns = []
        for number, kind in ((failed, "failed"), (warnings, "warning")):
            base -= number * unit
            columns.append(tag("rect", x=x, y=f"{base:.1f}", width=_STEP - 10, height=f"{number * unit:.1f}", class_=f"run-{kind}") if number else None)
        middle = x + _STEP / 2 - 5
        mark = tag("text", _MARK.get(run["verdict"], "?"), x=f"{middle:.1f}", y=f"{base - 5:.1f}", text_anchor="middle", class_=f"strong run-{run['verdict']}")
        drawn.append(tag("g", tag("title", name), columns, mark))
    for index, anchor in ((0, "start"), (len(history) - 1, "end")):
        x = 0 if anchor == "start" else (len(history)) * _STEP
        if index or anchor == "start":
            drawn.append(tag("text", history[index]["taken_at"][:10], x=x, y=_HEIGHT - 3, text_anchor=anchor, class_="soft"))
    label = f"The last {len(history)} runs: " + ", ".join(run["verdict"] for run in history)
    return tag("svg", drawn, view_box=f"0 0 {width} {_HEIGHT}", role="img", aria_label=label, style=f"max-width:{width}px", xmlns="http://www.w3.org/2000/svg")
