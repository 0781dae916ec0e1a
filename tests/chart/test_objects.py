# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects there are, how they are called, and how they find each other: as with Bitnami's chart."""

from __future__ import annotations

import pytest
from chart import EVERYTHING, MADE, NAMESPACE, RELEASE, helm, render, stateful_set

DEFAULT = {
    ("ConfigMap", f"{RELEASE}-default"),
    ("ConfigMap", f"{RELEASE}-scripts"),
    ("ConfigMap", f"{RELEASE}-topology"),
    ("PodDisruptionBudget", RELEASE),
    ("Secret", RELEASE),
    ("Service", RELEASE),
    ("Service", f"{RELEASE}-headless"),
    ("StatefulSet", RELEASE),
}
ADDED = {
    "metrics": {("Service", f"{RELEASE}-metrics"), ("ServiceMonitor", RELEASE), ("PrometheusRule", RELEASE)},
    "networkPolicy": {("NetworkPolicy", RELEASE)},
    "rbac": {("Role", RELEASE), ("RoleBinding", RELEASE)},
    "serviceAccount": {("ServiceAccount", RELEASE)},
    "tls": set(),
    "volumePermissions": set(),
}
SELECTOR = {"app.kubernetes.io/name": "redis-cluster", "app.kubernetes.io/instance": RELEASE}


@pytest.mark.parametrize("values", [{}, {**EVERYTHING, **MADE}, {"cluster": {"nodes": 3, "replicas": 0}, "usePassword": False}])
def test_lint(values):
    done = helm("lint", values)
    assert done.returncode == 0, done.stdout + done.stderr


def test_default_objects():
    assert set(render()) == DEFAULT


@pytest.mark.parametrize("group", sorted(EVERYTHING))
def test_what_a_group_adds(group):
    assert set(render({group: EVERYTHING[group]})) == DEFAULT | ADDED[group]


def test_a_certificate_that_the_chart_makes_is_an_object_of_its_own():
    assert set(render(MADE)) == DEFAULT | {("Secret", f"{RELEASE}-crt")}


@pytest.mark.parametrize(
    ("release", "values", "name"),
    [
        ("acp", {}, "acp-redis-cluster"),
        ("acp-redis-cluster", {}, "acp-redis-cluster"),
        ("acp", {"nameOverride": "sessions"}, "acp-sessions"),
        ("acp", {"fullnameOverride": "sessions"}, "sessions"),
    ],
)
def test_names(release, values, name):
    rendered = render(values, release)
    assert {"StatefulSet", "Secret", "PodDisruptionBudget"} <= {kind for kind, found in rendered if found == name}
    stateful = rendered["StatefulSet", name]["spec"]
    assert stateful["serviceName"] == f"{name}-headless"
    assert stateful["selector"]["matchLabels"]["app.kubernetes.io/instance"] == release
    variables = {item["name"]: item.get("value") for item in stateful["template"]["spec"]["containers"][0]["env"]}
    assert variables["REDIS_CLUSTER_NAME"] == name
    assert variables["REDIS_CLUSTER_DOMAIN"] == f"{name}-headless.{NAMESPACE}.svc.cluster.local"


def test_whatever_selects_pods_selects_these():
    rendered = render(EVERYTHING)
    assert rendered["StatefulSet", RELEASE]["spec"]["template"]["metadata"]["labels"] == SELECTOR
    assert rendered["StatefulSet", RELEASE]["spec"]["selector"]["matchLabels"] == SELECTOR
    assert rendered["PodDisruptionBudget", RELEASE]["spec"]["selector"]["matchLabels"] == SELECTOR
    assert rendered["NetworkPolicy", RELEASE]["spec"]["podSelector"]["matchLabels"] == SELECTOR
    for name in (RELEASE, f"{RELEASE}-headless", f"{RELEASE}-metrics"):
        assert rendered["Service", name]["spec"]["selector"] == SELECTOR


def test_common_labels_and_annotations_are_on_every_object_and_on_no_pod():
    rendered = render({**EVERYTHING, "commonLabels": {"team": "{{ .Release.Name }}"}, "commonAnnotations": {"owner": "me"}})
    for item in rendered.values():
        assert item["metadata"]["labels"]["team"] == RELEASE
        assert item["metadata"]["annotations"]["owner"] == "me"
        assert item["metadata"]["labels"].items() >= SELECTOR.items()
    assert rendered["StatefulSet", RELEASE]["spec"]["template"]["metadata"]["labels"] == SELECTOR


def test_every_object_is_in_the_releases_namespace_but_where_the_values_say():
    assert {item["metadata"]["namespace"] for item in render(EVERYTHING).values()} == {NAMESPACE}
    monitoring = {"serviceMonitor": {"enabled": True, "namespace": "m1"}, "prometheusRule": {"enabled": True, "namespace": "m2"}, "enabled": True}
    rendered = render({"metrics": monitoring})
    assert [rendered[kind, RELEASE]["metadata"]["namespace"] for kind in ("ServiceMonitor", "PrometheusRule")] == ["m1", "m2"]


def test_extra_deploy_is_rendered_as_a_template():
    extra = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine"}, "data": {"release": "{{ .Release.Name }}"}}
    assert render({"extraDeploy": [extra, str(extra).replace("mine", "text")]})["ConfigMap", "mine"]["data"] == {"release": RELEASE}


def test_scaling_restarts_no_pod():
    six, nine = render(), render({"cluster": {"nodes": 12, "replicas": 2}})
    assert six["StatefulSet", RELEASE]["spec"]["template"] == nine["StatefulSet", RELEASE]["spec"]["template"]
    assert (six["StatefulSet", RELEASE]["spec"]["replicas"], nine["StatefulSet", RELEASE]["spec"]["replicas"]) == (6, 12)
    assert six["ConfigMap", f"{RELEASE}-topology"]["data"]["topology.sh"].split() == ["nodes=6", "replicas=1"]
    assert nine["ConfigMap", f"{RELEASE}-topology"]["data"]["topology.sh"].split() == ["nodes=12", "replicas=2"]


def test_pods_restart_for_what_they_read_and_for_nothing_else():
    pods = stateful_set()["template"]
    assert pods == stateful_set({"commonLabels": {"a": "b"}, "service": {"ports": {"redis": 1}}, "password": "new"})["template"]
    assert pods["metadata"]["annotations"] != stateful_set({"redis": {"configmap": "maxmemory 1gb"}})["template"]["metadata"]["annotations"]


def test_update_strategy_and_grace():
    spec = stateful_set({"redis": {"updateStrategy": {"type": "OnDelete"}, "terminationGracePeriodSeconds": 90}})
    assert spec["updateStrategy"] == {"type": "OnDelete"}
    assert spec["podManagementPolicy"] == "Parallel"
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] == 90


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        ({}, "Secret acp-redis-cluster, key redis-password", "WARNING"),
        ({"cluster": {"nodes": 3, "replicas": 0}}, "WARNING: without replicas there is no failover", "persistence is off"),
        ({"persistence": {"enabled": False}}, "WARNING: persistence is off: a pod that is deleted loses its data", "no failover"),
        ({"usePassword": False, "tls": EVERYTHING["tls"]}, "svc.cluster.local:6379 (TLS)", "password"),
        ({"existingSecret": "mine", "existingSecretPasswordKey": "pw"}, "Secret mine, key pw", "WARNING"),
        ({"diagnosticMode": {"enabled": True}}, "diagnosticMode is on", "WARNING"),
    ],
)
def test_notes(values, said, unsaid):
    done = helm("install", values, RELEASE, "--dry-run=client")
    assert done.returncode == 0, done.stderr
    notes = done.stdout.split("\nNOTES:\n")[1]
    assert said in notes
    assert unsaid not in notes
