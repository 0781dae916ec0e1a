# SPDX-License-Identifier: GPL-3.0-or-later
"""One look after the other: what is handed on, what is shown, and when it ends. The module's answers are given; the rest is the plugin's own."""

from __future__ import annotations

import types

import pytest

from ansible_collections.cloudentity.platform.plugins.plugin_utils import _waiting

LIMIT, INTERVAL = 60.0, 2.0


def look(text: str, settled: bool = False, attempts: int = 1, **answer) -> dict:
    return {"_look": {"settled": settled, "text": text, "attempts": attempts, "state": {"pod": 1.0}, "limit": LIMIT, "interval": INTERVAL}, **answer}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def wait(monkeypatch):
    """Runs the wait over these answers; each call of the module takes as long as it is allowed to, and a second more."""
    clock, lines, calls = Clock(), [], []
    monkeypatch.setattr(_waiting, "time", clock)
    monkeypatch.setattr(_waiting, "Display", lambda: types.SimpleNamespace(display=lambda line, stderr: lines.append((line, stderr))))

    def run(answers, no_log: bool = False):
        answers = iter(answers)
        plugin = object.__new__(_waiting.WaitingAction)
        plugin._task = types.SimpleNamespace(args={"namespace": "acp"}, action="cloudentity.platform.rollout_wait", no_log=no_log)

        def execute(module_args, task_vars):
            calls.append(module_args)
            clock.now += module_args["_look"]["seconds"] + 1
            return next(answers)

        plugin._execute_module = execute
        return plugin._wait({"inventory_hostname": "demo"})

    return types.SimpleNamespace(run=run, lines=lines, calls=calls, clock=clock)


def forever(text: str):
    while True:
        yield look(text, failed=True, msg="not ready")


def test_what_is_well_at_once_is_one_short_look_and_no_line(wait):
    answer = wait.run([look("", settled=True, changed=False)])
    assert answer == {"changed": False} and wait.lines == []
    assert wait.calls == [{"namespace": "acp", "_look": {"seconds": 0.0, "waited": 0.0, "attempts": 0, "state": {}}}]


def test_what_was_spent_is_handed_on(wait):
    wait.run([look("waits", attempts=1), look("waits", attempts=4), look("", settled=True)])
    assert [call["_look"] for call in wait.calls[1:]] == [
        {"seconds": 5.0, "waited": 3.0, "attempts": 1, "state": {"pod": 1.0}},
        {"seconds": 5.0, "waited": 11.0, "attempts": 4, "state": {"pod": 1.0}},
    ]


def test_the_lines_go_to_standard_error(wait):
    wait.run([look("waits for a"), look("waits for a"), look("waits for b"), look("", settled=True)])
    assert wait.lines == [
        ("[demo] rollout_wait: waits for a - 1 s of at most 60 s", True),
        ("[demo] rollout_wait: waits for b - 17 s of at most 60 s", True),
    ]


def test_it_ends_when_the_time_is_up(wait):
    answer = wait.run(forever("waits"))
    assert answer["failed"] and answer["msg"] == "not ready" and "_look" not in answer
    assert LIMIT - INTERVAL <= wait.clock.now - 1000 <= LIMIT + 1


def test_options_that_cannot_be_used_end_it_at_once(wait):
    assert wait.run([{"failed": True, "msg": "namespace is missing"}]) == {"failed": True, "msg": "namespace is missing"}
    assert len(wait.calls) == 1


def test_kubernetes_may_be_away_for_a_moment(wait):
    gone = {"failed": True, "msg": "The Kubernetes API cannot be reached"}
    answer = wait.run([look("waits", attempts=2), gone, look("waits", attempts=3), look("", settled=True)])
    assert "failed" not in answer
    assert "cannot look: The Kubernetes API cannot be reached" in wait.lines[1][0]
    assert wait.calls[2]["_look"]["attempts"] == 2 and wait.calls[2]["_look"]["state"] == {"pod": 1.0}


def test_nothing_is_shown_of_a_task_that_is_to_be_kept_quiet(wait):
    wait.run([look("waits"), look("", settled=True)], no_log=True)
    assert wait.lines == []
