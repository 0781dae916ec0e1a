# SPDX-License-Identifier: GPL-3.0-or-later
"""One JSON object a line on stdout. Callers pass no secrets: no passwords, no tokens, no request paths."""

from __future__ import annotations

import json
import sys
import threading
import time

LEVELS = ("debug", "info", "warning", "error")

_lock = threading.Lock()
_threshold = LEVELS.index("info")


def set_level(level: str) -> None:
    global _threshold
    _threshold = LEVELS.index(level)


def log(level: str, msg: str, **fields) -> None:
    if LEVELS.index(level) >= _threshold:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        _write({**fields, "level": level, "msg": msg, "standin": True, "time": now})


def fatal(error: str, msg: str) -> None:
    """The platform's own form of a last word: these three fields and nothing else. That a stand-in speaks is logged before."""
    _write({"error": error, "level": "fatal", "msg": msg})


def _write(record: dict) -> None:
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=str)
    with _lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
