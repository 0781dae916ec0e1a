# SPDX-License-Identifier: GPL-3.0-or-later
"""What a wait says, and when."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _progress
from ansible_collections.cloudentity.platform.plugins.module_utils._progress import Progress


def test_a_line_says_who_waits_for_what_and_how_long():
    assert Progress("demo", "redis_cluster_check", 600).line("waits for reachable (4 nodes of 6 answering)", 14.4) == (
        "[demo] redis_cluster_check: waits for reachable (4 nodes of 6 answering) - 14 s of at most 600 s"
    )


def test_the_same_again_is_said_every_fifteen_seconds_only():
    progress = Progress("demo", "wait", 600)
    said = [seconds for seconds in range(0, 61, 5) if progress.line("waits", seconds)]
    assert said == [0, 15, 30, 45, 60]


def test_a_change_is_said_at_once():
    progress = Progress("demo", "wait", 60)
    assert [bool(progress.line(text, seconds)) for seconds, text in enumerate(["a", "a", "b", "b", "a"])] == [True, False, True, False, True]


def test_what_is_waited_for():
    parts = [("reachable", "4 nodes of 6 answering; redis-4, redis-5: no answer in time"), ("slots_covered", "10923 of 16384 slots; nobody"), ("expect", "")]
    assert _progress.waits_for(parts) == "waits for reachable (4 nodes of 6 answering), slots_covered (10923 of 16384 slots), expect"
    assert _progress.waits_for(parts, most=1) == "waits for reachable (4 nodes of 6 answering) and 2 more"


def test_a_line_stays_a_line():
    line = Progress("demo", "wait", 9).line("red \x1b[31m\r\nsecond line\x07 " + "x" * 500, 1)
    assert "\x1b" not in line and "\n" not in line and len(line) < 260
    assert "red [31m second line xxx" in line and "xxx... - 1 s" in line
