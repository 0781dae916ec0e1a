# SPDX-License-Identifier: GPL-3.0-or-later
"""From an address to nodes, as DNS and kube-proxy would go."""

from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils._failure import Forbidden
from ansible_collections.cloudentity.platform.plugins.module_utils._resolve import DirectResolver, KubernetesResolver
from ansible_collections.cloudentity.platform.plugins.module_utils._routes import Direct, Forward, Nowhere
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import objects

PODS = [objects.pod("redis-0", "10.0.0.7"), objects.pod("redis-1", "10.0.0.8"), objects.pod("redis-2", None, phase="Pending", ready=False)]
SERVICES = [objects.service("redis"), objects.service("redis-headless", headless=True, publishNotReadyAddresses=True)]


def resolver(pods=None, services=None, slices=(), namespaces=None) -> KubernetesResolver:
    return KubernetesResolver(objects.Api(PODS if pods is None else pods, services or SERVICES, slices, namespaces), "acp", 6379)


def reached(address: str, **world) -> list:
    return [(target.name, target.address, type(target.route)) for target in resolver(**world).targets(address)]


BOTH = [("redis-0", "10.0.0.7:6379", Forward), ("redis-1", "10.0.0.8:6379", Forward)]


NAMES = ["redis:6379", "redis.acp:6379", "redis.acp.svc:6379", "redis.acp.svc.cluster.local:6379", "redis-headless:6379", "10.96.0.9:6379"]


@pytest.mark.parametrize("address", NAMES)
def test_a_service_leads_to_its_pods(address):
    assert reached(address) == BOTH


def test_a_pods_own_name_and_address():
    assert reached("redis-1.redis-headless:6379") == BOTH[1:]
    assert reached("redis-1.redis-headless.acp.svc.cluster.local:6379") == BOTH[1:]
    assert reached("10.0.0.8:6379") == BOTH[1:]


def test_the_name_that_tls_asks_for():
    assert resolver().targets("redis:6379")[0].tls_name == "redis.acp.svc.cluster.local"
    assert resolver().selected("app=redis")[0].tls_name == "redis-0.redis-headless.acp.svc.cluster.local"


def test_a_headless_service_takes_any_port_to_the_pod():
    assert reached("redis-headless:6380") == [("redis-0", "10.0.0.7:6380", Forward), ("redis-1", "10.0.0.8:6380", Forward)]


@pytest.mark.parametrize(
    ("address", "world", "message"),
    [
        ("redis:6380", {}, "Service redis has no port 6380; it has 6379"),
        ("wrong:6379", {}, "there is no Service wrong in namespace acp"),
        ("redis.other.svc:6379", {}, "there is no Service redis in namespace other"),
        ("redis:6379", {"pods": []}, "has no endpoint; its pods: none"),
        ("redis:6379", {"pods": [objects.pod("redis-0", "10.0.0.7", ready=False)]}, "has no endpoint; its pods: redis-0 Running"),
        ("redis:6379", {"services": [objects.service("redis", selector=None)]}, "has no endpoint"),
    ],
)
def test_addresses_that_lead_nowhere(address, world, message):
    (target,) = resolver(**world).targets(address)
    assert isinstance(target.route, Nowhere) and message in target.route.failure.message
    assert target.route.failure.kind == "address"


def test_names_outside_are_dialled():
    assert reached("redis.example.com:6379") == [("redis.example.com:6379", "redis.example.com:6379", Direct)]
    assert reached("192.0.2.1:6379") == [("192.0.2.1:6379", "192.0.2.1:6379", Direct)]
    external = objects.service("redis", type="ExternalName", externalName="redis.example.com", selector=None)
    assert reached("redis:6379", services=[external]) == [("redis.example.com:6379", "redis.example.com:6379", Direct)]


def test_an_external_name_may_be_a_service_again():
    def alias(target: str, name: str = "alias") -> dict:
        return objects.service(name, type="ExternalName", externalName=target, selector=None)

    there = [*SERVICES, alias("redis.acp.svc.cluster.local.")]
    assert reached("alias:6379", services=there) == BOTH
    assert reached("alias:6380", services=there)[0][2] is Nowhere
    for target in ("gone.acp.svc.cluster.local", "alias.acp.svc.cluster.local", "redis"):
        assert reached("alias:6379", services=[*SERVICES, alias(target)]) == [(f"{target}:6379", f"{target}:6379", Direct)]


def test_only_a_headless_service_names_pods():
    # A Service of our namespace that is called as the other namespace.
    elsewhere = [objects.service("acp"), objects.service("redis", namespace="acp")]
    assert reached("redis.acp:6379", services=elsewhere) == BOTH


def test_names_that_may_lie_in_a_namespace_we_may_not_see():
    assert reached("redis-1.redis-headless:6379", namespaces=["acp"]) == BOTH[1:]
    assert reached("redis.example.com:6379", namespaces=["acp"]) == [("redis.example.com:6379", "redis.example.com:6379", Direct)]
    with pytest.raises(Forbidden, match="namespace other"):
        reached("redis.other.svc:6379", namespaces=["acp"])


def test_a_service_without_a_selector():
    piece = {
        "ports": [{"name": "tcp-redis", "port": 7000}],
        "endpoints": [
            {"addresses": ["192.0.2.1"], "conditions": {"ready": True}},
            {"addresses": ["192.0.2.2"], "conditions": {"ready": False}},
            {"addresses": ["10.0.0.8"], "conditions": {"ready": True}, "targetRef": {"kind": "Pod", "name": "redis-1"}},
        ],
    }
    found = reached("redis:6379", services=[objects.service("redis", selector=None)], slices=[piece])
    assert found == [("192.0.2.1:7000", "192.0.2.1:7000", Direct), ("redis-1", "10.0.0.8:7000", Forward)]


def test_a_selector_names_all_pods_that_there_should_be():
    targets = resolver().selected("app=redis")
    assert [target.name for target in targets] == ["redis-0", "redis-1", "redis-2"]
    assert isinstance(targets[2].route, Nowhere) and "pod redis-2 is Pending" in targets[2].route.failure.message


def test_announced_addresses():
    source = resolver().targets("redis:6379")[0]
    assert resolver().announced("10.0.0.8:6379", source).name == "redis-1"
    stale = resolver().announced("10.0.0.99:6379", source)
    assert isinstance(stale.route, Nowhere) and "no pod in namespace acp has this address" in stale.route.failure.message
    outside = DirectResolver().targets("redis.example.com:6379")[0]
    assert isinstance(resolver().announced("192.0.2.1:6379", outside).route, Direct)


def test_pods_are_read_once_for_their_addresses():
    api = objects.Api(PODS, SERVICES)
    one = KubernetesResolver(api, "acp", 6379)
    for _time in range(3):
        one.targets("10.0.0.8:6379")
    assert api.reads == 1
