# SPDX-License-Identifier: GPL-3.0-or-later
"""Many waits side by side: every job has a thread and a deadline of its own, so a dead one costs its own time only.

Threads are daemons: one that hangs in a library without a timeout is left behind and ends with the process.
"""

from __future__ import annotations

import queue
import threading
import time
import typing as t


def run(jobs: dict, limit: float, late: t.Callable, more: t.Callable = lambda key, result: {}) -> dict:
    """Calls every job of {key: function}; answers {key: result}.

    A job that is not done after `limit` seconds gets the result late(key). more(key, result) may name further jobs; keys
    that are known already are left out.
    """
    results: dict = {}
    deadlines: dict = {}
    done: queue.Queue = queue.Queue()

    def start(batch: dict) -> None:
        for key, job in batch.items():
            if key not in deadlines:
                deadlines[key] = time.monotonic() + limit
                threading.Thread(target=lambda k=key, j=job: done.put((k, *_call(j))), daemon=True).start()

    def settle(key, result) -> None:
        results[key] = result
        start(more(key, result))

    start(jobs)
    while len(results) < len(deadlines):
        waiting = [key for key in deadlines if key not in results]
        try:
            key, result, error = done.get(timeout=max(0.0, min(deadlines[key] for key in waiting) - time.monotonic()))
        except queue.Empty:
            for key in waiting:
                if deadlines[key] <= time.monotonic():
                    settle(key, late(key))
            continue
        if error is not None:
            raise error
        if key not in results:
            settle(key, result)
    return results


def _call(job: t.Callable) -> tuple:
    try:
        return job(), None
    except Exception as error:  # handed to the caller's thread, which raises it
        return None, error
