# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as JUnit XML, for pipelines: a test case for each check, one for the connection, one for the module. Plain data in, text out."""

from __future__ import annotations

from xml.etree import ElementTree

from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED, WARNING
from ansible_collections.cloudentity.platform.plugins.module_utils._report_markup import plain


def render(verdict: dict) -> str:
    """JUnit knows no warning: such a check passes, and says so in its output."""
    cases = _cases(verdict)
    counts = {kind: sum(case[1] == kind for case in cases) for kind in ("failure", "error", "skipped")}
    took = f"{verdict['snapshot']['duration'] if verdict['snapshot'] else 0:.3f}"
    figures = {"tests": len(cases), "failures": counts["failure"], "errors": counts["error"], "skipped": counts["skipped"], "time": took}
    name = f"redis_validate.{verdict['environment']}"
    root = _element(None, "testsuites", figures)
    suite = _element(root, "testsuite", {"name": name, "timestamp": verdict["taken_at"][:19], **figures})
    properties = _element(suite, "properties", {})
    for key in ("environment", "collection_version", "verdict"):
        _element(properties, "property", {"name": key, "value": verdict[key]})
    for case, kind, short, text in cases:
        element = _element(suite, "testcase", {"classname": name, "name": case, "time": "0"})
        if kind in ("failure", "error"):
            _element(element, kind, {"message": short, "type": kind}, text)
        elif kind == "skipped":
            _element(element, "skipped", {"message": short})
        else:
            _element(element, "system-out", {}, text)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _cases(verdict: dict) -> list[tuple]:
    """(name, failure | error | skipped | ok, short, long)"""
    texts = {cause["source"]: cause["text"] for cause in verdict["causes"]}
    cases = [("evidence", "error", texts["evidence"].split("\n")[0], texts["evidence"])] if "evidence" in texts else []
    for source, name in (("connection", "connects_as_the_platform"), ("module", "module_on_every_node")):
        if verdict[source]:
            text = texts.get(source)
            cases.append((name, "failure", text.split("\n")[0], text) if text else (name, "ok", "", "as it should be"))
    for check in verdict["checks"]:
        name = check["id"] if check["id"] != "expect" else f"expect {check['expected']}"
        text = f"observed: {check['observed']}\nexpected: {check['expected']}"
        if check["remedy"]:
            text += f"\nremedy: {check['remedy']}"
        if check["status"] == WARNING:
            text = f"WARNING\n{text}"
        cases.append((name, {FAILED: "failure", "skipped": "skipped"}.get(check["status"], "ok"), check["observed"], text))
    return cases


def _element(parent, name: str, attributes: dict, text: str = ""):
    attributes = {key: plain(value) for key, value in attributes.items()}
    element = ElementTree.Element(name, attributes) if parent is None else ElementTree.SubElement(parent, name, attributes)
    element.text = plain(text) or None
    return element
