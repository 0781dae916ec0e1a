# SPDX-License-Identifier: GPL-3.0-or-later
"""What fixtures/redis/record.py has recorded from real Redis, and what has to be seen of it."""

from __future__ import annotations

import json
import pathlib

import yaml

_HERE = pathlib.Path(__file__).parent / "fixtures" / "redis"
_CASES = pathlib.Path(__file__).parents[3] / "integration" / "targets" / "setup_redis" / "files" / "cases.yml"


def snapshot(name: str) -> dict:
    return json.loads((_HERE / f"{name}.json").read_text())


def names() -> list[str]:
    return sorted(path.stem for path in _HERE.glob("*.json") if path.stem != "answers")


def cases() -> dict[str, dict]:
    """The ways in which Redis was broken, by the name of the snapshot."""
    return {case.get("snapshot", case["case"]): case for case in yaml.safe_load(_CASES.read_text())}


def well(case: dict) -> str:
    """The snapshot of the same cluster before it was broken."""
    kind = case.get("cluster", "six")
    return kind if kind != "six" else "coordinator" if case.get("module") == "coordinator" else "healthy"


def answers() -> dict:
    """The values that one replica answered, by the name of the command."""
    return {name: reply["value"] for name, reply in json.loads((_HERE / "answers.json").read_text()).items()}


def text() -> str:
    return "".join(path.read_text() for path in sorted(_HERE.glob("*.json")))
