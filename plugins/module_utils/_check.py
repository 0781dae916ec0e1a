# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check is. Its definition, its texts and its judgement stand together, once; a judgement is pure: snapshot in, finding out."""

from __future__ import annotations

import dataclasses
import typing as t

OK, WARNING, FAILED, SKIPPED = "ok", "warning", "failed", "skipped"


@dataclasses.dataclass(frozen=True)
class Finding:
    """What was seen, and how bad it is."""

    status: str
    observed: str
    expected: str
    nodes: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class Check:
    """`gives` says for each status but ok when it is given; `heals`: time alone may put it right, so that waiting makes sense."""

    id: str
    what: str
    observes: str
    gives: dict[str, str]
    remedy: str
    heals: bool
    judge: t.Callable[[dict], Finding]

    def run(self, snapshot: dict, severity: str | None = None) -> dict:
        """The result; `severity` replaces how bad a finding that is not good is."""
        finding = self.judge(snapshot)
        bad = finding.status in (WARNING, FAILED)
        return {
            "id": self.id,
            "status": severity if bad and severity else finding.status,
            "observed": finding.observed,
            "expected": finding.expected,
            "remedy": self.remedy if bad else None,
            "nodes": sorted(set(finding.nodes)),
        }

    def skipped(self, reason: str) -> dict:
        """The result where there is nothing to judge."""
        return {"id": self.id, "status": SKIPPED, "observed": reason, "expected": self.what, "remedy": None, "nodes": []}


def check(what: str, observes: str, gives: dict[str, str], remedy: str, heals: bool = False) -> t.Callable[[t.Callable], Check]:
    """Makes a check of a judgement; its id is the function's name."""
    return lambda judge: Check(judge.__name__, what, observes, gives, remedy, heals, judge)


def read(snapshot: dict) -> list[dict]:
    """The nodes whose facts are known."""
    return [node for node in snapshot["nodes"] if node["role"]]


def primaries(snapshot: dict) -> list[dict]:
    return [node for node in read(snapshot) if node["role"] == "primary"]


def clustered(snapshot: dict) -> bool:
    """Whether it is, or should be, a cluster. Snapshots that were kept from before the question came up are of clusters."""
    return snapshot["expected"].get("cluster", True)


def nothing_read(expected: str) -> Finding:
    return Finding(SKIPPED, "no node could be read", expected)


def each(nodes: list[dict], text: t.Callable[[dict], str]) -> str:
    """`redis-0, redis-1: text; redis-2: other text`"""
    same: dict = {}
    for node in nodes:
        same.setdefault(text(node), []).append(node["name"])
    return "; ".join(f"{', '.join(group)}: {words}" for words, group in same.items())


def names(nodes: list[dict]) -> list[str]:
    return [node["name"] for node in nodes]


def count(number: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + ("es" if noun.endswith("x") else "s")
    return f"{number} {noun if number == 1 else plural}"


def ranges(slots: t.Iterable[int]) -> str:
    """`0-5460, 5462` out of slot numbers."""
    found: list[list[int]] = []
    for slot in sorted(slots):
        if found and found[-1][1] == slot - 1:
            found[-1][1] = slot
        else:
            found.append([slot, slot])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)
