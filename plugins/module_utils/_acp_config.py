# SPDX-License-Identifier: GPL-3.0-or-later
"""What the platform is told: which files it reads and where they come from, how it merges them, what they say of Redis.

Pure: objects and texts in, plain data out. A message names the place of a mistake, never the text around it, which may be a password.
"""

from __future__ import annotations

import dataclasses
import posixpath

from ansible_collections.cloudentity.platform.plugins.module_utils import _address, _manifest
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError

# The chart's own list; later files win.
FILES = ("/data/config.yaml", "/data/extraconfig.yaml", "/secret/config.yaml")


@dataclasses.dataclass(frozen=True)
class Source:
    """A file in the pod, and the object that it comes from; `kind` is empty where that is none that can be read."""

    path: str
    kind: str = ""
    name: str = ""
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}, key {self.key}" if self.kind else f"file {self.path}"


@dataclasses.dataclass(frozen=True)
class Tls:
    """ca, cert and key: a file's path in the pod, or the PEM text itself."""

    enabled: bool
    verify: bool
    ca: str
    cert: str
    key: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Redis:
    """The section redis."""

    addrs: tuple[str, ...]
    username: str
    password: str = dataclasses.field(repr=False)
    tls: Tls
    search: bool
    problems: tuple[str, ...]


def container(spec: dict) -> dict:
    """The platform's own container: the one that is given a configuration."""
    containers = spec.get("containers") or [{}]
    return next((one for one in containers if _config_paths(one)), containers[0])


def sources(spec: dict) -> list[Source]:
    """The files that the platform reads, in order. `spec`: the pod's."""
    own = container(spec)
    return [mounted(spec, own, path) for path in _config_paths(own) or FILES]


def mounted(spec: dict, own: dict, path: str) -> Source:
    """Where a file of the container comes from."""
    mounts = [mount for mount in own.get("volumeMounts") or [] if path == mount["mountPath"] or path.startswith(mount["mountPath"].rstrip("/") + "/")]
    mount = max(mounts, key=lambda found: len(found["mountPath"]), default=None)
    volume = next((one for one in spec.get("volumes") or [] if mount and one["name"] == mount["name"]), {})
    inside = mount.get("subPath") or posixpath.relpath(path, mount["mountPath"]) if mount else ""
    for kind, field, named in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")):
        if field in volume:
            items = {item["path"]: item["key"] for item in volume[field].get("items") or []}
            return Source(path, kind, volume[field].get(named) or "", items.get(inside, inside))
    return Source(path)


def parse(text: str) -> tuple[dict, str]:
    """One file's tree, and what is wrong with it. An empty file says nothing."""
    try:
        tree = _manifest.yaml.safe_load(text)
    except _manifest.yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return {}, "is not YAML" + (f", line {mark.line + 1}" if mark else "")
    if tree is None or isinstance(tree, dict):
        return tree or {}, ""
    return {}, "is not a mapping of names to values"


def merge(earlier: dict, later: dict) -> dict:
    """As the platform does: key by key, lists as a whole; a key without a value says nothing."""
    merged = dict(earlier)
    for key, value in later.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        elif value is not None or key not in merged:
            merged[key] = value
    return merged


def value(tree: dict, path: str):
    """The value at a dotted path; None where there is none."""
    node = tree
    for key in path.split("."):
        node = node.get(key) if isinstance(node, dict) else None
    return node


def origin(read: list, path: str) -> str:
    """Which of the (source, tree) pairs has the last word on a path."""
    return next((str(source) for source, tree in reversed(read) if value(tree, path) is not None), "")


def redis(tree: dict) -> Redis:
    problems: list[str] = []
    section = tree.get("redis")
    if section is not None and not isinstance(section, dict):
        problems.append("redis is not a section")
    if _boolean(tree, "redis.enabled", True, problems) is False:
        problems.append("redis.enabled is false")
    listed = value(tree, "redis.addrs")
    addrs = [str(entry).strip() for entry in (listed.split(",") if isinstance(listed, str) else listed or [])]
    if not addrs:
        problems.append("redis.addrs lists no address")
    for number, address in enumerate(addrs):
        try:
            _address.split(address)
        except InputError:
            problems.append(f"redis.addrs[{number}] is not host:port")
    return Redis(
        addrs=tuple(addrs),
        username=_text(tree, "redis.username"),
        password=_text(tree, "redis.password"),
        tls=Tls(
            enabled=_boolean(tree, "redis.tls.enabled", False, problems),
            verify=not _boolean(tree, "redis.tls.insecure_skip_verify", False, problems),
            ca=_text(tree, "redis.tls.ca"),
            cert=_text(tree, "redis.tls.cert"),
            key=_text(tree, "redis.tls.key"),
        ),
        search=_boolean(tree, "redis.redis_search", False, problems),
        problems=tuple(problems),
    )


def _config_paths(own: dict) -> list[str]:
    words = [str(word) for word in [*(own.get("command") or []), *(own.get("args") or [])]]
    given = [word.partition("=")[2] for word in words if word.startswith("--config=")]
    given += [after for word, after in zip(words, words[1:]) if word == "--config"]
    return [path for group in given for path in group.split(",") if path]


def _text(tree: dict, path: str) -> str:
    found = value(tree, path)
    return "" if found is None or isinstance(found, (dict, list)) else str(found)


def _boolean(tree: dict, path: str, default: bool, problems: list[str]) -> bool:
    found = value(tree, path)
    if found is None:
        return default
    known = {"true": True, "false": False}.get(str(found).lower())
    if known is None:
        problems.append(f"{path} is neither true nor false")
    return bool(known)
