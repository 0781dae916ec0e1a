#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes checks.md beside this file out of the texts that the checks themselves use. A unit test fails while it is not up to date.

    ANSIBLE_COLLECTIONS_PATH=... docs/generate.py
"""

from __future__ import annotations

import ast
import os
import pathlib
import sys

import yaml

if __name__ == "__main__":
    sys.path[:0] = os.environ["ANSIBLE_COLLECTIONS_PATH"].split(":")

from ansible_collections.cloudentity.platform.plugins.module_utils import _checks

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent / "tests/integration/targets/setup_redis/files"

HEAD = """\
# The checks

<!-- Written by docs/generate.py from the checks' own texts. -->

Modules and roles judge a Redis Cluster by these checks. Each looks at one snapshot of all nodes (module `redis_cluster_info` returns it) and says
`ok`, `warning`, `failed`, or `skipped` where there is nothing to judge. The verdict is the worst of all.

`redis_cluster_check` runs all of them, or those in `checks` without those in `skip_checks`. `severity` sets for a site how bad it is when a check
does not hold (`failed` or `warning`); `fail_on: warning` makes warnings count. While all that is wrong may heal by itself, it waits, as long as
`timeout` says. A site's own rules go beside them with `expect`. Where one address answers for all nodes, as with Redis Enterprise, what can only be
asked of the nodes of a cluster is skipped.

Each was seen to tell on real Redis, broken for it. The target `redis_broken` of the integration tests breaks it again in each of these ways, as far
as the search module at hand allows: what takes one with a coordinator is recorded otherwise. `replicas_on_other_hosts` needs Kubernetes and is seen
in Molecule's scenario `production`.

"""


def ways() -> list[tuple[dict, str]]:
    """Each way to break Redis: what is to be seen, by check, and what was done, in a line."""
    functions = ast.parse((CASES / "broken.py").read_text()).body
    done = {item.name: ast.get_docstring(item) for item in functions if isinstance(item, ast.FunctionDef)}
    cases = yaml.safe_load((CASES / "cases.yml").read_text())
    return [(case["shows"], case.get("what") or done[case["case"]]) for case in cases if case.get("what") or case["case"] != "healthy"]


def render() -> str:
    lines = ["| check | holds when |", "|---|---|", *(f"| [{check.id}](#{check.id}) | {check.what} |" for check in _checks.CATALOGUE.values())]
    for check in _checks.CATALOGUE.values():
        lines += ["", f"## {check.id}", "", check.what, ""]
        lines += [f"- Observes: {check.observes}"]
        lines += [f"- {status.capitalize()}: {when}." for status, when in check.gives.items()]
        lines += [f"- Remedy: {check.remedy}"]
        lines += [f"- Time may heal it: {'yes' if check.heals else 'no, so nobody waits for it'}."]
        lines += [f"- Seen {shows[check.id][0]}: {what}" for shows, what in ways() if check.id in shows]
    return HEAD + "\n".join(lines).replace("<", "&lt;") + "\n"


if __name__ == "__main__":
    (HERE / "checks.md").write_text(render())
