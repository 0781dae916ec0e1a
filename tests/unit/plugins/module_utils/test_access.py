# SPDX-License-Identifier: GPL-3.0-or-later
"""Where passwords come from. Certificates are read by the integration targets, from real ones."""

from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _access, _argspec, _endpoint
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError, NotThere

SECRETS = {("acp", "redis"): {"redis-password": b"of-the-secret", "old": b"of-before"}}


class Api:
    def secret(self, namespace: str, name: str) -> dict:
        if (namespace, name) not in SECRETS:
            raise NotThere(f"There is no Secret {name} in namespace {namespace}.")
        return SECRETS[namespace, name]


def passwords(**options) -> tuple:
    defaults = {name: spec.get("default") for name, spec in _argspec.REDIS_ARG_SPEC.items()}
    endpoint = _endpoint.read({**defaults, "namespace": "acp", "selector": "app=redis", **options})
    return _access.read(endpoint, Api()).passwords


@pytest.fixture(name="file")
def _file(tmp_path):
    path = tmp_path / "password"
    path.write_text("of the file \n")
    return str(path)


def test_an_option_wins_over_a_file_and_a_file_over_a_secret(file):
    secret = {"password_secret": {"name": "redis"}}
    assert passwords(login_password="given", **secret) == ("given",)
    assert passwords(login_password_file=file, **secret) == ("of the file ",)
    assert passwords(**secret) == ("of-the-secret",)
    assert passwords() == ()


def test_the_previous_one_comes_second(file):
    current = {"password_secret": {"name": "redis"}}
    assert passwords(**current, login_password_previous="before") == ("of-the-secret", "before")
    assert passwords(**current, login_password_previous_file=file) == ("of-the-secret", "of the file ")
    assert passwords(**current, password_secret_previous={"name": "redis", "key": "old"}) == ("of-the-secret", "of-before")
    assert passwords(**current, password_secret_previous={"name": "redis"}) == ("of-the-secret",), "both are the same"


@pytest.mark.parametrize(
    "place",
    [
        {"password_secret_previous": {"name": "none"}},
        {"password_secret_previous": {"name": "redis", "key": "none"}},
        {"login_password_previous_file": "/none"},
    ],
)
def test_a_previous_one_that_is_not_there_means_no_rotation(place):
    assert passwords(login_password="given", **place) == ("given",)


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ({"password_secret": {"name": "none"}}, "There is no Secret none in namespace acp"),
        ({"password_secret": {"name": "redis", "key": "none"}}, "Secret redis in namespace acp has no key none; it has old, redis-password"),
        ({"login_password_file": "/none"}, "The password file /none is not there"),
        ({"login_password_file": "/"}, "The password file / cannot be read: Is a directory"),
        ({"login_password_file": "/dev/null"}, "The password file /dev/null is empty"),
        ({"login_password": "x", "login_password_previous_file": "/dev/null"}, "is empty"),
        ({"tls": True, "tls_ca_secret": "none"}, "There is no Secret none"),
        ({"tls": True, "tls_ca_secret": "redis"}, "Secret redis in namespace acp has no key ca.crt"),
    ],
)
def test_the_current_one_has_to_be_there(place, problem):
    with pytest.raises(InputError, match=problem):
        passwords(**place)


def test_no_password_is_shown():
    endpoint = _endpoint.read({**{name: spec.get("default") for name, spec in _argspec.REDIS_ARG_SPEC.items()}, "transport": "direct", "addrs": ["a:1"],
                               "login_password": "p@ssw0rd", "login_password_previous": "p@ssw0rd2"})
    assert "p@ssw0rd" not in repr(_access.read(endpoint, None)) + repr(endpoint)
