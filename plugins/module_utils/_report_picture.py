# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology as one SVG: a bar of all slots, and a card for each shard with its pods. Colours are the page's; no state shows by colour alone."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _report_topology as topology
from ansible_collections.cloudentity.platform.plugins.module_utils._check import count
from ansible_collections.cloudentity.platform.plugins.module_utils._checks_cluster import SLOTS
from ansible_collections.cloudentity.platform.plugins.module_utils._report_markup import Markup, tag

GAP = 14
BAR_TOP, BAR = 20, 26
HEAD, PAD = 46, 12


def draw(snapshot: dict, width: int, name: str) -> Markup:
    """`name` makes the ids in it unique; the narrow picture is the same with fewer columns."""
    shards, lost = topology.shards(snapshot)
    clustered = topology.is_cluster(snapshot)
    slots, top = _slot_bar(shards, topology.unserved(snapshot), width) if clustered else ([], 1)
    dense = len(snapshot["nodes"]) > 16
    columns = _columns(len(shards) + bool(lost), width)
    card_width = (width - GAP * (columns - 1)) / columns
    cards = [(f"Shard {'?' if shard.number is None else shard.number}", shard.slots, shard.members) for shard in shards]
    cards += [("No shard" if clustered else "One address answers for all", [], lost)] if lost else []
    drawn = []
    for first in range(0, len(cards), columns):
        row = cards[first : first + columns]
        height = HEAD + max(len(members) for _title, _slots, members in row) * _row_height(dense) + PAD - 4
        drawn += [_card(*card, x=index * (card_width + GAP), y=top, width=card_width, height=height, dense=dense) for index, card in enumerate(row)]
        top += height + GAP
    described = f"{count(len(shards), 'shard')}, {count(len(snapshot['nodes']), 'node')}. The tables below say the same in words."
    return tag(
        "svg",
        tag("title", "Topology of the cluster", id=f"{name}-title"),
        tag("desc", described, id=f"{name}-desc"),
        tag("defs", _hatch(name)),
        tag("g", slots, class_=f"hatch-{name}"),
        drawn,
        class_=f"topology {name}",
        view_box=f"0 0 {width} {top - GAP + 2:.0f}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        xmlns="http://www.w3.org/2000/svg",
    )


def _columns(cards: int, width: int) -> int:
    """As many as fit, but no single card in the last row where that can be helped."""
    most = max(1, min(cards, int(width // 250)))
    return next((columns for columns in range(most, 1, -1) if cards % columns != 1 or cards <= columns), most)


def _row_height(dense: bool) -> int:
    return 26 if dense else 42


def _hatch(name: str) -> Markup:
    line = tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", class_="hatch-line")
    return tag("pattern", tag("rect", width=8, height=8, class_="hatch-ground"), line, id=f"hatch-{name}", width=8, height=8, patternUnits="userSpaceOnUse")


def _slot_bar(shards: list, gaps: list, width: int) -> tuple[list, int]:
    """The bar, and where what is below it begins."""
    scale = width / SLOTS
    drawn = [_text(0, 13, "Slots", "label"), _text(width, 13, f"{SLOTS - topology.count(gaps)} of {SLOTS} served", "label end")]
    drawn.append(tag("rect", x=0, y=BAR_TOP, width=width, height=BAR, rx=4, class_="bar"))
    for index, shard in enumerate(shards):
        for first, last in shard.slots if shard.served else []:
            x, wide = first * scale, (last - first + 1) * scale
            name = f"shard {shard.number}: {topology.slots_text([[first, last]])}"
            drawn.append(tag("rect", tag("title", name), x=f"{x:.1f}", y=BAR_TOP, width=f"{wide:.1f}", height=BAR, class_=f"slots tint{index % 2}"))
            if wide > 22:
                drawn.append(_text(x + wide / 2, BAR_TOP + 18, str(shard.number), "slots-number"))
    for first, last in gaps:
        # A gap of one slot has to be seen, too.
        wide = max((last - first + 1) * scale, 4)
        x = min(first * scale, width - wide)
        title = tag("title", f"nobody serves {topology.slots_text([[first, last]])}")
        drawn.append(tag("rect", title, x=f"{x:.1f}", y=BAR_TOP - 3, width=f"{wide:.1f}", height=BAR + 6, class_="gap"))
    if not gaps:
        return drawn, BAR_TOP + BAR + GAP + 4
    words = f"\N{BALLOT X} Nobody serves {topology.slots_text(gaps)}"
    return [*drawn, _text(0, BAR_TOP + BAR + 22, _fit(words, width, 7.2), "bad strong")], BAR_TOP + BAR + 22 + GAP


def _card(title: str, slots: list, members: list, x: float, y: float, width: float, height: float, dense: bool) -> Markup:
    inner = width - 2 * PAD
    troubled = any(member.trouble for member in members)
    shown = [
        tag("rect", x=0.5, y=0.5, width=f"{width - 1:.1f}", height=height - 1, rx=8, class_="card troubled" if troubled else "card"),
        _text(PAD, 20, title, "strong"),
        _text(width - PAD, 20, count(topology.count(slots), "slot") if slots else "", "soft end"),
        tag("g", tag("title", topology.slots_text(slots)), _text(PAD, 36, _fit(topology.slots_text(slots), inner, 6.2), "soft")) if slots else None,
    ]
    shown += [_member(member, HEAD + index * _row_height(dense), inner, dense) for index, member in enumerate(members)]
    return tag("g", shown, transform=f"translate({x:.1f} {y:.1f})")


def _member(member: topology.Member, y: float, width: float, dense: bool) -> Markup:
    letter = {"primary": "P", "replica": "R"}.get(member.role, "?")
    kind = member.role or "unknown"
    middle = y + _row_height(dense) / 2 - 2
    left, right = PAD + 28, PAD + width
    room = right - left
    state = f"\N{BALLOT X} {member.trouble}" if member.trouble else ""
    where = f"on {member.host}" if member.host else ""
    title = f"{member.name}, {kind}{', ' + where if where else ''}{', ' + member.trouble if member.trouble else ''}"
    shape = [
        tag("circle", cx=PAD + 10, cy=middle, r=10, class_=f"role {kind}{'' if member.reads else ' silent'}"),
        _text(PAD + 10, middle + 4, letter, f"letter {kind}{'' if member.reads else ' silent'}"),
    ]
    if dense:
        beside = state or where
        room_beside = min(len(beside) * 6.0, room * 0.5)
        shape.append(_text(left, middle + 4, _fit(member.name, room - room_beside - 8, 6.6), "name"))
        shape.append(_text(right, middle + 4, _fit(beside, room_beside, 6.0), "bad small end" if state else "soft small end"))
    else:
        room_state = len(state) * 6.4
        shape.append(_text(left, middle - 3 if where else middle + 4, _fit(member.name, room - room_state - 6, 7.2), "name"))
        shape.append(_text(right, middle - 3 if where else middle + 4, state, "bad small end") if state else None)
        shape.append(_text(left, middle + 13, _fit(where, room, 6.2), "soft small") if where else None)
    return tag("g", tag("title", title), shape)


def _fit(text: str, room: float, character: float) -> str:
    """Cut where it would not fit: in the middle, because names differ at their ends."""
    most = max(4, int(room / character))
    if len(text) <= most:
        return text
    return f"{text[: (most - 1) // 3]}\N{HORIZONTAL ELLIPSIS}{text[-(most - 1 - (most - 1) // 3):]}"


def _text(x: float, y: float, text: str, class_: str) -> Markup:
    return tag("text", text, x=f"{x:.1f}", y=f"{y:.1f}", class_=class_)
