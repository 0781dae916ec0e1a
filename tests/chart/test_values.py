# SPDX-License-Identifier: GPL-3.0-or-later
"""values.yaml and values.schema.json say the same, and what they do not know is refused by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chart import EVERYTHING, MADE, SCHEMA, VALUES, refusal, render, text

Path = tuple[str, ...]
# In the schema only: Bitnami's keys that are let through because they change nothing (as they are by default, or ever), the condition
# of a parent chart, and Kubernetes' own fields that have no default.
WITHOUT_DEFAULT = {
    "cluster.externalAccess", "cluster.update", "enabled", "metrics.priorityClassName", "podSecurityPolicy", "redis.args", "redis.command",
    "redis.hostNetwork", "sysctlImage", "updateJob",
    *(f"{image}.debug" for image in ("image", "metrics.image")),
    *(f"redis.{probe}.{key}" for probe in ("livenessProbe", "readinessProbe", "startupProbe") for key in ("path", "terminationGracePeriodSeconds")),
    *(f"volumePermissions.image.{key}" for key in ("debug", "digest", "pullPolicy", "pullSecrets", "registry", "repository", "tag")),
}


def resolved(node: dict) -> dict:
    return SCHEMA["definitions"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node


def described(node: dict = SCHEMA, path: Path = ()) -> Iterator[tuple[Path, dict]]:
    """Every key of the schema with what it says of it; the insides of free-form values (global, say) where they are named."""
    for key, child in resolved(node).get("properties", {}).items():
        yield (*path, key), resolved(child)
        yield from described(child, (*path, key))


def closed(path: Path, known: dict[Path, dict]) -> bool:
    """Its keys are all named."""
    return known[path].get("additionalProperties") is False if path else True


def set_at(path: Path, value: object, values: dict | None = None) -> dict:
    values = {} if values is None else values
    inner = values
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = value
    return values


def defaults(values: dict = VALUES, path: Path = ()) -> Iterator[Path]:
    """Every key that has a default, down to where the schema leaves the inside to Kubernetes."""
    known = dict(described())
    for key, value in values.items():
        yield (*path, key)
        if isinstance(value, dict) and "properties" in known.get((*path, key), {}):
            yield from defaults(value, (*path, key))


def dotted(paths: set[Path]) -> set[str]:
    return {".".join(path) for path in paths}


def test_every_default_is_in_the_schema():
    assert dotted(set(defaults()) - set(dict(described()))) == set()


def test_every_key_of_the_schema_has_a_default():
    off = tuple(f"{key}." for key in WITHOUT_DEFAULT)
    missing = {key for key in dotted(set(dict(described())) - set(defaults())) if not key.startswith(off)}
    assert missing == WITHOUT_DEFAULT


def test_unknown_keys_are_refused_by_name_all_together():
    known = dict(described())
    groups = [(), *(path for path, node in known.items() if "properties" in node and path[0] != "global" and closed(path, known))]
    assert len(groups) > 25
    values: dict = {}
    for path in groups:
        set_at((*path, f"unknown{len(path)}"), 1, values)
    said = refusal(values)
    for path in groups:
        assert f"at '{''.join(f'/{key}' for key in path)}': additional properties 'unknown{len(path)}' not allowed" in said


def test_a_parent_charts_global_values_are_let_through():
    assert render({"global": {"imageRegistry": "r", "postgresql": {"auth": {}}, "redis": {"service": {"port": 1}}}})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cluster.externalAccess.enabled", True), ("cluster.nodes", "six"), ("cluster.replicas", -1), ("cluster.update.addNodes", True),
        ("image.digest", "sha256:1"), ("image.pullPolicy", "Sometimes"), ("metrics.priorityClassName", "high"), ("password", 12345),
        ("persistence.path", "data"), ("podSecurityPolicy.create", True), ("redis.args", ["-c"]), ("redis.command", ["sh"]),
        ("redis.containerPorts.redis", 70000), ("redis.hostNetwork", True), ("redis.podAntiAffinityPreset", "medium"),
        ("redis.podManagementPolicy", "OrderedReady"), ("redis.terminationGracePeriodSeconds", 0), ("redis.useAOFPersistence", True),
        ("service.type", "ExternalName"), ("sysctlImage.enabled", True), ("tls.enabled", "yes"), ("usePassword", None),
    ],
)
def test_wrong_and_unsupported_values_are_refused_by_name(path, value):
    said = refusal(set_at(tuple(path.split(".")), value))
    assert f"at '/{path.replace('.', '/')}'" in said or f"missing property '{path}'" in said


def test_what_bitnamis_values_have_and_this_chart_not_is_let_through_while_it_is_off():
    off = {
        "cluster": {"externalAccess": {"enabled": False, "service": {"type": "LoadBalancer"}}, "update": {"addNodes": False, "currentNumberOfNodes": 6}},
        "image": {"debug": False},
        "metrics": {"priorityClassName": ""},
        "podSecurityPolicy": {"create": False},
        "redis": {"args": [], "command": [], "hostNetwork": False, "startupProbe": {"enabled": True, "path": "/"}},
        "sysctlImage": {"enabled": False, "mountHostSys": False},
        "updateJob": {"activeDeadlineSeconds": 600},
    }
    plain = render({"redis": {"startupProbe": {"enabled": True}}})
    rendered = render(off)
    del plain["Secret", "acp-redis-cluster"], rendered["Secret", "acp-redis-cluster"]  # a password of its own each time
    assert rendered == plain


def nullable(node: dict) -> bool:
    return None in node.get("enum", []) or "null" in node.get("type", [])


def test_null_is_nothing_where_the_schema_allows_it():
    values: dict = {}
    groups_of_null: list[Path] = [("image", "tag"), ("metrics", "image", "tag")]  # refused by the checks
    for path, node in described():
        if nullable(node) and not any(path[: len(group)] == group for group in groups_of_null):
            set_at(path, None, values)
            groups_of_null.append(path)
    for group, options in {**EVERYTHING, **MADE}.items():
        values[group].update({key: value for key, value in options.items() if isinstance(value, bool)})
    rendered = text(values)
    assert "<no value>" not in rendered and "%!" not in rendered


def test_null_is_refused_by_name_where_templates_need_a_value():
    needed = {(*path, key) for path, node in [((), SCHEMA), *described()] for key in node.get("required", [])}
    known = dict(described())
    assert dotted({path for path in defaults() if known[path].get("type") in ("boolean", "object")} - needed) == set()
    groups = {path[:-1] for path in needed}
    values: dict = {}
    for path in needed - groups:
        set_at(path, None, values)
    said = refusal(values)
    for *group, key in needed - groups:
        assert f"at '{''.join(f'/{part}' for part in group)}': missing propert" in said
        assert f"'{key}'" in said
