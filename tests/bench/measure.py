# SPDX-License-Identifier: GPL-3.0-or-later
"""How long commands take and how much memory: real processes, each run checked for what it should have printed."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
import typing as t

# No single command should take as long.
LIMIT = 400


class Run(t.NamedTuple):
    seconds: float
    megabytes: float
    output: str


class Figure(t.NamedTuple):
    """The runs of one command."""

    name: str
    runs: list[Run]

    @property
    def seconds(self) -> float:
        return statistics.median(run.seconds for run in self.runs)

    @property
    def megabytes(self) -> float:
        return max(run.megabytes for run in self.runs)

    def row(self) -> str:
        each = ", ".join(f"{run.seconds:.2f}" for run in self.runs)
        return f"| {self.name} | {self.seconds:.2f} | {self.megabytes:.0f} | {each} |"


def runs(name: str, command: list[str], good: t.Callable[[str], bool], count: int, warm: bool = True, env: dict | None = None) -> Figure:
    """The command `count` times, after one time that does not count and fills the caches; good(output) says whether it did its work."""
    print(f"{name} ...", flush=True)
    if warm:
        once(command, good, env)
    return Figure(name, [once(command, good, env) for _time in range(count)])


def once(command: list[str], good: t.Callable[[str], bool], env: dict | None = None) -> Run:
    with tempfile.TemporaryFile("w+") as output:
        started = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})
        timer = threading.Timer(LIMIT, process.kill)
        timer.start()
        try:
            # The memory of this one process and of those that it has waited for; the largest of them, not their sum.
            _pid, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            timer.cancel()
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if not good(text):
        raise SystemExit(f"{command} ended with {process.returncode} and did not print what it should:\n{text[-3000:]}")
    return Run(seconds, usage.ru_maxrss / 1024, text)
