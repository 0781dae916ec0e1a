# SPDX-License-Identifier: GPL-3.0-or-later
"""Look again until it is good, hopeless, or too late. Knows time only.

A wait that shows its progress is made of several calls of its module, one short look each: the action plugin of the same name
(plugin_utils/_waiting.py) makes them and hands on, in the hidden option `_look`, what the calls before have spent.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils._failure import KubernetesError

LOOK_ARG_SPEC = {"_look": {"type": "dict"}}


class Outcome(t.NamedTuple):
    result: t.Any
    attempts: int
    seconds: float
    settled: bool


@dataclasses.dataclass(frozen=True)
class Wait:
    """How long this call may look (`seconds`), out of how much in all, and what was spent before it."""

    seconds: float
    limit: float
    interval: float
    waited: float = 0.0
    attempts: int = 0
    state: dict = dataclasses.field(default_factory=dict)
    shown: bool = False

    def until(self, look: t.Callable, settled: t.Callable) -> Outcome:
        """As the function of that name; attempts and seconds are counted over all calls."""
        outcome = until(look, settled, self.seconds, self.interval)
        return outcome._replace(attempts=self.attempts + outcome.attempts, seconds=round(self.waited + outcome.seconds, 1))

    def report(self, outcome: Outcome, text: str, state: dict | None = None) -> dict:
        """What the action plugin has to know after this call; nothing where there is none."""
        if not self.shown:
            return {}
        spent = {"attempts": outcome.attempts, "state": state or {}}
        return {"_look": {"settled": outcome.settled, "text": text, "limit": self.limit, "interval": self.interval, **spent}}


def read(params: dict) -> Wait:
    """Out of the options timeout and interval, and the hidden one."""
    look = params.get("_look") or {}
    return Wait(**{"seconds": params["timeout"], **look}, limit=params["timeout"], interval=params["interval"], shown=bool(look))


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
            good = settled(result)
            if good or left <= interval:
                return Outcome(result, attempts, round(time.monotonic() - started, 1), good)
        except KubernetesError:
            if attempts == 1 or left <= interval:
                raise
        time.sleep(interval)
