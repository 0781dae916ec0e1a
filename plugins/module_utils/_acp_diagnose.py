# SPDX-License-Identifier: GPL-3.0-or-later
"""From the module's options to its result: gather, judge, hide, and write the bundle."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _acp_bundle, _acp_evidence, _diagnosis
from ansible_collections.cloudentity.platform.plugins.module_utils._acp_look import Look

# What a result shows of each log and of the events; the bundle has all.
_LINES = 20


def run(module) -> dict:
    if module.params["bundle"]:
        _acp_bundle.refuse(module.params["bundle"])
    look = Look(module)
    evidence = _acp_evidence.gather(look)
    facts = evidence.facts
    diagnosis = _diagnosis.judge(facts)
    diagnosis["msg"] = _diagnosis.message(diagnosis, facts)
    changed = False
    if module.params["bundle"]:
        releases = _acp_bundle.releases(module, look, evidence)
        if not module.check_mode:
            _acp_bundle.write(module.params["bundle"], look, evidence, diagnosis, releases)
            changed = True
        diagnosis["bundle"] = module.params["bundle"]
    logs = [{**log, "lines": log["lines"][-_LINES:]} for log in facts["logs"]]
    shown = {**facts, "logs": logs, "events": facts["events"][-_LINES:]}
    return {**look.secrets.scrub({**diagnosis, "evidence": shown}), "changed": changed}
