# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reaches the pods, by which service, and as whom the pods speak to Kubernetes."""

from __future__ import annotations

import pytest
from chart import EVERYTHING, NAMESPACE, RELEASE, container, environment, named, pod, render

OWN = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "redis-cluster", "app.kubernetes.io/instance": RELEASE}}}
CLIENT = {"podSelector": {"matchLabels": {f"{RELEASE}-client": "true"}}}
BUS = [{"port": 6379}, {"port": 16379}]


def service(values: dict | None = None, suffix: str = "") -> dict:
    return render({"service": values or {}})["Service", RELEASE + suffix]


def test_the_headless_service_names_pods_that_are_not_ready_too():
    spec = service(suffix="-headless")["spec"]
    assert (spec["clusterIP"], spec["publishNotReadyAddresses"]) == ("None", True)
    assert {port["name"]: port["port"] for port in spec["ports"]} == {"tcp-redis": 6379, "tcp-redis-bus": 16379}


def test_cluster_ip():
    item = service({"ports": {"redis": 7000}, "clusterIP": "10.96.0.9", "labels": {"a": "b"}, "annotations": {"c": "d"}, "nodePorts": {"redis": 30000}})
    assert item["spec"]["ports"] == [{"name": "tcp-redis", "port": 7000, "targetPort": "tcp-redis"}]
    assert (item["spec"]["type"], item["spec"]["clusterIP"]) == ("ClusterIP", "10.96.0.9")
    assert (item["metadata"]["labels"]["a"], item["metadata"]["annotations"]) == ("b", {"c": "d"})


def test_load_balancer():
    values = {
        "type": "LoadBalancer",
        "nodePorts": {"redis": 30000},
        "extraPorts": [{"name": "other", "port": 1}],
        "loadBalancerIP": "192.0.2.1",
        "loadBalancerSourceRanges": ["192.0.2.0/24"],
        "externalTrafficPolicy": "Local",
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 1}},
    }
    spec = service(values)["spec"]
    assert {key: spec[key] for key in values if key not in ("nodePorts", "extraPorts")} == {
        key: value for key, value in values.items() if key not in ("nodePorts", "extraPorts")
    }
    assert spec["ports"] == [{"name": "tcp-redis", "port": 6379, "targetPort": "tcp-redis", "nodePort": 30000}, {"name": "other", "port": 1}]


def policy(values: dict | None = None, **others: dict) -> dict:
    return render({"networkPolicy": {"enabled": True, **(values or {})}, **others})["NetworkPolicy", RELEASE]["spec"]


def test_network_policy_lets_clients_in_and_only_own_pods_to_the_bus():
    spec = policy()
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["ingress"] == [{"ports": BUS, "from": [OWN]}, {"ports": [{"port": 6379}]}]
    assert spec["egress"] == [{"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}, {"ports": BUS, "to": [OWN]}]


@pytest.mark.parametrize(
    ("values", "peers"),
    [
        ({}, [CLIENT]),
        ({"ingressNSMatchLabels": {"a": "b"}}, [CLIENT, {"namespaceSelector": {"matchLabels": {"a": "b"}}}]),
        (
            {"ingressNSMatchLabels": {"a": "b"}, "ingressNSPodMatchLabels": {"c": "d"}},
            [CLIENT, {"namespaceSelector": {"matchLabels": {"a": "b"}}, "podSelector": {"matchLabels": {"c": "d"}}}],
        ),
    ],
)
def test_network_policy_without_external_clients(values, peers):
    assert policy({"allowExternal": False, **values})["ingress"][1] == {"ports": [{"port": 6379}], "from": peers}


def test_network_policy_with_metrics_and_lines_of_ones_own():
    ports = {"containerPorts": {"redis": 7000, "bus": 17000}}
    spec = policy({"extraIngress": [{"ports": [{"port": 1}]}], "extraEgress": [{"ports": [{"port": 2}]}]}, metrics={"enabled": True}, redis=ports)
    assert [rule["ports"] for rule in spec["ingress"]] == [[{"port": 7000}, {"port": 17000}], [{"port": 7000}], [{"port": 9121}], [{"port": 1}]]
    assert spec["egress"][-1] == {"ports": [{"port": 2}]}


def test_metrics():
    metrics = {
        "enabled": True,
        "image": {"registry": "r", "repository": "exporter", "tag": "1"},
        "resources": {"limits": {"memory": "64Mi"}},
        "extraArgs": {"skip-tls-verification": True, "log-format": "json"},
        "service": {"type": "LoadBalancer", "loadBalancerIP": "192.0.2.1", "annotations": {"a": "b"}, "labels": {"c": "d"}},
    }
    rendered = render({"metrics": metrics})
    item = named(rendered["StatefulSet", RELEASE]["spec"]["template"]["spec"]["containers"])["metrics"]
    assert (item["image"], item["resources"]) == ("r/exporter:1", {"limits": {"memory": "64Mi"}})
    assert item["args"] == ["--log-format=json", "--skip-tls-verification=true"]
    assert (environment(item)["REDIS_ADDR"], environment(item)["REDIS_ALIAS"]) == ("redis://localhost:6379", RELEASE)
    exposed = rendered["Service", f"{RELEASE}-metrics"]
    assert (exposed["spec"]["type"], exposed["spec"]["loadBalancerIP"]) == ("LoadBalancer", "192.0.2.1")
    assert (exposed["metadata"]["labels"]["c"], exposed["metadata"]["annotations"]) == ("d", {"a": "b"})
    assert exposed["spec"]["ports"] == [{"name": "metrics", "port": 9121, "targetPort": "http-metrics"}]
    assert {"name": "http-metrics", "containerPort": 9121} in item["ports"]


def test_metrics_over_tls():
    item = container({"metrics": {"enabled": True}, "tls": EVERYTHING["tls"]}, "metrics")
    variables = environment(item)
    assert variables["REDIS_ADDR"] == "rediss://localhost:6379"
    assert variables["REDIS_EXPORTER_TLS_CA_CERT_FILE"] == "/opt/redis/certs/ca.crt"
    assert item["volumeMounts"] == [{"name": "redis-certificates", "mountPath": "/opt/redis/certs", "readOnly": True}]


def test_service_monitor_and_rules():
    monitor = {
        "enabled": True,
        "interval": "30s",
        "scrapeTimeout": "10s",
        "jobLabel": "job",
        "selector": {"a": "b"},
        "labels": {"c": "d"},
        "annotations": {"e": "f"},
        "relabelings": [{"action": "drop"}],
        "metricRelabelings": [{"action": "keep"}],
    }
    rules = {"enabled": True, "additionalLabels": {"g": "h"}, "rules": [{"alert": "Down", "expr": 'redis_up{service="{{ .Release.Name }}-metrics"} == 0'}]}
    rendered = render({"metrics": {"enabled": True, "serviceMonitor": monitor, "prometheusRule": rules}})
    found = rendered["ServiceMonitor", RELEASE]
    (endpoint,) = found["spec"]["endpoints"]
    assert endpoint == {"port": "metrics", **{key: monitor[key] for key in ("interval", "scrapeTimeout", "relabelings", "metricRelabelings")}}
    assert (found["spec"]["jobLabel"], found["spec"]["namespaceSelector"]) == ("job", {"matchNames": [NAMESPACE]})
    assert (found["metadata"]["labels"]["c"], found["metadata"]["annotations"]) == ("d", {"e": "f"})
    exposed = rendered["Service", f"{RELEASE}-metrics"]["metadata"]["labels"]
    assert {key: value for key, value in found["spec"]["selector"]["matchLabels"].items() if key != "a"}.items() <= exposed.items()
    assert found["spec"]["selector"]["matchLabels"]["a"] == "b"
    group = rendered["PrometheusRule", RELEASE]
    assert group["metadata"]["labels"]["g"] == "h"
    assert group["spec"]["groups"][0]["rules"][0]["expr"] == f'redis_up{{service="{RELEASE}-metrics"}} == 0'


@pytest.mark.parametrize(
    ("values", "name", "token"),
    [
        ({}, "default", False),
        ({"name": "mine"}, "mine", False),
        ({"create": True}, RELEASE, False),
        ({"create": True, "name": "mine", "annotations": {"a": "b"}, "automountServiceAccountToken": True}, "mine", True),
    ],
)
def test_service_account(values, name, token):
    rendered = render({"serviceAccount": values, "rbac": EVERYTHING["rbac"]})
    spec = rendered["StatefulSet", RELEASE]["spec"]["template"]["spec"]
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == (name, token)
    account = rendered.get(("ServiceAccount", name))
    assert (account is not None) == values.get("create", False)
    if account:
        assert account["automountServiceAccountToken"] == token
        assert account["metadata"].get("annotations", {}) == values.get("annotations", {})
    assert rendered["Role", RELEASE]["rules"] == EVERYTHING["rbac"]["role"]["rules"]
    assert rendered["RoleBinding", RELEASE]["subjects"] == [{"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE}]


def test_no_account_no_role():
    assert not {"ServiceAccount", "Role", "RoleBinding"} & {kind for kind, name in render()}
    assert pod()["serviceAccountName"] == "default"
