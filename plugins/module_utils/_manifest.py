# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubernetes manifests as data: reading them as Helm does, telling objects apart, naming what differs.

Knows YAML and the shape of Kubernetes objects; knows nothing of Helm releases, masking or connections.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

try:
    import yaml
except ImportError:  # the modules report the missing library
    yaml = None

# What the API server writes by itself; it says nothing about what was asked for.
SERVER_METADATA = ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink")

if yaml is not None:

    class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """YAML as Helm's own library reads it: no dates, no base 60 numbers, "=" is text, y is true, 1e3 is a number."""

        def construct_bool(self, node):
            """PyYAML knows the words, not the letters."""
            return node.value.lower() in ("y", "yes", "on", "true")

        yaml_implicit_resolvers = {
            first: [(tag, regexp) for tag, regexp in resolvers if tag.rsplit(":", 1)[1] not in ("timestamp", "value", "bool", "int", "float")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    _Loader.add_constructor("tag:yaml.org,2002:bool", _Loader.construct_bool)
    _Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool",
        re.compile(r"^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$"),
        list("yYtToOnNfF"),
    )
    _Loader.add_implicit_resolver(
        "tag:yaml.org,2002:int", re.compile(r"^[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$"), list("-+0123456789")
    )
    _Loader.add_implicit_resolver(
        "tag:yaml.org,2002:float",
        re.compile(r"^([-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$"),
        list("-+0123456789."),
    )


class Unreadable(Exception):
    """A manifest that is not YAML. The text does not quote it: it may hold secrets."""


@dataclass(frozen=True)
class Key:
    """What Helm tells objects apart by: the API version is not part of it."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def documents(text: str) -> list:
    """The objects of a manifest, in order; lists are taken apart, empty documents left out."""
    found = []
    try:
        parsed = list(yaml.load_all(text or "", Loader=_Loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(f"{getattr(error, 'problem', None) or 'not YAML'}{f', line {mark.line + 1}' if mark else ''}") from None
    for document in parsed:
        if not isinstance(document, dict) or not document.get("kind"):
            continue
        if document["kind"].endswith("List") and isinstance(document.get("items"), list):
            found.extend(item for item in document["items"] if isinstance(item, dict))
        else:
            found.append(document)
    return found


def group(obj: dict) -> str:
    """The API group; empty for the core API."""
    return obj["apiVersion"].rpartition("/")[0]


def key(obj: dict, namespace: str) -> Key:
    """namespace: where the object is when it does not say so itself; empty for objects of the whole cluster."""
    metadata = obj.get("metadata") or {}
    return Key(group(obj), obj["kind"], (metadata.get("namespace") or namespace) if namespace else "", str(metadata.get("name")))


def normal(obj: dict) -> dict:
    """The same object in the form in which the API server keeps it: no nulls, a Secret's stringData as data, no status."""
    result = _plain({name: value for name, value in obj.items() if name != "status"})
    if result.get("kind") == "Secret" and "stringData" in result:
        plain = {name: base64.b64encode(str(value).encode()).decode() for name, value in result.pop("stringData").items()}
        result["data"] = {**result.get("data", {}), **plain}
    return result


def clean(live: dict) -> dict:
    """A live object without what the API server writes by itself."""
    result = {name: value for name, value in live.items() if name != "status"}
    result["metadata"] = {name: value for name, value in live.get("metadata", {}).items() if name not in SERVER_METADATA}
    return result


def same(one, other) -> bool:
    """Equal as JSON: true is not 1, while 1 is 1.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(left, right) for left, right in zip(one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


def differing(before, after, path: str = "") -> list:
    """Paths of what differs, such as spec.template.spec.containers[redis].image, in the order of reading."""
    if same(before, after):
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        names = [*before, *(name for name in after if name not in before)]
        return [found for name in names for found in _step(before, after, name, path + _field(name, path))]
    if isinstance(before, list) and isinstance(after, list):
        left, right = _indexed(before, after)
        names = [*left, *(name for name in right if name not in left)]
        found = [found for name in names for found in _step(left, right, name, f"{path}[{name}]")]
        return found or [path]  # the same elements in another order
    return [path or "."]


def _step(before, after, name, path):
    if name in before and name in after:
        return differing(before[name], after[name], path)
    return [path]


def _field(name, path):
    plain = re.match(r"^[A-Za-z0-9_-]+$", str(name))
    return (f".{name}" if path else str(name)) if plain else f'["{name}"]'


def _indexed(before, after):
    """Elements by their name where all have one, otherwise by their place."""

    def named(elements):
        names = [element.get("name") if isinstance(element, dict) else None for element in elements]
        return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)

    if named(before) and named(after):
        return ({element["name"]: element for element in elements} for elements in (before, after))
    return (dict(enumerate(before)), dict(enumerate(after)))


def _plain(value):
    """As JSON has it: no nulls, and names are texts."""
    if isinstance(value, dict):
        return {_name(name): _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


def _name(name):
    return str(name).lower() if isinstance(name, bool) else str(name)
