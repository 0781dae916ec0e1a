# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions as numbers that can be compared."""

from __future__ import annotations

import re

from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


def parse(text: str) -> tuple[int, ...]:
    """`6.2.11` as (6, 2, 11); what follows the numbers does not count."""
    match = re.match(r"\d+(\.\d+)*", text.strip())
    if not match:
        raise InputError(f"{text!r} is not a version such as 6.2.20")
    return tuple(int(part) for part in match[0].split("."))


def in_range(text: str, lowest: str | None, highest: str | None) -> bool:
    """Whether lowest <= version <= highest, counting only as many numbers as the bounds have: 1.2.9 is not above 1.2."""
    version = parse(text)
    for bound, wrong in ((lowest, int.__lt__), (highest, int.__gt__)):
        if bound:
            limit = parse(bound)
            known = (version + (0,) * len(limit))[: len(limit)]
            difference = next((a - b for a, b in zip(known, limit) if a != b), 0)
            if wrong(difference, 0):
                return False
    return True
