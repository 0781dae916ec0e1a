#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks real Redis in every way that cases.yml knows, and has redis_cluster_check judge it: before, while it is broken, after the repair.

    REDIS_SERVER=... REDIS_SEARCH_MODULE=... REDIS_NEWER_SERVER=... REDIS_NEWER_SEARCH_MODULE=... prove.py SETUP_FILES [case ...]

A case has passed when just the checks that it names do not hold while it is broken, for the reasons that it names, and all is as before
once it is repaired. The module is run by its main(), options in and JSON out, since an Ansible task for each look would take minutes.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import pathlib
import sys
import time

import yaml
from ansible.module_utils import basic
from ansible_collections.cloudentity.platform.plugins.modules import redis_cluster_check

FILES = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(FILES))

import broken  # noqa: E402  (it lies with the target setup_redis)
from cluster import started  # noqa: E402

PATIENCE = 15


def judge(**options) -> dict:
    """One look of redis_cluster_check."""
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": {**options, "timeout": 0}}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        redis_cluster_check.main()
    result = json.loads(said.getvalue())
    if "checks" not in result:
        raise SystemExit(f"redis_cluster_check does not take its options: {result}")
    return result


def amiss(result: dict) -> dict:
    """The checks that do not hold: their status and what they observed."""
    return {check["id"]: (check["status"], check["observed"]) for check in result["checks"] if check["status"] in ("warning", "failed")}


def statuses(found: dict) -> dict:
    return {name: status for name, (status, _observed) in found.items()}


def problems(case: dict, found: dict, before: dict, coordinator: bool) -> list[str]:
    shown = {name: value for name, value in found.items() if case["case"] == "healthy" or statuses(before).get(name) != value[0]}
    wrong = [f"{name} does not show" for name in case["shows"] if name not in shown]
    for name, (status, observed) in shown.items():
        expected_status, words = case["shows"].get(name, (None, ""))
        if expected_status is None and coordinator and name in case.get("coordinator_may", []):
            continue
        if (expected_status, words in observed) != (status, True):
            wrong.append(f"{name} is {status}: {observed}")
    return wrong


def prove(cluster, case: dict, before: dict, coordinator: bool) -> list[str]:
    wrong = []
    for options in getattr(broken, case["case"])(cluster):
        wrong += problems(case, amiss(judge(**{**cluster.options(), **(options or {})})), before, coordinator)
    end = time.monotonic() + PATIENCE
    while statuses(after := amiss(judge(**cluster.options()))) != statuses(before):
        if time.monotonic() > end:
            return [*wrong, f"after the repair it is not as before: {after}"]
        time.sleep(0.1)
    return wrong


def main(wanted: list[str]) -> None:
    passed = failed = 0
    cases = sorted(yaml.safe_load((FILES / "cases.yml").read_text()), key=lambda case: case.get("cluster", "six"))
    for kind, group in itertools.groupby(cases, key=lambda case: case.get("cluster", "six")):
        chosen = [case for case in group if not wanted or case["case"] in wanted]
        if not chosen:
            continue
        if kind == "newer" and not os.environ["REDIS_NEWER_SERVER"]:
            print(f"not here  {', '.join(case['case'] for case in chosen)}: there is no newer server for this processor")
            continue
        with started(kind) as cluster:
            well = judge(**cluster.options())
            before, coordinator = amiss(well), well["snapshot"]["nodes"][0]["search"]["coordinator"]
            for case in chosen:
                if case.get("module", module := "coordinator" if coordinator else "plain") != module:
                    print(f"not here  {case['case']}: it takes a search module of the kind {case['module']}, and this one is {module}")
                    continue
                began = time.monotonic()
                wrong = prove(cluster, case, before, coordinator)
                passed, failed = passed + (not wrong), failed + bool(wrong)
                print(f"{'FAILED' if wrong else 'passed'}  {time.monotonic() - began:5.1f} s  {case['case']} ({kind})", *wrong, sep="\n    ", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(bool(failed or not passed))


if __name__ == "__main__":
    main(sys.argv[2:])
