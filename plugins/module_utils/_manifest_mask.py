# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be shown of an object: Secrets by their keys only, and no value that announces itself as a password.

A changed value is told as changed, never by a hash: hashes of short passwords can be guessed. Knows objects as data only.
"""

from __future__ import annotations

import base64
import copy
import json
import re
from urllib.parse import quote

from . import _manifest

HIDDEN = "***"
CHANGED = "*** (changed)"
# Lines of configuration files that carry a password: Redis' directives, and "password: x" or "password=x" of anything else.
PASSWORD_LINE = re.compile(
    r"(?im)^(.*?(?:\b(?:OSS_GLOBAL_PASSWORD|requirepass|masterauth)[ \t]+|\b(?:password|passwd|secret)[\"']?[ \t]*[:=][ \t]*))(\S.*)$"
)
SECRET_NAME = re.compile(r"(?i)(password|passwd|secret|token|private_?key|credential)")
CHECKSUM = re.compile(r"(?i)(checksum|sha256|hash)")
CENSORED = "********"


def pair(before: dict | None, after: dict | None) -> tuple:
    """Both states of one object with their secrets hidden; what differs between them stays visible as different."""
    return _masked(before, None, ()), _masked(after, before, ())


def variants(secrets: list) -> list:
    """All forms in which a secret may turn up in a rendered text, the longest first so that none leaves a rest.

    Texts of one or two characters are left alone: they are in every word.
    """
    found = set()
    for text in map(str, secrets):
        if len(text.strip()) < 3:
            continue
        # A template may indent the lines of a text; lines too short to be a secret would only blot out the rest.
        parts = {text, *(line.strip() for line in text.splitlines() if len(line.strip()) >= 6)}
        for part in parts:
            found |= {part, json.dumps(part)[1:-1], quote(part, safe=""), part.replace("'", "''")}
            found.add(base64.b64encode(part.encode()).decode())
    return sorted(found, key=len, reverse=True)


def censor(value, hidden: list):
    """The same data without any of the hidden texts."""
    if isinstance(value, str):
        for text in hidden:
            value = value.replace(text, CENSORED)
        return value
    if isinstance(value, dict):
        return {name: censor(inner, hidden) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [censor(inner, hidden) for inner in value]
    return value


def secrets_in(secret_values, released=None) -> list:
    """The strings and numbers of secret values, and what the release holds in the same places."""
    if isinstance(secret_values, dict) and isinstance(released, dict):
        return [leaf for name, inner in secret_values.items() for leaf in secrets_in(inner, released.get(name))]
    if isinstance(secret_values, list) and isinstance(released, list):
        pairs = zip(secret_values, [*released, *[None] * len(secret_values)])
        return [leaf for inner, old in pairs for leaf in secrets_in(inner, old)] + _leaves(released[len(secret_values):])
    return _leaves(secret_values) + _leaves(released)


def _leaves(value):
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def _masked(value, other, path):
    if isinstance(value, dict):
        result = {}
        for name, inner in value.items():
            counterpart = other.get(name) if isinstance(other, dict) else None
            if _secret_place(value, name, path):
                result[name] = _hidden(inner, counterpart, other is not None)
            else:
                result[name] = _masked(inner, counterpart, (*path, name))
        return result
    if isinstance(value, list):
        others = other if isinstance(other, list) else []
        named = {element["name"]: element for element in others if isinstance(element, dict) and "name" in element}
        return [_masked(element, _counterpart(element, place, others, named), (*path, "")) for place, element in enumerate(value)]
    if isinstance(value, str):
        return _lines(value, other)
    return copy.copy(value)


def _secret_place(holder, name, path):
    if path == () and holder.get("kind") == "Secret" and name in ("data", "stringData"):
        return True
    if path and path[-1] == "annotations":
        return bool(CHECKSUM.search(name)) or name.startswith("kubectl.kubernetes.io/last-applied")
    return name == "value" and "name" in holder and bool(SECRET_NAME.search(str(holder["name"])))


def _hidden(value, other, compared):
    if isinstance(value, dict):
        others = other if isinstance(other, dict) else {}
        return {name: _hidden(inner, others.get(name), compared) for name, inner in value.items()}
    return CHANGED if compared and other is not None and not _manifest.same(value, other) else HIDDEN


def _lines(text, other):
    """Keeps which of the password lines changed."""
    old = {}
    if isinstance(other, str):
        for head, secret in PASSWORD_LINE.findall(other):
            old.setdefault(head, []).append(secret)

    def replace(match):
        head, secret = match.groups()
        changed = head in old and secret not in old[head]
        return head + (CHANGED if changed else HIDDEN)

    return PASSWORD_LINE.sub(replace, text)


def _counterpart(element, place, others, named):
    if isinstance(element, dict) and element.get("name") in named:
        return named[element["name"]]
    return others[place] if place < len(others) else None
