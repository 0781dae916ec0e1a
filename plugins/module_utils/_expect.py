# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's own rules: JMESPath expressions over the snapshot, each of which has to come out true."""

from __future__ import annotations

import json
import traceback

from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED, OK, count
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError

try:
    import jmespath
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions
    from jmespath.parser import ParsedResult

    JMESPATH_IMPORT_ERROR = None
except ImportError:
    JMESPATH_IMPORT_ERROR = traceback.format_exc()

_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
# As much of a value as a line in a report can take.
_SHOWN = 200


def compile_all(expressions: list[str]) -> dict:
    """Each expression ready to run; those that cannot be JMESPath are refused all at once."""
    compiled, wrong = {}, []
    for expression in expressions:
        try:
            compiled[expression] = jmespath.compile(expression)
            problems = _misused(compiled[expression].parsed)
        except JMESPathError as error:
            problems = [str(error).splitlines()[0]]
        wrong += [f"expect: {expression!r} is not a JMESPath expression: {problem}" for problem in problems]
    if wrong:
        raise InputError("; ".join(wrong))
    return compiled


def run(compiled: dict, snapshot: dict) -> list[dict]:
    return [_result(expression, rule, snapshot) for expression, rule in compiled.items()]


def _result(expression: str, rule, snapshot: dict) -> dict:
    try:
        holds, observed = _holds(rule.search(snapshot)), _seen(rule.parsed, snapshot)
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


def _holds(value) -> bool:
    """JMESPath's own idea of truth, in which 0 is true."""
    return not (value is None or value is False or value in ("", [], {}))


def _misused(tree: dict) -> list[str]:
    """Functions that there are not, and those with too few or too many arguments: JMESPath itself sees it at the run only."""
    found = [problem for child in tree["children"] if isinstance(child, dict) for problem in _misused(child)]
    if tree["type"] == "function_expression":
        name, given = tree["value"], len(tree["children"])
        if name not in Functions.FUNCTION_TABLE:
            return [*found, f"there is no function {name}()"]
        signature = Functions.FUNCTION_TABLE[name]["signature"]
        variadic = bool(signature and signature[-1].get("variadic"))
        if given < len(signature) or (given > len(signature) and not variadic):
            found.append(f"{name}() takes {'at least ' if variadic else ''}{count(len(signature), 'argument')}, not {given}")
    return found


def _seen(tree: dict, data) -> str:
    """The value found. `false` alone says little, so a comparison shows what it has compared."""
    if tree["type"] == "pipe":
        left, right = tree["children"]
        return _seen(right, _value(left, data))
    if tree["type"] == "comparator":
        left, right = (_short(_value(side, data)) for side in tree["children"])
        return f"{left} {_SIGNS[tree['value']]} {right} is {_short(_value(tree, data))}"
    if tree["type"] in ("and_expression", "or_expression"):
        left, right = tree["children"]
        if _holds(_value(left, data)) is (tree["type"] == "or_expression"):
            # That settles it: the other side is not looked at, and may not even make sense.
            return _seen(left, data)
        return f"{_seen(left, data)}, and {_seen(right, data)}"
    return _short(_value(tree, data))


def _value(tree: dict, data):
    return ParsedResult("", tree).search(data)


def _short(value) -> str:
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + " ..."
