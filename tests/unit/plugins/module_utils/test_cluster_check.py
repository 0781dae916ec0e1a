# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate's rules, its patience, and the site's own expressions."""

from __future__ import annotations

import time

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _cluster_check, _expect, _report, _wait
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError, KubernetesError
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

PARAMS = {"checks": None, "skip_checks": None, "severity": None, "expect": None, "fail_on": "failed", "timeout": 1, "interval": 0.1}


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"severity": {"version_secure": "bad"}}, "version_secure: bad"),
        ({"severity": {"wrong": "failed"}}, "wrong: failed"),
        ({"timeout": -1}, "timeout"),
        ({"interval": 0}, "interval"),
        ({"checks": ["wrong"]}, "there is no check wrong"),
        ({"expect": ["nodes[?", "length(nodes) > `1`", "a b"]}, "'nodes\\[\\?' is not a JMESPath expression.*'a b' is not"),
        ({"expect": ["nodes[?lenght(slots) > `1`]"]}, "there is no function lenght\\(\\)"),
        ({"expect": ["{all: length()}", "merge()"]}, "length\\(\\) takes 1 argument, not 0; .*merge\\(\\) takes at least 1 argument, not 0"),
    ],
)
def test_bad_rules_are_refused_before_the_run(params, problem):
    with pytest.raises(InputError, match=problem):
        _cluster_check.rules({**PARAMS, **params})


@pytest.mark.parametrize(
    ("expression", "status", "observed"),
    [
        ("length(nodes[?role=='replica']) >= `3`", "ok", "3 >= 3 is true"),
        ("nodes[?role=='replica'] | length(@) >= `3`", "ok", "3 >= 3 is true"),
        ("length(nodes) == `5`", "failed", "6 == 5 is false"),
        ("nodes[?role=='primary'].version | [0]", "ok", '"6.2.11"'),
        ("nodes[?role=='arbiter']", "failed", "[]"),
        ("cluster.nowhere", "failed", "null"),
        ("cluster.replicas", "ok", "3"),
        ("length(cluster.replicas)", "failed", "invalid type"),
        ("cluster.state == 'ok' && cluster.primaries > `3`", "failed", '"ok" == "ok" is true, and 3 > 3 is false'),
        # What settles it settles it: length(null) is never looked at.
        ("cluster.state == 'ok' || length(cluster.nowhere)", "ok", '"ok" == "ok" is true'),
        ("cluster.state == 'no' && length(cluster.nowhere)", "failed", '"ok" == "no" is false'),
        ("!contains(cluster.versions, '7')", "ok", "true"),
        ("nodes[].view", "ok", " ..."),
    ],
)
def test_expressions(expression, status, observed):
    (result,) = _expect.run(_expect.compile_all([expression]), recorded.snapshot("healthy"))
    assert (result["id"], result["expected"], result["status"]) == ("expect", expression, status)
    assert observed in result["observed"] and bool(result["remedy"]) is (status == "failed")


def test_waiting_until_it_is_good():
    looks = iter([1, 2, 3, 4])
    outcome = _wait.until(lambda: next(looks), lambda result: result == 3, timeout=5, interval=0.01)
    assert outcome.result == 3 and outcome.attempts == 3


def test_waiting_in_vain_ends_in_time():
    started = time.monotonic()
    outcome = _wait.until(lambda: 1, lambda result: False, timeout=0.3, interval=0.1)
    assert outcome.result == 1 and 1 < outcome.attempts < 5 and time.monotonic() - started < 0.5


def test_no_time_is_one_look():
    assert _wait.until(lambda: 1, lambda result: False, timeout=0, interval=2).attempts == 1


def test_the_api_may_be_away_for_a_moment():
    looks = iter([1, KubernetesError("gone"), 3])

    def look():
        result = next(looks)
        if isinstance(result, Exception):
            raise result
        return result

    assert _wait.until(look, lambda result: result == 3, timeout=5, interval=0.01).result == 3
    looks = iter([KubernetesError("away")])
    with pytest.raises(KubernetesError):
        _wait.until(look, lambda result: True, timeout=5, interval=0.01)


def test_the_message_has_what_to_do():
    results = [
        {"id": "a", "status": "ok", "observed": "fine", "expected": "fine", "remedy": None},
        {"id": "b", "status": "warning", "observed": "so so", "expected": "better", "remedy": "mend it"},
        {"id": "c", "status": "failed", "observed": "bad", "expected": "good", "remedy": "repair it"},
    ]
    assert _report.failed_checks(results, ("failed",), "app=redis", 3.25) == (
        "1 of 3 checks do not hold for app=redis after 3.25 s:\n- c: bad\n  expected: good\n  remedy: repair it"
    )
    assert "mend it" in _report.failed_checks(results, ("failed", "warning"), "app=redis", 3)


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        ("a:1, b:1, c:1: state fail; d:1: state ok", "3 nodes: state fail"),
        ("a:1, b:1: state fail", "a:1, b:1: state fail"),
        ("10923 of 16384 slots; nobody who answers serves 5461-10921", "10923 of 16384 slots; nobody who answers serves 5461-10921"),
        ("one, two, three: not the names of nodes", "one, two, three: not the names of nodes"),
    ],
)
def test_a_line_of_progress_counts_what_it_cannot_list(observed, said):
    assert _cluster_check.briefly({"observed": observed, "nodes": ["a:1", "b:1", "c:1", "d:1"]}) == said
