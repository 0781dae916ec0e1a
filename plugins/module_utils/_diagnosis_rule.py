# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cause is, and the evidence as its rules look at it. A cause's title, its proof and its remedy stand together, once. Pure."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils import _acp_objects, _failure

# How the platform words what it dies of, where nobody could ask Redis itself.
_LINES = (
    ("unknown command `FT.INFO`", _failure.MODULE_MISSING),
    ("no responses received", _failure.CREDENTIALS),
    ("dial tcp", _failure.ADDRESS),
)
_MOST = 4


@dataclasses.dataclass(frozen=True)
class Found:
    """The proof, fact by fact, and what to do about it. `title` where the rule's own does not say enough."""

    proof: list[str]
    remedy: str
    title: str = ""


@dataclasses.dataclass(frozen=True)
class Rule:
    id: str
    title: str
    fallback: bool
    judge: t.Callable[[Seen], Found | None]

    def run(self, seen: Seen) -> dict | None:
        found = self.judge(seen)
        return {"id": self.id, "title": found.title or self.title, "proof": found.proof, "remedy": found.remedy} if found else None


def cause(title: str, fallback: bool = False) -> t.Callable[[t.Callable], Rule]:
    """Makes a rule of a judgement: evidence in, proof and remedy out, or None. Its id is the function's name.

    `fallback`: it says what may well be a mere effect of any other cause, so it is asked only where there is no other before it.
    """
    return lambda judge: Rule(judge.__name__, title, fallback, judge)


class Fatal(t.NamedTuple):
    """By which line the platform said why it ended."""

    time: str
    pod: str
    error: str
    line: str

    def __str__(self) -> str:
        return f"{self.pod} logged at {self.time[:19]}Z: {self.line}"


class Seen:
    """The evidence, with what several rules ask of it."""

    def __init__(self, facts: dict) -> None:
        self.facts = facts

    def __getitem__(self, name: str):
        return self.facts[name]

    @property
    def namespace(self) -> str:
        return self.facts["namespace"]

    @property
    def restart(self) -> str:
        return f"kubectl -n {self.namespace} rollout restart deployment/{self.facts['deployment']['name']}"

    @functools.cached_property
    def unready(self) -> list[dict]:
        """The platform's pods that do not serve."""
        return [pod for pod in self.facts["pods"] if not pod["ready"] and pod["phase"] != "Terminating"]

    @property
    def serves(self) -> bool:
        deployment = self.facts["deployment"]
        return bool(deployment and 0 < deployment["replicas"] <= deployment["ready"] and not self.unready)

    @functools.cached_property
    def stuck(self) -> list[dict]:
        """Pods of the platform and of Redis that do not serve."""
        return self.unready + [pod for pod in self.facts["redis_pods"] if not pod["ready"] and pod["phase"] != "Terminating"]

    @functools.cached_property
    def fatal(self) -> Fatal | None:
        """The last one of a pod that does not serve; what a pod got over is over."""
        names = {pod["name"] for pod in self.unready}
        found = [
            Fatal(entry[0], log["pod"], str(entry[1].get("error", "")), line.partition(" ")[2])
            for log in self.facts["logs"]
            if log["pod"] in names
            for line in log["lines"]
            if (entry := _acp_objects.fatal(line))
        ]
        return max(found, default=None)

    @functools.cached_property
    def failures(self) -> list[dict]:
        """Where the platform fails with Redis: as it was tried, or else as it logged it."""
        if self.facts["connection"] is not None:
            return self.facts["connection"]["failures"]
        kind = next((kind for words, kind in _LINES if self.fatal and words in self.fatal.error), None)
        if not kind:
            return []
        addresses = (self.facts["redis"] or {}).get("addrs") or ["Redis"]
        return [{"kind": kind, "address": addresses[0], "node": addresses[0], "message": self.fatal.error, "cause": "", "remedy": ""}]

    def of_kind(self, kind: str) -> list[dict]:
        return [failure for failure in self.failures if failure["kind"] == kind]

    @functools.cached_property
    def no_way(self) -> bool:
        """Whether not one address leads to anything that answers."""
        dead = self.of_kind(_failure.ADDRESS)
        if self.facts["connection"] is None:
            return bool(dead)
        counted = [(entry, sum(failure["address"] == entry["address"] for failure in dead)) for entry in self.facts["connection"]["addresses"]]
        return bool(dead) and all(number >= len(entry["nodes"]) for entry, number in counted)

    @property
    def logs_in(self) -> bool:
        """Whether the platform's own login works on every node."""
        return self.facts["connection"] is not None and {failure["kind"] for failure in self.failures} <= {_failure.MODULE_MISSING}

    def said_by(self, key: str) -> str:
        """`redis.addrs (Secret acp, key config.yaml)`"""
        where = ((self.facts["redis"] or {}).get("said_by") or {}).get(key)
        return f"redis.{key} ({where})" if where else f"redis.{key}"

    def witness(self, *words: str) -> list[str]:
        """The platform's own fatal line, where it says one of these."""
        return [str(self.fatal)] if self.fatal and any(word in self.fatal.error for word in words) else []


def tried(failures: list[dict]) -> list[str]:
    """What came of connecting as the platform does; one line for all nodes that it is the same of."""
    same: dict[tuple, list[str]] = {}
    for failure in failures:
        same.setdefault((failure["address"], failure["message"].replace(f" in pod {failure['node']}", "")), []).append(failure["node"])
    lines = [f"connecting as the platform does: {_where(address, nodes)}: {message}" for (address, message), nodes in same.items()]
    return lines[:_MOST] + ([f"and {len(lines) - _MOST} more"] if len(lines) > _MOST else [])


def _where(address: str, nodes: list[str]) -> str:
    names = ", ".join(dict.fromkeys(nodes))
    return address if names == address else f"{names} behind {address}"
