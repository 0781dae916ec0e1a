# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module says when checks do not hold. Plain data in, text out."""

from __future__ import annotations

# It only says that others fail, so it is never the cause while others do.
_SYMPTOM = "cluster_state"


def failed_checks(results: list[dict], bad: tuple, where: str, seconds: float) -> str:
    """Each check that did not hold: observed, expected, remedy."""
    wrong = causes_first([result for result in results if result["status"] in bad])
    lines = [f"{len(wrong)} of {len(results)} checks do not hold for {where} after {seconds:g} s:"]
    for result in wrong:
        lines.append(f"- {result['id']}: {result['observed']}")
        lines.append(f"  expected: {result['expected']}")
        lines.append(f"  remedy: {result['remedy']}")
    return "\n".join(lines)


def causes_first(wrong: list[dict]) -> list[dict]:
    """The catalogue's order, in which a check stands before those that fail because of it."""
    return sorted(wrong, key=lambda result: result["id"] == _SYMPTOM)
