# SPDX-License-Identifier: GPL-3.0-or-later
"""What fixtures/redis/record.py has recorded from real Redis."""

from __future__ import annotations

import json
import pathlib

_HERE = pathlib.Path(__file__).parent / "fixtures" / "redis"


def snapshot(name: str) -> dict:
    return json.loads((_HERE / f"{name}.json").read_text())


def names() -> list[str]:
    return sorted(path.stem for path in _HERE.glob("*.json") if path.stem != "answers")


def answers() -> dict:
    """The values that one replica answered, by the name of the command."""
    return {name: reply["value"] for name, reply in json.loads((_HERE / "answers.json").read_text()).items()}


def text() -> str:
    return "".join(path.read_text() for path in sorted(_HERE.glob("*.json")))
