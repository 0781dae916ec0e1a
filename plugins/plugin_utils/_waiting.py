# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's side of a wait: calls the module for one short look after the other, and shows how far it is.

A module cannot speak before it ends; an action plugin can. Knows nothing of what is waited for.
"""

from __future__ import annotations

import time

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.cloudentity.platform.plugins.module_utils._progress import Progress

# Seconds of one look; also the least time between two lines.
LOOK = 5.0


class WaitingAction(ActionBase):
    """For modules that take the hidden option `_look` (module_utils/_wait.py)."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        if self._task.async_val:
            # In the background nobody listens: the module waits by itself.
            return {**result, **self._execute_module(task_vars=task_vars, wrap_async=not self._connection.has_native_async)}
        return {**result, **self._wait(task_vars)}

    def _wait(self, task_vars) -> dict:
        started = time.monotonic()
        progress = None
        spent = {"seconds": 0.0, "waited": 0.0, "attempts": 0, "state": {}}
        while True:
            answer = self._execute_module(module_args={**self._task.args, "_look": spent}, task_vars=task_vars)
            answer.get("invocation", {}).get("module_args", {}).pop("_look", None)
            look = answer.pop("_look", None)
            if look is None and progress is None:
                return answer  # bad options, or Kubernetes cannot be used
            if progress is None:
                limit, interval = look["limit"], look["interval"]
                progress = Progress(task_vars["inventory_hostname"], self._task.action.rpartition(".")[2], limit)
            waited = time.monotonic() - started
            left = limit - waited
            if (look and look["settled"]) or left <= interval:
                return answer
            self._show(progress.line(look["text"] if look else f"cannot look: {answer.get('msg', 'no answer')}", waited))
            time.sleep(interval)
            waited += interval
            spent = {**spent, "seconds": min(LOOK, limit - waited), "waited": round(waited, 1)}
            if look:
                spent.update(attempts=look["attempts"], state=look["state"])

    def _show(self, line: str | None) -> None:
        # To standard error: what other programs read of a run (callback json, a pipe) stays whole, and it is never held back in a buffer.
        if line and not self._task.no_log:
            Display().display(line, stderr=True)
