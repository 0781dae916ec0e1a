# SPDX-License-Identifier: GPL-3.0-or-later
"""Where pods may run, and how many of them may be away."""

from __future__ import annotations

import pytest
from chart import RELEASE, pod, render

SELECTOR = {"matchLabels": {"app.kubernetes.io/name": "redis-cluster", "app.kubernetes.io/instance": RELEASE}}
TERM = {"topologyKey": "kubernetes.io/hostname", "labelSelector": SELECTOR}
SOFT = {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": TERM}]}
HARD = {"requiredDuringSchedulingIgnoredDuringExecution": [TERM]}
MATCH = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a", "b"]}]}


@pytest.mark.parametrize(
    ("redis", "affinity"),
    [
        ({}, {"podAntiAffinity": SOFT}),
        ({"podAntiAffinityPreset": "hard"}, {"podAntiAffinity": HARD}),
        ({"podAntiAffinityPreset": ""}, None),
        ({"podAntiAffinityPreset": "", "podAffinityPreset": "soft"}, {"podAffinity": SOFT}),
        ({"podAffinityPreset": "hard"}, {"podAffinity": HARD, "podAntiAffinity": SOFT}),
        (
            {"podAntiAffinityPreset": "", "nodeAffinityPreset": {"type": "soft", "key": "zone", "values": ["a", "b"]}},
            {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": MATCH}]}},
        ),
        (
            {"podAntiAffinityPreset": "", "nodeAffinityPreset": {"type": "hard", "key": "zone", "values": ["a", "b"]}},
            {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [MATCH]}}},
        ),
        ({"affinity": {"podAffinity": {"x": "{{ .Release.Name }}"}}, "podAntiAffinityPreset": "hard"}, {"podAffinity": {"x": RELEASE}}),
    ],
)
def test_affinity(redis, affinity):
    assert pod({"redis": redis}).get("affinity") == affinity


def test_the_rest_of_scheduling():
    spread = {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": SELECTOR}
    redis = {
        "topologySpreadConstraints": [spread],
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "redis", "operator": "Exists"}],
        "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}],
        "priorityClassName": "high",
        "schedulerName": "mine",
        "shareProcessNamespace": True,
    }
    spec = pod({"redis": redis})
    assert {key: spec[key] for key in redis} == redis
    assert not set(redis) & set(pod())


@pytest.mark.parametrize(
    ("values", "budget"),
    [
        ({}, {"maxUnavailable": 1}),
        ({"podDisruptionBudget": {"minAvailable": 4}}, {"minAvailable": 4}),
        ({"minAvailable": "60%"}, {"minAvailable": "60%"}),
        ({"maxUnavailable": 2}, {"maxUnavailable": 2}),
        (
            {"podDisruptionBudget": {"unhealthyPodEvictionPolicy": "AlwaysAllow"}, "maxUnavailable": 2},
            {"maxUnavailable": 2, "unhealthyPodEvictionPolicy": "AlwaysAllow"},
        ),
        ({"podDisruptionBudget": None}, None),
    ],
)
def test_disruption_budget(values, budget):
    found = render(values).get(("PodDisruptionBudget", RELEASE))
    assert (found and {**found["spec"], "selector": None}) == (budget and {**budget, "selector": None})
