# SPDX-License-Identifier: GPL-3.0-or-later
"""The laboratory's API server accepts what is rendered: every field is one that it knows, every value one that it allows."""

from __future__ import annotations

import json
import subprocess

from chart import EVERYTHING, MADE, RELEASE, render

# Nothing that only the Prometheus operator knows.
METRICS = {"metrics": {"enabled": True, "service": {"labels": {"a": "b"}}, "resources": {"limits": {"memory": "64Mi"}}}}
OWN = {
    "clusterDomain": "cluster.local",
    "commonLabels": {"team": "a"},
    "commonAnnotations": {"owner": "b"},
    "cluster": {"nodes": 9, "replicas": 2},
    "existingSecret": "mine",
    "image": {"pullSecrets": ["registry"], "digest": f"sha256:{'a' * 64}"},
    "service": {
        "type": "LoadBalancer",
        "nodePorts": {"redis": 30379},
        "loadBalancerSourceRanges": ["192.0.2.0/24"],
        "externalTrafficPolicy": "Local",
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 60}},
    },
    "persistence": {"storageClass": "-", "annotations": {"a": "b"}, "matchLabels": {"c": "d"}, "matchExpressions": [{"key": "e", "operator": "Exists"}]},
    "podDisruptionBudget": {"minAvailable": "60%", "unhealthyPodEvictionPolicy": "AlwaysAllow"},
    "networkPolicy": {"ingressNSMatchLabels": {"a": "b"}, "ingressNSPodMatchLabels": {"c": "d"}, "extraIngress": [{"ports": [{"port": 1}]}]},
    "redis": {
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 1}},
        "hostAliases": [{"ip": "192.0.2.1", "hostnames": ["a"]}],
        "lifecycleHooks": {"postStart": {"exec": {"command": ["true"]}}},
        "extraVolumes": [{"name": "redismodules", "emptyDir": {}}],
        "extraVolumeMounts": [{"name": "redismodules", "mountPath": "/redismodules"}],
        "initContainers": [{"name": "redismodules", "image": "alpine:3"}],
        "sidecars": [{"name": "log", "image": "alpine:3"}],
        "extraEnvVars": [{"name": "A", "value": "b"}],
        "extraEnvVarsCM": "cm",
        "extraEnvVarsSecret": "secret",
        "podLabels": {"a": "b"},
        "podAnnotations": {"c": "d"},
        "schedulerName": "default-scheduler",
        "shareProcessNamespace": True,
        "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}},
        "startupProbe": {"enabled": True, "terminationGracePeriodSeconds": 10},
        "livenessProbe": {"terminationGracePeriodSeconds": 10},
        "podAffinityPreset": "soft",
        "podAntiAffinityPreset": "hard",
        "nodeAffinityPreset": {"type": "hard", "key": "zone", "values": ["a"]},
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "redis", "operator": "Exists"}],
        "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway", "labelSelector": {}}],
    },
}
VARIANTS = {
    "plain": {},
    "everything": {**EVERYTHING, **METRICS, **MADE},
    "own": {**EVERYTHING, **METRICS, **OWN, "networkPolicy": {**EVERYTHING["networkPolicy"], **OWN["networkPolicy"]}},
    "bare": {
        "persistence": {"enabled": False},
        "usePassword": False,
        "podSecurityContext": {"enabled": False},
        "containerSecurityContext": {"enabled": False},
        "service": {"type": "NodePort"},
        "podDisruptionBudget": None,
        "diagnosticMode": {"enabled": True},
    },
}


def test_the_api_server_accepts_every_object():
    items = []
    for variant, values in VARIANTS.items():
        for item in render({**values, "fullnameOverride": f"{RELEASE}-{variant}"}).values():
            item["metadata"]["namespace"] = "default"
            items.append(item)
    done = subprocess.run(
        ["kubectl", "apply", "--dry-run=server", "--validate=strict", "--filename", "-"],
        input=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stderr}\nThis test asks the laboratory's API server: is it up (make lab)?"
    accepted = [line for line in done.stdout.splitlines() if line.endswith("(server dry run)")]
    assert len(accepted) == len(items) >= 40
    assert done.stderr == ""  # no warning either
