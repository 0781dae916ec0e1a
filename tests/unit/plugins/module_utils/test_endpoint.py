# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _argspec, _endpoint
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError

HANDED_ON = {
    "provider": "redis_cluster",
    "namespace": "acp",
    "addrs": ["acp-redis-cluster-headless:6379", "acp-redis-cluster-headless:6379"],
    "selector": "app.kubernetes.io/instance=acp-redis-cluster",
    "username": "",
    "password_secret": {"name": "acp-redis-cluster", "key": "redis-password"},
    "tls": {"enabled": True, "ca_secret": "acp-redis-cluster-crt", "client_secret": "", "server_name": "redis", "verify": True},
    "search": True,
    "nodes": 6,
    "replicas": 1,
    "allow_unsupported": False,
}


def read(**options) -> _endpoint.Endpoint:
    defaults = {name: spec.get("default") for name, spec in _argspec.REDIS_ARG_SPEC.items()}
    return _endpoint.read({**defaults, **options})


def test_what_a_provider_hands_on():
    endpoint = read(endpoint=HANDED_ON)
    assert endpoint.namespace == "acp" and len(endpoint.addrs) == 2 and endpoint.transport == "kubernetes"
    assert endpoint.password.secret == ("acp-redis-cluster", "redis-password") and endpoint.needs_kubernetes
    assert endpoint.tls.enabled and endpoint.tls.ca_secret == "acp-redis-cluster-crt" and endpoint.tls.server_name == "redis"
    assert endpoint.expected == {
        "nodes": 6,
        "replicas": 1,
        "search": True,
        "cluster": True,
        "tls": True,
        "password": True,
        "addrs": ["acp-redis-cluster-headless:6379"] * 2,
        "allow_unsupported": False,
    }


def test_an_option_beside_it_wins():
    endpoint = read(endpoint=HANDED_ON, addrs=["other:1"], tls=False, search=False, login_password="secret", nodes=3)
    assert endpoint.addrs == ("other:1",) and not endpoint.tls.enabled and not endpoint.search
    assert endpoint.password.given == "secret" and endpoint.nodes == 3 and endpoint.replicas == 1


def test_no_password_at_all():
    for nothing in (None, {"name": None, "key": "redis-password"}, {"name": "", "key": "redis-password"}):
        assert not read(endpoint={**HANDED_ON, "password_secret": nothing}).password


def test_the_previous_password_is_handed_on():
    endpoint = read(endpoint={**HANDED_ON, "password_secret_previous": {"name": "acp-redis-cluster", "key": "previous"}})
    assert endpoint.previous.secret == ("acp-redis-cluster", "previous")


def test_direct_needs_no_kubernetes():
    assert not read(transport="direct", addrs=["a:1"], login_password="x").needs_kubernetes
    assert not read(transport="direct", addrs=["a:1"], login_password_file="/f", password_secret={"name": "s"}).needs_kubernetes
    assert read(transport="direct", addrs=["a:1"], namespace="acp", password_secret={"name": "s"}).needs_kubernetes
    assert read(transport="direct", addrs=["a:1"], namespace="acp", login_password="x", password_secret_previous={"name": "s"}).needs_kubernetes


def test_a_password_is_never_shown():
    assert "p@ssw0rd" not in repr(read(transport="direct", addrs=["a:1"], login_password="p@ssw0rd"))


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"namespace": "acp"}, "set endpoint, selector or addrs"),
        ({"selector": "a=b"}, "namespace is not set"),
        ({"transport": "direct", "selector": "a=b"}, "transport direct needs addrs"),
        ({"transport": "direct", "addrs": ["a"]}, "'a' is not an address"),
        ({"transport": "direct", "addrs": ["a:b"]}, "'a:b' is not an address"),
        ({"transport": "direct", "addrs": ["::1:6379"]}, "not an address"),
        ({"transport": "direct", "addrs": ["a:1"], "client_cert_file": "c"}, "belong together"),
        ({"transport": "direct", "addrs": ["a:1"], "login_user": "u"}, "without a password"),
        ({"transport": "direct", "addrs": ["a:1"], "login_password_previous": "p"}, "without a current one"),
        ({"transport": "direct", "addrs": ["a:1"], "login_password": "p", "login_password_file": "f"}, "login_password and login_password_file are both set"),
        ({"transport": "direct", "addrs": ["a:1"], "connect_timeout": 0}, "connect_timeout"),
        ({"transport": "direct", "addrs": ["a:1"], "port": 0}, "port 0"),
        ({"transport": "direct", "addrs": ["a:1", "a:1"], "cluster": False}, "cluster is false, so addrs has to list one"),
    ],
)
def test_bad_options(options, problem):
    with pytest.raises(InputError, match=problem):
        read(**options)


def test_all_mistakes_at_once():
    with pytest.raises(InputError) as caught:
        read(transport="direct", addrs=["a"], connect_timeout=-1, login_user="u")
    assert str(caught.value).count(";") == 2
