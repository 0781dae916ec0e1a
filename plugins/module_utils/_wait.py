# SPDX-License-Identifier: GPL-3.0-or-later
"""Look again until it is good, hopeless, or too late. Knows time only."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils._failure import KubernetesError


class Outcome(t.NamedTuple):
    result: t.Any
    attempts: int
    seconds: float


def until(look: t.Callable, settled: t.Callable, timeout: float, interval: float) -> Outcome:
    """Calls look() until settled(its result), but no longer than `timeout` seconds; at least once.

    The Kubernetes API may be away for a moment once it has answered; a first call that it refuses is an error at once.
    """
    started = time.monotonic()
    attempts = 0
    while True:
        attempts += 1
        left = started + timeout - time.monotonic()
        try:
            result = look()
            if settled(result) or left <= interval:
                return Outcome(result, attempts, round(time.monotonic() - started, 1))
        except KubernetesError:
            if attempts == 1 or left <= interval:
                raise
        time.sleep(interval)
