# SPDX-License-Identifier: GPL-3.0-or-later
"""What the operator writes into its resources, as its API documents have it."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _enterprise


def cluster(**status) -> dict:
    return {"kind": "RedisEnterpriseCluster", "metadata": {"name": "rec", "generation": 1}, "status": status}


def database(generation: int = 1, spec: dict | None = None, **status) -> dict:
    metadata = {"name": "acp-redis", "namespace": "acp", "generation": generation}
    return {"kind": "RedisEnterpriseDatabase", "metadata": metadata, "spec": spec or {}, "status": status}


@pytest.mark.parametrize(
    ("resource", "ready", "hopeless", "text"),
    [
        (None, False, True, "It is not there"),
        ({"kind": "RedisEnterpriseCluster", "metadata": {"name": "rec"}}, False, False, "RedisEnterpriseCluster rec is not looked at by the operator yet"),
        (cluster(state="BootstrappingFirstPod", specStatus="Valid"), False, False, "rec is BootstrappingFirstPod"),
        (cluster(state="Error", specStatus="Valid"), False, False, "rec is Error"),
        (cluster(state="Running", specStatus="Valid"), True, False, "rec is Running"),
        (cluster(state="Running", specStatus="Invalid"), False, True, "rec is Running; its spec is Invalid"),
        (cluster(state="Invalid", specStatus="Invalid"), False, True, "rec is Invalid; its spec is Invalid"),
        (cluster(state="InvalidUpgrade"), False, True, "rec is InvalidUpgrade"),
        (database(status="pending"), False, False, "acp-redis is pending"),
        (database(status="active", specStatus="Valid", observedGeneration=1), True, False, "acp-redis is active"),
        (database(status="active"), True, False, "acp-redis is active"),
        (database(2, status="active", observedGeneration=1), False, False, "acp-redis is active; the last change was not taken up yet"),
        (database(status="active-change-pending"), False, False, "acp-redis is active-change-pending"),
        (database(status="creation-failed"), False, True, "acp-redis is creation-failed"),
    ],
)
def test_states(resource, ready, hopeless, text):
    found = _enterprise.state(resource)
    assert (found["ready"], found["hopeless"]) == (ready, hopeless) and found["text"].endswith(text)


MODULES = [
    {"name": "bf", "versions": ["2.2.18"]},
    {"name": "ft", "versions": ["1.6.16"]},
    {"name": "search", "versions": ["2.4.9", "2.4.16", "2.4.15"]},
]


@pytest.mark.parametrize(
    ("wanted", "spec", "name", "version"),
    [
        ("", None, "search", "2.4.16"),
        ("2.4.9", None, "search", "2.4.9"),
        ("1.6.16", None, "ft", "1.6.16"),
        ("", {"modulesList": [{"name": "search", "version": "2.4.15"}]}, "search", "2.4.15"),
        ("2.4.16", {"modulesList": [{"name": "search", "version": "2.4.15"}]}, "search", "2.4.16"),
        ("", {"modulesList": [{"name": "bf", "version": "2.2.18"}]}, "search", "2.4.16"),
    ],
)
def test_which_search_module(wanted, spec, name, version):
    found = _enterprise.search(cluster(modules=MODULES), wanted, database(spec=spec) if spec else None)
    assert found == {"name": name, "version": version, "problem": ""}


@pytest.mark.parametrize(
    ("modules", "wanted", "says"),
    [
        (MODULES, "2.6.0", "cluster rec has no search module 2.6.0; it has bf 2.2.18, ft 1.6.16, search 2.4.9 2.4.16 2.4.15"),
        (MODULES[:1], "", "cluster rec has no search module; it has bf 2.2.18"),
        (None, "", "it has no module at all"),
    ],
)
def test_no_such_module(modules, wanted, says):
    assert says in _enterprise.search(cluster(modules=modules), wanted, None)["problem"]


def test_fields_that_were_dropped():
    wanted = {"nodes": 3, "persistentSpec": {"enabled": True, "size": "1Gi"}, "pullSecrets": [{"name": "a", "nam": "b"}], "misspelt": 1}
    live = {"nodes": 3, "persistentSpec": {"enabled": True, "volumeSize": "1Gi"}, "pullSecrets": [{"name": "a"}], "more": 1}
    assert _enterprise.dropped(wanted, live) == ["spec.persistentSpec.size", "spec.pullSecrets[0].nam", "spec.misspelt"]
    assert _enterprise.dropped(live, live) == []


def secret(**data) -> dict:
    return {name: base64.b64encode(value.encode()).decode() for name, value in data.items()}


@pytest.mark.parametrize(
    ("data", "address"),
    [
        (secret(service_names="acp-redis,acp-redis-headless", port="12000"), "acp-redis.acp.svc:12000"),
        (secret(service_names="acp-redis-headless, acp-redis", port="12000"), "acp-redis.acp.svc:12000"),
        (secret(service_names="acp-redis-headless", port="12000"), "acp-redis-headless.acp.svc:12000"),
        (secret(password="x"), ""),
        (secret(service_names="acp-redis"), ""),
        ({}, ""),
    ],
)
def test_the_address(data, address):
    assert _enterprise.address(database(), data) == address
    assert _enterprise.address(None, data) == ""
