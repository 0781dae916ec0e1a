# SPDX-License-Identifier: GPL-3.0-or-later
"""The password is in its Secret, and nowhere else that anybody may read."""

from __future__ import annotations

import base64
import itertools

import pytest
from chart import EVERYTHING, MADE, RELEASE, environment, objects, pod, render, text

# Each character as itself, in base64 or escaped would be found.
PASSWORD = """p@ss,w0rd!{}"' $(id) `x` \\n é"""
GIVEN = {
    "password": {"password": PASSWORD},
    "global": {"global": {"redis": {"password": PASSWORD}}},
    "module": {"password": PASSWORD, "redis": {"configmap": "include /redissecret/module.conf"}},
    "existing": {"existingSecret": "mine", "existingSecretPasswordKey": "pw", "password": PASSWORD},
}
OPTIONS = {
    "tls": MADE,
    "metrics": {"metrics": EVERYTHING["metrics"]},
    "ephemeral": {"persistence": {"enabled": False}},
    "diagnosis": {"diagnosticMode": {"enabled": True}},
    "rest": {key: EVERYTHING[key] for key in ("networkPolicy", "serviceAccount", "rbac", "volumePermissions")},
}
MATRIX = [(given, chosen) for given in GIVEN for count in (0, 1, len(OPTIONS)) for chosen in itertools.combinations(OPTIONS, count)]


def stored(rendered: dict, name: str = RELEASE) -> str:
    return base64.b64decode(rendered["Secret", name]["data"]["redis-password"]).decode()


@pytest.mark.parametrize(("given", "options"), MATRIX)
def test_it_is_in_no_object_but_its_secret(given, options):
    values = dict(GIVEN[given])
    for option in options:
        values = {**OPTIONS[option], **values}
    rendered = objects(text(values))
    secret = rendered.pop(("Secret", RELEASE), None)
    assert (secret is None) == (given == "existing")
    everything_else = repr(rendered)
    for form in (PASSWORD, repr(PASSWORD)[1:-1], "w0rd!", base64.b64encode(PASSWORD.encode()).decode(), base64.b64encode(PASSWORD.encode()).decode()[:16]):
        assert form not in everything_else
    for item in rendered["StatefulSet", RELEASE]["spec"]["template"]["spec"]["containers"]:
        for name, value in environment(item).items():
            if isinstance(value, dict) and "secretKeyRef" in value:
                assert (item["name"], name) == ("metrics", "REDIS_PASSWORD")


@pytest.mark.parametrize("password", [PASSWORD, "p@ssw0rd!", " x ", "1", "true", "#", "-"])
def test_it_is_kept_as_it_is_given(password):
    assert stored(render({"password": password})) == password


def test_the_global_one_wins():
    assert stored(render({"password": "local", "global": {"redis": {"password": "global"}}})) == "global"


def test_without_one_it_is_made():
    one, other = (stored(render({"commonAnnotations": {"run": run}})) for run in ("1", "2"))
    assert one != other
    assert len(one) == 24 and one.isalnum()


@pytest.mark.parametrize(
    ("values", "name", "key"),
    [
        ({}, RELEASE, "redis-password"),
        ({"existingSecretPasswordKey": "ignored-without-existingSecret"}, RELEASE, "redis-password"),
        ({"existingSecret": "mine"}, "mine", "redis-password"),
        ({"existingSecret": "mine", "existingSecretPasswordKey": "pw"}, "mine", "pw"),
    ],
)
def test_where_it_is_read_from(values, name, key):
    values = {**values, "metrics": {"enabled": True}}
    spec = pod(values)
    volume = next(volume["secret"] for volume in spec["volumes"] if volume["name"] == "redis-password")
    assert volume == {"secretName": name, "defaultMode": 0o440, "items": [{"key": key, "path": "redis-password"}]}
    redis, metrics = spec["containers"]
    assert environment(redis)["REDIS_PASSWORD_FILE"] == "/opt/redis/secrets/redis-password"
    assert {"name": "redis-password", "mountPath": "/opt/redis/secrets", "readOnly": True} in redis["volumeMounts"]
    assert environment(metrics)["REDIS_PASSWORD"] == {"secretKeyRef": {"name": name, "key": key}}


def test_without_password():
    rendered = render({"usePassword": False, "metrics": {"enabled": True}})
    assert not [name for kind, name in rendered if kind == "Secret"]
    spec = rendered["StatefulSet", RELEASE]["spec"]["template"]["spec"]
    assert "redis-password" not in str(spec)
    assert not {"REDIS_PASSWORD_FILE", "REDIS_PASSWORD"} & {name for item in spec["containers"] for name in environment(item)}
    assert "protected-mode no" in rendered["ConfigMap", f"{RELEASE}-default"]["data"]["redis-default.conf"]
