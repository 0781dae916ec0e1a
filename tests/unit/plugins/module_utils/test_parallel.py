# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _parallel


def test_side_by_side_and_late_ones_cost_their_time_only():
    started = time.monotonic()
    jobs = {"quick": lambda: 1, "slow": lambda: time.sleep(0.2) or 2, "dead": lambda: time.sleep(3), "dead too": lambda: time.sleep(3)}
    assert _parallel.run(jobs, 0.5, late=lambda key: f"{key} is late") == {"quick": 1, "slow": 2, "dead": "dead is late", "dead too": "dead too is late"}
    assert time.monotonic() - started < 1


def test_results_name_further_jobs_once():
    calls = []

    def job(number: int):
        return lambda: calls.append(number) or number

    def more(key: int, result: int) -> dict:
        return {number: job(number) for number in (result + 1, result + 2) if number < 6}

    assert sorted(_parallel.run({1: job(1)}, 1, late=lambda key: None, more=more)) == [1, 2, 3, 4, 5]
    assert sorted(calls) == [1, 2, 3, 4, 5]


def test_a_mistake_of_ours_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        _parallel.run({1: lambda: 1 // 0}, 1, late=lambda key: None)


def test_nothing_to_do():
    assert not _parallel.run({}, 1, late=lambda key: None)
