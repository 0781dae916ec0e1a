# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML report: one well-formed file that needs nothing and hides nothing, whatever a cluster answers."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _checks, _report_html, _report_style, _verdict
from ansible_collections.cloudentity.platform.plugins.module_utils._report_markup import tag
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded, wide
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils.test_report_topology import one_address

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script src=http://evil.example/x.js>alert(1)</script>\x00\x1b[31m\ud800'\"&amp;"


def verdict(snapshot: dict, **evidence) -> dict:
    results = _checks.run(snapshot, list(_checks.CATALOGUE))
    failed = any(result["status"] == "failed" for result in results)
    checks = {"checks": results, "snapshot": snapshot, "msg": "some checks do not hold" if failed else None}
    return _verdict.reach({"checks": checks, **evidence}, "demo", "1.2.3", "2026-01-12T09:30:00.000+00:00")


def page(reached: dict, history=()) -> ElementTree.Element:
    """Parsed as XML: what is not well-formed does not come through."""
    return ElementTree.fromstring(_report_html.render(reached, list(history)).removeprefix("<!DOCTYPE html>"))


def words(element: ElementTree.Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


@pytest.mark.parametrize("name", recorded.names())
def test_every_check_and_every_node_shows_up(name):
    snapshot = recorded.snapshot(name)
    reached = verdict(snapshot)
    text = words(page(reached).find("body"))
    for result in reached["checks"]:
        assert result["id"] in text and " ".join(result["observed"].split()) in text
        assert (result["remedy"] or "") in text
    for node in snapshot["nodes"]:
        assert node["name"] in text
    assert {"ok": "can use", "warning": "can use", "failed": "cannot rely on"}[reached["verdict"]] in text
    assert all(said in text for said in ("demo", "collection cloudentity.platform 1.2.3", snapshot["taken_at"][:10]))


@pytest.mark.parametrize("size", [(3, 0, 3), (3, 1, 3), (15, 1, 10), (50, 1, 20)])
def test_wide_clusters_are_drawn_whole(size):
    snapshot = wide.silence(wide.snapshot(*size), "acp-redis-cluster-1")
    pictures = [svg for svg in page(verdict(snapshot)).iter(f"{SVG}svg") if "topology" in svg.get("class", "")]
    assert len(pictures) == 2
    for picture in pictures:
        width, height = (float(number) for number in picture.get("viewBox").split()[2:])
        shown = " ".join(title.text for title in picture.iter(f"{SVG}title"))
        for node in snapshot["nodes"]:
            assert f"{node['name']}, " in shown and f"on {node['host']}" in shown
        assert "acp-redis-cluster-1, primary, on worker-1, no answer" in shown
        assert "nobody serves" in shown
        for group in picture.iter(f"{SVG}g"):
            moved = re.match(r"translate\(([\d.]+) ([\d.]+)\)", group.get("transform", ""))
            if moved:
                card = group.find(f"{SVG}rect")
                assert float(moved[1]) + float(card.get("width")) <= width and float(moved[2]) + float(card.get("height")) <= height


def test_nothing_is_loaded_from_anywhere():
    text = _report_html.render(verdict(recorded.snapshot("node_paused")), [])
    assert not re.search(r"<(script|link|img|iframe|object|embed|base|form)\b", text)
    assert not re.search(r"\b(src|href|srcset|action|xlink:href)\s*=", text) and "@import" not in _report_style.CSS
    assert set(re.findall(r"url\(([^)]*)\)", _report_style.CSS)) == {"#hatch-wide", "#hatch-narrow"}
    assert "default-src 'none'" in text.replace("&#x27;", "'")


@pytest.mark.parametrize("where", ["name", "host", "version", "address"])
def test_what_a_cluster_says_stays_text(where):
    snapshot = recorded.snapshot("node_paused")
    for node in snapshot["nodes"]:
        if node[where] is not None or where == "host":
            node[where] = HOSTILE if where != "version" else "6.2.<b>"
        if node["error"]:
            node["error"]["message"] = HOSTILE
    root = page(verdict(snapshot, connection={"addresses": [], "failures": [failure(HOSTILE)], "msg": HOSTILE}))
    assert not [element for element in root.iter() if element.tag in ("script", "b") and element.text not in ("P", "R", "dashed", "\N{BALLOT X}")]
    assert "alert(1)" in words(root)


def failure(text: str) -> dict:
    return {"kind": "other", "address": text, "node": text, "message": text, "cause": text, "remedy": text, "platform_line": text}


def test_no_password_is_in_it():
    for name in recorded.names():
        text = _report_html.render(verdict(recorded.snapshot(name)), [])
        assert "p@ss,w0rd" not in text


def test_the_first_cause_is_on_top():
    cause = words(page(verdict(recorded.snapshot("slots_lost"))).find(".//section"))
    assert cause.startswith("Why: a check does not hold") and "slots_covered" in cause and "cluster_state" not in cause
    refused = {**failure("said"), "kind": "credentials", "remedy": "give the password"}
    reached = verdict(recorded.snapshot("slots_lost"), connection={"addresses": [], "failures": [refused], "msg": "x"})
    cause = words(page(reached).find(".//section"))
    assert "connecting as the platform would" in cause and "credentials" in cause and "Give the password" in cause
    module = {"nodes": [{"name": "redis-2", "problem": "module_missing: none is loaded"}], "msg": "x"}
    assert "redis-2 module_missing" in words(page(verdict(recorded.snapshot("healthy"), module=module)).find(".//section"))


def test_a_cluster_that_could_not_be_looked_at_has_a_report_too():
    reached = _verdict.reach({"failure": "The Kubernetes API cannot be reached"}, "demo", "1.2.3", "2026-01-12T09:30:00.000+00:00")
    text = words(page(reached).find("body"))
    assert "could not be judged" in text and "The Kubernetes API cannot be reached" in text and "2026-01-12 09:30:00 UTC" in text


def test_a_service_behind_one_address_is_not_drawn_as_a_broken_cluster():
    text = words(page(verdict(one_address())).find("body"))
    assert "One address answers for all" in text and "not a cluster" in text
    assert "Nobody serves" not in text and "of 16384 served" not in text


def test_the_sites_own_rules_show_up():
    reached = verdict(recorded.snapshot("healthy"))
    reached["checks"].append({"id": "expect", "status": "failed", "observed": "false", "expected": "length(nodes) > `9`", "remedy": "see it", "nodes": []})
    assert "A rule of the site's own." in words(page(reached)) and "length(nodes) > `9`" in words(page(reached))


def run(name: str, day: int, environment: str = "demo") -> str:
    reached = verdict({**recorded.snapshot(name), "taken_at": f"2026-01-{day:02d}T03:00:00.000+00:00"})
    return json.dumps(_verdict.entry({**reached, "environment": environment}))


def test_the_trend_shows_what_changed():
    now = verdict({**recorded.snapshot("slots_lost"), "taken_at": "2026-01-31T03:00:00.000+00:00"})
    history = [run("healthy", 1), run("link_down", 2), run("healthy", 3, "another"), "no JSON {", "[]", '{"environment": "demo"}']
    text = words(page(now, history))
    assert "last 3 runs" in text and "2026-01-02 03:00:00 UTC" in text and "2026-01-03" not in text
    assert "New since the last run: cluster_state, slots_covered, write_read_expire" in text
    assert "Well again: replication_in_sync" in text
    assert "Trend" not in words(page(now))


def test_a_hostile_history_stays_text():
    now = verdict(recorded.snapshot("healthy"))
    forged = {"environment": "demo", "taken_at": HOSTILE, "verdict": HOSTILE, "causes": [], "checks": [{"id": HOSTILE, "status": "failed"}]}
    assert not list(page(now, [json.dumps(forged)]).iter("script"))


def test_pictures_say_what_they_are():
    for svg in page(verdict(recorded.snapshot("healthy")), [run("healthy", 1)]).iter(f"{SVG}svg"):
        assert svg.get("role") == "img"
        named = svg.get("aria-label") or all(svg.find(f".//*[@id='{name}']").text for name in svg.get("aria-labelledby").split())
        assert named


def test_markup_escapes_all_that_it_did_not_make():
    assert tag("p", "a < b", tag("b", "&"), ["x", None], title='"q"') == '<p title="&quot;q&quot;">a &lt; b<b>&amp;</b>x</p>'
    assert tag("meta", charset="utf-8") == '<meta charset="utf-8" />'
