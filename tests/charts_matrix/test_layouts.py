# SPDX-License-Identifier: GPL-3.0-or-later
"""The same inputs in both layouts: the same names, the same pods, the same three sources of the platform's configuration."""

from __future__ import annotations

import matrix
import pytest
import yaml

STANDIN = matrix.ROOT / "lab/standin/chart"
INPUTS = {
    "included": {},
    "fetched": {"module_source": "url", "module_url": "https://mirror.example/m.so", "module_sha256": "0" * 64, **matrix.TLS["secret"]},
    "no_search": {"search": False, "persistence_enabled": False, "nodes": 3, "replicas": 0},
}
# What the stack's own values add in its later lines.
STACKS = {
    "2.9.1": {},
    "2.13.1": {
        "acp": {"redis": {"enabled": True, "addrs": ["redis-cluster-headless:6379"], "redis_search": True}},
        "redis-cluster": {"fullnameOverride": "redis-cluster"},
    },
}
CASES = [(name, version) for name in INPUTS for version in STACKS]


@pytest.fixture(scope="session")
def layouts(tmp_path_factory):
    """{case: ({kind/name: object} in split, the same in stack)}"""
    wanted = {}
    for name, version in CASES:
        for layout in ("split", "stack"):
            wanted[f"{name}+{version}+{layout}"] = matrix.EMBEDDED_VERSION, {**matrix.IMAGE, **INPUTS[name], "layout": layout, "stack_version": version}
    rendered = matrix.render(wanted, tmp_path_factory.mktemp("layouts"), platform=True)
    archives = {version: matrix.package_stack(tmp_path_factory.mktemp("stack"), version, more) for version, more in STACKS.items()}
    found = {}
    for name, version in CASES:
        split, stack = f"{name}+{version}+split", f"{name}+{version}+stack"
        redis = matrix.template(matrix.EMBEDDED, rendered["values"][split])
        platform = matrix.template(STANDIN, rendered["platform"][split], "acp")
        found[name, version] = {**redis, **platform}, matrix.template(archives[version], rendered["platform"][stack], "acp")
    return found


@pytest.mark.parametrize("case", CASES)
def test_the_names_are_the_same(layouts, case):
    split, stack = layouts[case]
    assert set(split) == set(stack) and {"Service/acp-redis-cluster-headless", "Deployment/acp"} <= set(stack)


@pytest.mark.parametrize("case", CASES)
def test_the_three_sources_are_the_same(layouts, case):
    (files, secret), (stack_files, stack_secret) = (
        (objects["ConfigMap/acp"]["data"], yaml.safe_load(objects["Secret/acp"]["stringData"]["config.yaml"])) for objects in layouts[case]
    )
    assert secret == stack_secret and secret["redis"]["addrs"] == ["acp-redis-cluster-headless:6379"] * 2
    assert files["extraconfig.yaml"] == stack_files["extraconfig.yaml"]
    first, stack_first = yaml.safe_load(files["config.yaml"]), yaml.safe_load(stack_files["config.yaml"])
    if case[1] == "2.13.1":  # says in the first source what the others say too
        search = yaml.safe_load(files["extraconfig.yaml"])["redis"]["redis_search"]
        first["redis"].update(addrs=secret["redis"]["addrs"], redis_search=search)
    assert first == stack_first


@pytest.mark.parametrize("case", CASES)
def test_the_redis_is_the_same(layouts, case):
    split, stack = (objects["StatefulSet/acp-redis-cluster"]["spec"] for objects in layouts[case])
    pods = [spec["template"]["spec"] for spec in (split, stack)]
    for pod in pods:
        pod.pop("affinity")  # by the release's name, as it should be
    assert pods[0] == pods[1]
    for spec in (split, stack):
        spec["volumes"] = [claim["spec"] for claim in spec.get("volumeClaimTemplates", [])]
    assert (split["replicas"], split["volumes"]) == (stack["replicas"], stack["volumes"])
    default = "ConfigMap/acp-redis-cluster-default"
    assert layouts[case][0][default]["data"] == layouts[case][1][default]["data"]


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_left_of_the_stacks_own_example(layouts, case):
    text = str(layouts[case][1])
    assert "example-of-the-stack" not in text and "example.invalid" not in text and "/redismodules/example.so" not in text
