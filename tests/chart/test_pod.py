# SPDX-License-Identifier: GPL-3.0-or-later
"""The pod: its containers, what they may do, what is mounted into them, how Kubernetes watches them."""

from __future__ import annotations

import pytest
from chart import EVERYTHING, RELEASE, VALUES, container, environment, named, pod, render, stateful_set

INTERPOLATED = "{{ .Release.Name }}"


def test_defaults_are_non_root_on_a_read_only_file_system():
    spec = pod(EVERYTHING)
    assert spec["securityContext"] == {
        "fsGroup": 1001,
        "runAsNonRoot": True,
        "runAsUser": 1001,
        "seccompProfile": {"type": "RuntimeDefault"},
        "sysctls": [],
    }
    assert [item["name"] for item in spec["containers"]] == [RELEASE, "metrics"]
    for item in spec["containers"]:
        assert item["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
            "runAsUser": 1001,
            "seccompProfile": {"type": "RuntimeDefault"},
        }
    assert (spec["automountServiceAccountToken"], spec["enableServiceLinks"]) == (False, False)
    # What must be written to is mounted; what holds secrets is in memory.
    mounted = {mount["mountPath"]: mount.get("readOnly", False) for mount in spec["containers"][0]["volumeMounts"]}
    assert [path for path, read_only in mounted.items() if not read_only] == ["/data", "/opt/redis/run", "/tmp"]
    assert named(spec["volumes"])["run"]["emptyDir"]["medium"] == "Memory"


def test_security_contexts_can_be_changed_and_left_to_the_cluster():
    spec = pod({"podSecurityContext": {"fsGroup": 7, "sysctls": [{"name": "a", "value": "1"}]}, "containerSecurityContext": {"runAsUser": 8}})
    assert (spec["securityContext"]["fsGroup"], spec["securityContext"]["sysctls"]) == (7, [{"name": "a", "value": "1"}])
    assert spec["containers"][0]["securityContext"]["runAsUser"] == 8
    without = pod({"podSecurityContext": {"enabled": False}, "containerSecurityContext": {"enabled": False}})
    assert "securityContext" not in without
    assert "securityContext" not in without["containers"][0]


@pytest.mark.parametrize(
    ("values", "image"),
    [
        ({}, "docker.io/redis/redis-stack-server:6.2.6-v20"),
        ({"image": {"registry": "r:5000", "repository": "a/b", "tag": "c"}}, "r:5000/a/b:c"),
        ({"image": {"registry": "", "repository": "a/b", "tag": "c"}}, "a/b:c"),
        ({"image": {"registry": "r"}, "global": {"imageRegistry": "mirror"}}, "mirror/redis/redis-stack-server:6.2.6-v20"),
        ({"image": {"digest": f"sha256:{'a' * 64}"}}, f"docker.io/redis/redis-stack-server@sha256:{'a' * 64}"),
    ],
)
def test_image(values, image):
    assert container(values)["image"] == image


def test_pull_policy_and_secrets():
    values = {
        "global": {"imagePullSecrets": ["a", {"name": "b"}]},
        "image": {"pullPolicy": "Always", "pullSecrets": ["c"]},
        "metrics": {"enabled": True, "image": {"pullSecrets": ["c", "d"], "pullPolicy": "Never"}},
    }
    spec = pod(values)
    assert spec["imagePullSecrets"] == [{"name": name} for name in "abcd"]
    assert [item["imagePullPolicy"] for item in spec["containers"]] == ["Always", "Never"]
    assert "imagePullSecrets" not in pod()


def test_persistence():
    disk = {
        "path": "/bitnami/redis/data",
        "subPath": "redis",
        "storageClass": "fast",
        "annotations": {"a": "b"},
        "accessModes": ["ReadWriteOncePod"],
        "size": "3Gi",
        "matchLabels": {"c": "d"},
        "matchExpressions": [{"key": "e", "operator": "Exists"}],
    }
    spec = stateful_set({"persistence": disk})
    (claim,) = spec["volumeClaimTemplates"]
    assert (claim["metadata"]["name"], claim["metadata"]["annotations"]) == ("redis-data", {"a": "b"})
    assert claim["spec"] == {
        "accessModes": ["ReadWriteOncePod"],
        "storageClassName": "fast",
        "selector": {"matchLabels": {"c": "d"}, "matchExpressions": disk["matchExpressions"]},
        "resources": {"requests": {"storage": "3Gi"}},
    }
    redis = spec["template"]["spec"]["containers"][0]
    assert {"name": "redis-data", "mountPath": "/bitnami/redis/data", "subPath": "redis"} in redis["volumeMounts"]
    assert environment(redis)["REDIS_DATA_DIR"] == "/bitnami/redis/data"


@pytest.mark.parametrize(
    ("values", "expected"),
    [({}, None), ({"global": {"storageClass": "g"}, "persistence": {"storageClass": "l"}}, "g"), ({"persistence": {"storageClass": "-"}}, "")],
)
def test_storage_class(values, expected):
    assert stateful_set(values)["volumeClaimTemplates"][0]["spec"].get("storageClassName") == expected


def test_init_containers_volumes_and_environment_of_ones_own():
    redis = {
        "initContainers": [{"name": "redismodules", "image": INTERPOLATED}],
        "sidecars": [{"name": "log", "image": INTERPOLATED}],
        "extraVolumes": [{"name": "redismodules", "emptyDir": {}}],
        "extraVolumeMounts": [{"name": "redismodules", "mountPath": "/redismodules"}],
        "extraEnvVars": [{"name": "A", "value": INTERPOLATED}],
        "extraEnvVarsCM": f"{INTERPOLATED}-cm",
        "extraEnvVarsSecret": f"{INTERPOLATED}-secret",
    }
    spec = pod({"redis": redis, "volumePermissions": {"enabled": True}})
    assert [item["name"] for item in spec["initContainers"]] == ["volume-permissions", "redismodules"]
    assert spec["initContainers"][1]["image"] == RELEASE
    assert [item["name"] for item in spec["containers"]] == [RELEASE, "log"]
    assert {"name": "redismodules", "emptyDir": {}} in spec["volumes"]
    server = spec["containers"][0]
    assert {"name": "redismodules", "mountPath": "/redismodules"} in server["volumeMounts"]
    assert environment(server)["A"] == RELEASE
    assert server["envFrom"] == [{"configMapRef": {"name": f"{RELEASE}-cm"}}, {"secretRef": {"name": f"{RELEASE}-secret"}}]


DIGEST = f"sha256:{'b' * 64}"


@pytest.mark.parametrize(
    ("values", "image", "policy"),
    [
        ({"image": {"repository": "r", "pullPolicy": "Always"}}, "docker.io/r:6.2.6-v20", "Always"),
        ({"image": {"digest": DIGEST}, "volumePermissions": {"image": {"repository": "busybox", "tag": "1"}}}, "docker.io/busybox:1", "IfNotPresent"),
        ({"volumePermissions": {"image": {"registry": "m", "repository": "b", "tag": "1", "pullPolicy": "Never"}}}, "m/b:1", "Never"),
    ],
)
def test_volume_permissions(values, image, policy):
    values = {**values, "volumePermissions": {"enabled": True, "resources": {"limits": {"cpu": 1}}, **values.get("volumePermissions", {})}}
    (item,) = pod(values)["initContainers"]
    assert (item["image"], item["imagePullPolicy"], item["resources"]) == (image, policy, {"limits": {"cpu": 1}})
    assert item["command"] == ["chown", "-R", "1001:1001", "/data"]
    assert item["securityContext"] == {"runAsUser": 0, "runAsNonRoot": False}


def test_resources_and_lifecycle():
    resources = {"limits": {"memory": "1Gi"}, "requests": {"cpu": "100m"}}
    hooks = {"postStart": {"exec": {"command": ["echo", INTERPOLATED]}}}
    item = container({"redis": {"resources": resources, "lifecycleHooks": hooks}})
    assert item["resources"] == resources
    assert item["lifecycle"]["postStart"]["exec"]["command"] == ["echo", RELEASE]
    assert not {"resources", "lifecycle"} & set(container())


PROBES = {"livenessProbe": "liveness", "readinessProbe": "readiness", "startupProbe": "liveness"}
EVERY_PROBE = {"redis": {probe: {"enabled": True} for probe in PROBES}}


@pytest.mark.parametrize(("probe", "script"), PROBES.items())
def test_probes(probe, script):
    default = {key: value for key, value in VALUES["redis"][probe].items() if key != "enabled"}
    command = {"exec": {"command": ["/bin/sh", f"/scripts/{script}"]}}
    assert container(EVERY_PROBE)[probe] == {**default, **command}
    changed = {"initialDelaySeconds": 1, "periodSeconds": 2, "timeoutSeconds": 3, "successThreshold": 1, "failureThreshold": 5}
    assert container({"redis": {probe: {"enabled": True, "path": "/", **changed}}})[probe] == {**changed, **command}
    off = {probe: {"enabled": False}}
    assert probe not in container({"redis": off})
    custom = f"custom{probe[0].upper()}{probe[1:]}"
    assert container({"redis": {**off, custom: {"tcpSocket": {"port": INTERPOLATED}}}})[probe] == {"tcpSocket": {"port": RELEASE}}


def test_labels_and_annotations():
    values = {
        "redis": {"podLabels": {"a": "1"}, "podAnnotations": {"b": "2"}},
        "metrics": {"enabled": True, "podLabels": {"c": "3"}},
    }
    metadata = stateful_set(values)["template"]["metadata"]
    assert metadata["labels"].items() >= {"a": "1", "c": "3"}.items()
    assert metadata["annotations"].items() >= {"b": "2", "prometheus.io/port": "9121", "kubectl.kubernetes.io/default-container": RELEASE}.items()
    assert "prometheus.io/port" not in stateful_set()["template"]["metadata"]["annotations"]


def test_diagnostic_mode_sleeps_and_is_not_probed():
    spec = pod({**EVERY_PROBE, "metrics": {"enabled": True}, "diagnosticMode": {"enabled": True}})
    for item in spec["containers"]:
        assert (item["command"], item["args"]) == (["sleep"], ["2147483647"])
        assert not set(PROBES) & set(item)


def test_every_script_that_is_called_is_there():
    scripts = set(render()["ConfigMap", f"{RELEASE}-scripts"]["data"])
    assert scripts == {"common", "form", "handover", "keeper", "liveness", "place", "readiness", "redis-cli", "start", "view"}
    item = container(EVERY_PROBE)
    assert item["command"] == ["/bin/sh", "/scripts/start"]
