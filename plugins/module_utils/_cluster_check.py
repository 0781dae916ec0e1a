# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate: look, judge, and wait for what time may heal."""

from __future__ import annotations

import dataclasses

from ansible_collections.cloudentity.platform.plugins.module_utils import _checks, _expect, _progress, _report, _snapshot, _wait
from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED, WARNING
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


@dataclasses.dataclass(frozen=True)
class Rules:
    """What has to hold, how bad it is if it does not, and for how long to wait."""

    ids: list[str]
    severity: dict
    expect: dict
    bad: tuple
    wait: _wait.Wait


def rules(params: dict) -> Rules:
    severity = params["severity"] or {}
    wrong = sorted(f"{name}: {value}" for name, value in severity.items() if name not in _checks.CATALOGUE or value not in (WARNING, FAILED))
    if wrong:
        raise InputError(f"severity takes a check and one of {WARNING}, {FAILED}; not {', '.join(wrong)}")
    if params["timeout"] < 0 or params["interval"] <= 0:
        raise InputError("timeout must not be negative, and interval must be more than 0 seconds")
    return Rules(
        ids=_checks.choose(params["checks"], params["skip_checks"]),
        severity=severity,
        expect=_expect.compile_all(params["expect"] or []),
        bad=(FAILED, WARNING) if params["fail_on"] == WARNING else (FAILED,),
        wait=_wait.read(params),
    )


def run(session, wanted: Rules, write: bool) -> dict:
    """The verdict with its evidence; `msg` is None unless the module has to fail."""

    def look() -> tuple:
        snapshot = _snapshot.take(session, write=write)
        return snapshot, _checks.run(snapshot, wanted.ids, wanted.severity) + _expect.run(wanted.expect, snapshot)

    def settled(look_result: tuple) -> bool:
        bad = _bad(look_result[1], wanted)
        return not bad or not _checks.may_heal(bad)

    outcome = wanted.wait.until(look, settled)
    snapshot, results = outcome.result
    bad = _bad(results, wanted)
    where = session.endpoint.selector or ", ".join(dict.fromkeys(session.endpoint.addrs))
    return {
        "msg": _report.failed_checks(results, wanted.bad, where, outcome.seconds) if bad else None,
        "verdict": _checks.verdict(results),
        "checks": results,
        "snapshot": snapshot,
        "attempts": outcome.attempts,
        "elapsed": outcome.seconds,
        **wanted.wait.report(outcome, _progress.waits_for([(result["id"], briefly(result)) for result in bad])),
    }


def _bad(results: list[dict], wanted: Rules) -> list[dict]:
    return [result for result in results if result["status"] in wanted.bad]


def briefly(result: dict) -> str:
    """What was observed, without the names of many nodes: `6 nodes: state fail`."""
    named, _colon, words = result["observed"].split("; ")[0].partition(": ")
    who = named.split(", ")
    return f"{len(who)} nodes: {words}" if len(who) > 2 and set(who) <= set(result["nodes"]) else result["observed"]
