# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's own rules: JMESPath expressions over the snapshot, each of which has to come out true."""

from __future__ import annotations

import json
import traceback

from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED, OK
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError

try:
    import jmespath
    from jmespath.exceptions import JMESPathError

    JMESPATH_IMPORT_ERROR = None
except ImportError:
    JMESPATH_IMPORT_ERROR = traceback.format_exc()


def compile_all(expressions: list[str]) -> dict:
    """Each expression ready to run; those that are not JMESPath are refused all at once."""
    compiled, wrong = {}, []
    for expression in expressions:
        try:
            compiled[expression] = jmespath.compile(expression)
        except JMESPathError as error:
            wrong.append(f"expect: {expression!r} is not a JMESPath expression: {str(error).splitlines()[0]}")
    if wrong:
        raise InputError("; ".join(wrong))
    return compiled


def run(compiled: dict, snapshot: dict) -> list[dict]:
    return [_result(expression, rule, snapshot) for expression, rule in compiled.items()]


def _result(expression: str, rule, snapshot: dict) -> dict:
    try:
        value = rule.search(snapshot)
        # JMESPath's own idea of truth, in which 0 is true.
        holds = not (value is None or value is False or value in ("", [], {}))
        observed = json.dumps(value)
    except JMESPathError as error:
        holds, observed = False, str(error)
    return {
        "id": "expect",
        "status": OK if holds else FAILED,
        "observed": observed,
        "expected": expression,
        "remedy": None if holds else "The rule is the site's own: see what it asks for.",
        "nodes": [],
    }
