# SPDX-License-Identifier: GPL-3.0-or-later
"""The patch that a Helm upgrade sends for one object, and whether it can be left out.

Helm merges three ways: what the release's manifest no longer says is removed, what the new one says is set, what others
added stays. As a strategic merge patch that is the new object plus a deletion for everything that was dropped. Knows the
rules of that merge; sends nothing.
"""

from __future__ import annotations

import copy

from . import _manifest

# Lists that the API merges element by element, with the field that tells elements apart (x-kubernetes-patch-merge-key).
MERGE_KEYS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "volumes": ("name",),
    "env": ("name",),
    "imagePullSecrets": ("name",),
    "secrets": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey",),
    "ports": ("containerPort", "port"),
}
# Objects of which only one alternative may remain (patchStrategy retainKeys).
RETAIN_KEYS = ("strategy", "volumes")


def owned(obj: dict, release: str, namespace: str) -> dict:
    """The object as Helm sends it: with the labels and annotations that mark it as the release's."""
    result = copy.deepcopy(obj)
    metadata = result.setdefault("metadata", {})
    metadata["labels"] = {**(metadata.get("labels") or {}), "app.kubernetes.io/managed-by": "Helm"}
    marks = {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": namespace}
    metadata["annotations"] = {**(metadata.get("annotations") or {}), **marks}
    return result


def covers(live, target, field: str = "") -> bool:
    """The live object surely has all that target says, so that the patch would do nothing. In doubt: no."""
    if isinstance(target, dict):
        if not isinstance(live, dict) or (field in RETAIN_KEYS and live.keys() - target.keys()):
            return False
        return all(name in live and covers(live[name], value, name) for name, value in target.items() if value is not None)
    if isinstance(target, list):
        merged_by = _merge_key(field, target)
        if not merged_by or not isinstance(live, list):
            return _manifest.same(live, target)
        present = _grouped(live, merged_by)
        return all(_covered(present.get(element[merged_by], []), element, field) for element in target)
    return _manifest.same(live, target)


def strategic(old: dict | None, new: dict, live: dict) -> dict:
    """A strategic merge patch from the release's object to the new one."""
    return _merged(old or {}, new, live, "")


def merge(old: dict, new: dict) -> dict:
    """A JSON merge patch from the release's object to the new one: all that Helm sends for a custom resource."""
    patch = {name: None for name in old if name not in new}
    for name, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(name), dict):
            inner = merge(old[name], value)
            if inner:
                patch[name] = inner
        elif name not in old or not _manifest.same(old[name], value):
            patch[name] = value
    return patch


def _merged(old, new, live, field):
    if isinstance(new, dict):
        before, present = (value if isinstance(value, dict) else {} for value in (old, live))
        patch = {name: _merged(before.get(name), value, present.get(name), name) for name, value in new.items()}
        patch.update({name: None for name in before if name not in new})
        if field in RETAIN_KEYS:
            patch["$retainKeys"] = sorted(new)
        return patch
    merged_by = _merge_key(field, new or old) if isinstance(new, list) else None
    if not merged_by:
        return new
    before, wanted, present = (_grouped(elements, merged_by) for elements in (old, new, live))
    patch = []
    for name, elements in wanted.items():
        if len(elements) == 1:
            patch.append(_merged(*before.get(name, [None])[:1], elements[0], *present.get(name, [None])[:1], field))
        else:
            # One port for TCP and for UDP: the API would mix them up, so only what is not there yet is sent, as Helm does.
            patch.extend(element for element in elements if not _covered(present.get(name, []), element, field))
    return patch + [{"$patch": "delete", merged_by: name} for name in before if name not in wanted]


def _covered(candidates, element, field):
    return any(covers(candidate, element, field) for candidate in candidates)


def _merge_key(field, elements):
    """The field that tells the elements apart; None when the list is replaced as a whole."""
    if not isinstance(elements, list) or not elements:
        return None
    for name in MERGE_KEYS.get(field, ()):
        if all(isinstance(element, dict) and element.get(name) is not None for element in elements):
            return name
    return None


def _grouped(elements, name):
    groups = {}
    for element in elements or []:
        if isinstance(element, dict) and element.get(name) is not None:
            groups.setdefault(element[name], []).append(element)
    return groups
