# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict over all evidence: which cause comes first, and what it is when something could not be looked at."""

from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _verdict
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

GOOD = {"checks": [{"id": "reachable", "status": "ok"}], "snapshot": recorded.snapshot("healthy"), "msg": None}
WARNED = {**GOOD, "checks": [{"id": "tls_required", "status": "warning"}]}
BAD = {**GOOD, "checks": [{"id": "reachable", "status": "failed"}], "msg": "1 of 1 checks do not hold"}
CONNECTS = {"addresses": [], "announced": [], "failures": [], "kind": None}
REFUSED = {**CONNECTS, "failures": [{"kind": "credentials"}], "kind": "credentials", "msg": "credentials: it connects, but cannot log in"}
LOADED = {"nodes": [{"name": "redis-0", "problem": None}]}
MISSING = {"nodes": [{"name": "redis-2", "problem": "module_missing"}], "msg": "The search module is not right"}


def reach(**evidence) -> dict:
    return _verdict.reach(evidence, "demo", "1.2.3", "2026-01-12T09:30:00.000+00:00")


@pytest.mark.parametrize(
    ("evidence", "verdict", "sources"),
    [
        ({"checks": GOOD, "connection": CONNECTS, "module": LOADED}, "ok", []),
        ({"checks": WARNED, "connection": CONNECTS, "module": LOADED}, "warning", []),
        ({"checks": BAD, "connection": CONNECTS, "module": LOADED}, "failed", ["checks"]),
        ({"checks": GOOD, "connection": REFUSED, "module": LOADED}, "failed", ["connection"]),
        ({"checks": BAD, "connection": REFUSED, "module": MISSING}, "failed", ["connection", "module", "checks"]),
        ({"checks": GOOD, "connection": CONNECTS, "module": {"skipped": True, "changed": False}}, "ok", []),
        ({"checks": {"msg": "refused", "failed": True}, "failure": "Kubernetes cannot be reached"}, "failed", ["evidence"]),
        ({"checks": BAD, "connection": {"msg": "bad input"}, "failure": "bad input"}, "failed", ["evidence", "checks"]),
    ],
)
def test_verdict_and_causes(evidence, verdict, sources):
    reached = reach(**evidence)
    assert reached["verdict"] == verdict and [cause["source"] for cause in reached["causes"]] == sources
    assert bool(reached["message"]) is (verdict == "failed")


def test_the_message_begins_with_what_the_platform_would_run_into():
    assert reach(checks=BAD, connection=REFUSED, module=MISSING)["message"] == (
        "demo is not fit for the platform.\ncredentials: it connects, but cannot log in\nThe search module is not right\n1 of 1 checks do not hold"
    )


def test_what_nobody_could_look_at_is_not_called_unfit():
    assert reach(checks=GOOD, failure="Kubernetes cannot be reached")["message"] == "demo could not be judged.\nKubernetes cannot be reached"


def test_it_says_of_what_and_when():
    reached = reach(checks=GOOD)
    assert (reached["environment"], reached["collection_version"], reached["taken_at"]) == ("demo", "1.2.3", GOOD["snapshot"]["taken_at"])
    assert reach(failure="away")["taken_at"] == "2026-01-12T09:30:00.000+00:00"


def test_the_history_keeps_all_but_the_views():
    reached = reach(checks=GOOD)
    kept = _verdict.entry(reached)
    assert all(node["view"] == [] for node in kept["snapshot"]["nodes"]) and reached["snapshot"]["nodes"][0]["view"]
    assert kept["checks"] == reached["checks"] and len(str(kept)) < len(str(reached))
    assert _verdict.entry(reach(failure="away"))["snapshot"] is None
