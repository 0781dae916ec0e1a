# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls the module of the same name look by look, and shows what it waits for."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.plugin_utils._waiting import WaitingAction


class ActionModule(WaitingAction):
    pass
