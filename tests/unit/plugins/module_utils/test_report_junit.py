# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit: each check is a test case, and the figures are those of the verdict."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _report_junit, _verdict
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils.test_report_html import HOSTILE, failure, verdict


def suite(reached: dict) -> ElementTree.Element:
    root = ElementTree.fromstring(_report_junit.render(reached).encode())
    assert root.tag == "testsuites"
    return root.find("testsuite")


@pytest.mark.parametrize("name", recorded.names())
def test_the_figures_are_those_of_the_checks(name):
    reached = verdict(recorded.snapshot(name))
    found = suite(reached)
    statuses = [check["status"] for check in reached["checks"]]
    assert int(found.get("tests")) == len(statuses) == len(found.findall("testcase"))
    assert int(found.get("failures")) == statuses.count("failed") == len(found.findall(".//failure"))
    assert int(found.get("skipped")) == statuses.count("skipped") == len(found.findall(".//skipped"))
    assert found.get("errors") == "0" and found.get("name") == "redis_validate.demo"
    assert sum("WARNING" in (out.text or "") for out in found.iter("system-out")) == statuses.count("warning")


def test_connection_and_module_are_tests_too():
    module = {"nodes": [{"name": "redis-2", "problem": "module_missing"}], "msg": "not right\non redis-2"}
    reached = verdict(recorded.snapshot("healthy"), connection={"addresses": [], "failures": []}, module=module)
    cases = {case.get("name"): case for case in suite(reached).iter("testcase")}
    assert cases["connects_as_the_platform"].find("failure") is None
    assert cases["module_on_every_node"].find("failure").get("message") == "not right"
    assert "remedy" in {name: case for name, case in cases.items() if name == "version_secure"}["version_secure"].find("system-out").text


def test_what_could_not_be_looked_at_is_an_error():
    reached = _verdict.reach({"failure": "Kubernetes cannot be reached"}, "demo", "1.2.3", "2026-01-12T09:30:00.000+00:00")
    found = suite(reached)
    assert (found.get("tests"), found.get("errors"), found.get("failures")) == ("1", "1", "0")
    assert found.find("testcase/error").get("message") == "Kubernetes cannot be reached"


def test_what_a_cluster_says_stays_text():
    snapshot = recorded.snapshot("node_paused")
    snapshot["nodes"][5]["error"]["message"] = HOSTILE
    found = suite(verdict(snapshot, connection={"addresses": [], "failures": [failure(HOSTILE)], "msg": HOSTILE}))
    assert list(found.iter("script")) == [] and "<script" in found.find("testcase/failure").text
