# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report draws: shards with their members, slots that nobody serves, what the loss of a Kubernetes node would mean. Plain data in and out."""

from __future__ import annotations

import dataclasses

from ansible_collections.cloudentity.platform.plugins.module_utils._check import ranges
from ansible_collections.cloudentity.platform.plugins.module_utils._checks_cluster import SLOTS


@dataclasses.dataclass(frozen=True)
class Member:
    """A Redis node in its place. Of one that could not be read, the others know role and slots."""

    name: str
    role: str | None
    group: str | None
    slots: list
    host: str | None
    trouble: str | None
    reads: bool


@dataclasses.dataclass(frozen=True)
class Shard:
    """A primary with slots, and its replicas. `number` as the checks count, None when its primary could not be read."""

    number: int | None
    members: list[Member]

    @property
    def slots(self) -> list:
        return sorted(slots for member in self.members if member.role == "primary" for slots in member.slots)

    @property
    def served(self) -> bool:
        return any(member.reads and member.role == "primary" for member in self.members)


def is_cluster(snapshot: dict) -> bool:
    """Or one address that answers for all, behind which nobody can look."""
    return snapshot["expected"].get("cluster", True)


def members(snapshot: dict) -> list[Member]:
    known = {entry["address"]: entry for node in snapshot["nodes"] for entry in node["view"] if "noaddr" not in entry["flags"]}
    return [_member(node, known, is_cluster(snapshot)) for node in snapshot["nodes"]]


def _member(node: dict, known: dict, clustered: bool) -> Member:
    reads = bool(node["role"])
    facts = node if reads else known.get(node["address"], {})
    return Member(
        name=node["name"],
        role=facts.get("role"),
        group=facts.get("primary_id") or facts.get("id"),
        slots=[list(pair) for pair in facts.get("slots") or []],
        host=node["host"],
        trouble=_trouble(node, clustered),
        reads=reads,
    )


def _trouble(node: dict, clustered: bool) -> str | None:
    """In a few words; the checks say it at length."""
    if not node["role"]:
        return "no answer" if not node["reachable"] else "cannot be read"
    if node["role"] == "replica" and node["replication"]["syncing"]:
        return "copies data"
    if node["role"] == "replica" and node["replication"]["link_status"] != "up":
        return "link down"
    return "no slots" if clustered and node["role"] == "primary" and not node["slots"] else None


def shards(snapshot: dict) -> tuple[list[Shard], list[Member]]:
    """The shards by first slot, their primaries first; and who belongs to none."""
    groups: dict = {}
    for member in members(snapshot):
        groups.setdefault(member.group or member.name, []).append(member)
    numbers = {node["primary_id"] or node["id"]: node["shard"] for node in snapshot["nodes"] if node["shard"] is not None}
    found, lost = [], []
    for group, together in groups.items():
        shard = Shard(numbers.get(group), sorted(together, key=lambda member: member.role != "primary"))
        if shard.slots:
            found.append(shard)
        else:
            lost += shard.members
    return sorted(found, key=lambda shard: shard.slots), lost


def unserved(snapshot: dict) -> list[list[int]]:
    """Ranges of slots that no node that answers serves."""
    if not is_cluster(snapshot):
        return []
    served = {slot for node in snapshot["nodes"] if node["role"] == "primary" for first, last in node["slots"] for slot in range(first, last + 1)}
    found: list[list[int]] = []
    for slot in sorted(set(range(SLOTS)) - served):
        if found and found[-1][1] == slot - 1:
            found[-1][1] = slot
        else:
            found.append([slot, slot])
    return found


def slots_text(slots: list) -> str:
    return ranges(slot for first, last in slots for slot in range(first, last + 1)) or "none"


def count(slots: list) -> int:
    return sum(last - first + 1 for first, last in slots)


def hosts(snapshot: dict) -> list[tuple[str, list[Member], str, bool]]:
    """(Kubernetes node, its members, what happens if it stops, whether that hurts); nothing where hosts or shards are not known."""
    found, _lost = shards(snapshot)
    placed = [member for member in members(snapshot) if member.host and found]
    serving = [member for member in placed if member.role == "primary" and member.slots and member.reads]
    rows = []
    for host in sorted({member.host for member in placed}):
        here = [member for member in placed if member.host == host]
        gone = [shard for shard in found if not any(member.reads and member.host != host for member in shard.members)]
        mine = [member for member in serving if member.host == host]
        rows.append((host, here, *_loss(gone, len(found), len(mine), len(serving))))
    return rows


def _loss(gone: list[Shard], shards_in_all: int, mine: int, primaries: int) -> tuple[str, bool]:
    if len(gone) == shards_in_all:
        return "nothing is served until it is back", True
    if gone:
        return f"slots {', '.join(slots_text(shard.slots) for shard in gone)} are not served until it is back", True
    if mine * 2 >= primaries:
        return f"{mine} of {primaries} primaries go at once; the rest is no majority, so nobody takes over", True
    if mine:
        return f"{mine} of {primaries} primaries {'is taken over by its replica' if mine == 1 else 'are taken over by their replicas'}", False
    return "no slot is affected, only copies", False
