# SPDX-License-Identifier: GPL-3.0-or-later
"""What a Helm upgrade would change, object by object: the judgement of helm_release_diff.

Knows what Helm does with an object of the old and the new manifest and its live state; asks nobody. Each object goes
through three steps: pair() finds its three states, ask() says what the API server has to be asked, judge() says what
would happen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from . import _manifest, _manifest_patch
from ._manifest import Key

STRATEGIC, MERGE, APPLY, CREATE = "strategic", "merge", "apply", "create"
TEST_HOOKS = {"test", "test-success", "test-failure"}
FIXED = re.compile(r"immutable|updates to .* are forbidden|may not change|cannot change|less than previous value", re.S)
# These leave their pods running when only they are deleted, so a new one takes the pods over.
ORPHANING = ("StatefulSet", "Deployment", "DaemonSet", "ReplicaSet")
# The value that makes kubernetes.core.helm see a difference; it is none of the chart's business.
REVISION_KEY = ("global", "cloudentityPlatformRevision")


@dataclass(frozen=True)
class Item:
    """One object: in the release's manifest, in the rendered one, in the cluster."""

    key: Key
    api_version: str
    old: dict | None = None
    new: dict | None = None
    live: dict | None = None
    hook: bool = False


@dataclass(frozen=True)
class Change:
    """What would happen to one object. before and after are for the diff and still hold secrets."""

    item: Item
    action: str
    paths: list = field(default_factory=list)
    drift: bool = False
    message: str = ""
    blocks: bool = False
    before: dict | None = field(default=None, repr=False)
    after: dict | None = field(default=None, repr=False)

    def described(self) -> dict:
        """As the module returns it."""
        key = self.item.key
        return {
            "action": self.action,
            "api_version": self.item.api_version,
            "kind": key.kind,
            "namespace": key.namespace or None,
            "name": key.name,
            "paths": self.paths,
            "drift": self.drift,
            "hook": self.item.hook,
            "message": self.message,
        }


def overlay(values: dict, secret_values: dict, released: dict | None = None) -> dict:
    """The chart's values: secret_values win key by key. The revision mark stays what it is in the release."""
    section, name = REVISION_KEY
    result = _merged(values or {}, secret_values or {})
    if isinstance(result.get(section), dict):
        result[section] = {key: value for key, value in result[section].items() if key != name}
    mark = ((released or {}).get(section) or {}).get(name)
    return result if mark is None else _merged(result, {section: {name: mark}})


def unknown(values: dict, chart: dict) -> list:
    """Paths of values that the chart's own values do not have, so that nothing in it reads them. chart: as a rendered release holds it.

    An empty section of the chart takes any key. What a subchart reads cannot be seen here.
    """
    subcharts = {item.get("alias") or item["name"] for item in chart["metadata"].get("dependencies") or []}
    ours = {key: value for key, value in values.items() if key not in subcharts | {"global", "tags"}}
    return list(_strangers(ours, chart.get("values") or {}, ""))


def hooks(stored: list) -> list:
    """The objects of a release's hooks, without its tests."""
    kept = [hook for hook in stored if not set(hook.get("events") or []) <= TEST_HOOKS]
    return [obj for hook in kept for obj in _manifest.documents(hook["manifest"])]


def pair(old: list, new: list, key, hook: bool = False) -> list:
    """Items of the objects of both manifests. key: finds an object's Key."""
    before = {key(obj): _manifest.normal(obj) for obj in old}
    after = {key(obj): _manifest.normal(obj) for obj in new}
    names = [*after, *(name for name in before if name not in after)]
    return [Item(name, (after.get(name) or before[name])["apiVersion"], before.get(name), after.get(name), hook=hook) for name in names]


def differs(item: Item) -> bool:
    """What the chart asks for is not what the release asked for."""
    return item.old is None or item.new is None or bool(_manifest.differing(item.old, item.new))


def settle(items: list, again: list) -> tuple:
    """Items without what the chart makes up anew each time it is rendered (certificates, passwords), and the keys of these objects.

    again: the items of a second rendering. An object that differs from the release only where both renderings differ gives no
    reason for an upgrade; it counts as what the release has.
    """
    second = {(item.hook, item.key): item.new for item in again}
    settled, volatile = [], []
    for item in items:
        other = second.get((item.hook, item.key))
        if item.old and item.new and other:
            said = set(_manifest.differing(item.old, item.new))
            if said and said <= set(_manifest.differing(item.new, other)):
                item = replace(item, new=item.old)
                volatile.append(item.key)
        settled.append(item)
    return settled, volatile


def ask(item: Item, release: str, namespace: str, server_side: bool) -> tuple | None:
    """What to ask the API server in dry-run mode: (way, body), or None when the answer is known."""
    if item.hook or item.new is None:
        return None
    target = _manifest_patch.owned(item.new, release, namespace)
    if item.live is None:
        return CREATE, target
    if server_side:
        return APPLY, target
    old = _manifest_patch.owned(item.old, release, namespace) if item.old else None
    if (old is None or _manifest.same(old, target)) and _manifest_patch.covers(item.live, target):
        return None
    return STRATEGIC, _manifest_patch.strategic(old, target, item.live)


def ask_custom(item: Item) -> tuple | None:
    """The same for a custom resource, which has no strategic merge: Helm sends the difference of the manifests, nothing else."""
    body = _manifest_patch.merge(item.old or {}, item.new)
    return (MERGE, body) if body else None


def judge(item: Item, answer=None, conflict=None) -> Change | None:
    """answer: the object as the API server would leave it, or its Refusal, or None when it was not asked. conflict: the Refusal
    of the same request when it may not overwrite what others set, which Helm 4 does not."""
    if item.hook:
        return _hook(item)
    if item.new is None:
        return _dropped(item)
    if item.live is None:
        return Change(item, "create", drift=item.old is not None, before=None, after=item.new)
    said = _manifest.differing(item.old, item.new) if item.old else []
    adopted = item.old is None
    if isinstance(answer, dict):
        before, after = _manifest.clean(item.live), _manifest.clean(answer)
        found = _manifest.differing(before, after)
        if found:
            told = f"{item.key}: {conflict.message}. Undo it, or overwrite it once with: helm upgrade --force-conflicts" if conflict else ""
            return Change(item, "update", found, not said and not adopted, told, bool(told), before, after)
    elif answer is not None and FIXED.search(answer.message):
        paths = _fixed_paths(answer, said)
        before, after = (item.old, item.new) if said else (_manifest.clean(item.live), _merged(item.live, item.new))
        return Change(item, "recreate", paths, not said, _recreate(item, paths), True, before, after)
    if said or adopted:
        return Change(item, "update", said, before=item.old or item.live, after=item.new)
    return None


def refused(item: Item, answer) -> str | None:
    """Why the upgrade would fail on this object, when it is not because of a fixed field."""
    if answer is None or isinstance(answer, dict) or answer.status in (404, 415) or FIXED.search(answer.message):
        return None
    if "dry run" in answer.message.lower():
        return None  # an admission webhook without dry run; only the real request can tell
    return f"{item.key}: {message(answer)}"


def message(refusal) -> str:
    """A refusal without the values that it quotes: they may be secret."""
    if refusal.causes:
        return "; ".join(f"{cause.get('field', '')}: {_unquoted(cause.get('message', ''))}".lstrip(": ") for cause in refusal.causes)
    return _unquoted(refusal.message)


def summary(changes: list, exists: bool, status: str | None) -> str:
    """One line."""
    words = (("create", "to create"), ("update", "to update"), ("recreate", "to be recreated by hand"), ("delete", "to delete"), ("keep", "to leave behind"))
    parts = []
    for action, text in words:
        count = sum(1 for change in changes if change.action == action and not change.item.hook)
        if count:
            parts.append(f"{count} {text}")
    drifted = sum(1 for change in changes if change.drift)
    changed_hooks = sum(1 for change in changes if change.item.hook)
    if changed_hooks:
        parts.append(f"{changed_hooks} hook{'s' if changed_hooks > 1 else ''} changed")
    text = ", ".join(parts) or ("no change" if exists and status == "deployed" else "no object changes")
    if drifted:
        text += f" ({drifted} changed in the cluster since)"
    if not exists:
        return f"new release: {text}"
    return text if status == "deployed" else f"the last upgrade is {status} and is done again: {text}"


def with_live(items: list, live: list) -> list:
    """The items with what is in the cluster."""
    return [replace(item, live=obj) for item, obj in zip(items, live)]


def _hook(item):
    if item.old is not None and item.new is not None:
        paths = _manifest.differing(item.old, item.new)
        return Change(item, "update", paths, before=item.old, after=item.new) if paths else None
    return Change(item, "create" if item.old is None else "delete", before=item.old, after=item.new)


def _dropped(item):
    annotations = ((item.live or item.old).get("metadata") or {}).get("annotations") or {}
    if annotations.get("helm.sh/resource-policy") == "keep":
        return Change(item, "keep", message="left in the cluster (helm.sh/resource-policy: keep)", before=item.old, after=None)
    return Change(item, "delete", before=item.old, after=None)


def _fixed_paths(refusal, said):
    """The fields that cannot be changed, as exactly as the manifests tell."""
    free = re.findall(r"'([A-Za-z]+)'", refusal.message)
    fields = [cause.get("field", "") for cause in refusal.causes if FIXED.search(cause.get("message", ""))]
    exact = [
        path
        for path in said
        for name in fields
        if path.startswith(name) and not any(path.startswith(f"{name}.{allowed}") for allowed in free)
    ]
    return list(dict.fromkeys(exact)) or list(dict.fromkeys(fields)) or said


def _recreate(item, paths):
    kind, namespace = item.key.kind, item.key.namespace
    where = f" --namespace {namespace}" if namespace else ""
    orphan = " --cascade=orphan" if kind in ORPHANING else ""
    return (
        f"{', '.join(paths) or 'a field'} of {item.key} cannot be changed in place. Undo the change, or delete the object first"
        f"{' and keep its pods' if orphan else ''}: kubectl delete {kind.lower()} {item.key.name}{where}{orphan}"
    )


def _unquoted(text):
    return re.sub(r"Invalid value: .*?: (?=[^:]*(;|,|\]|$))", "", text, flags=re.S) if "Invalid value" in text else text


def _merged(base, over):
    result = dict(base)
    for name, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = _merged(result[name], value) if both else value
    return result


def _strangers(values, known, path):
    for key, value in values.items():
        if key not in known:
            yield path + key
        elif isinstance(value, dict) and isinstance(known[key], dict) and known[key]:
            yield from _strangers(value, known[key], f"{path}{key}.")
