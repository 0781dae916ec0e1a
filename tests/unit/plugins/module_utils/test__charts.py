# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _charts

SIX = {"image_tag": "6.2.16", "persistence_enabled": True}
DIGEST = {"image_digest": "sha256:" + "0" * 64}


@pytest.mark.parametrize(
    ("version", "has", "lacks"),
    [
        ("1.0.0", {"persistence_enabled", "image_digest", "generated_tls", "open_egress"}, {"default_config", "insecure_images", "resources_preset"}),
        ("7.6.4", {"pod_user"}, {"persistence_enabled", "image_digest", "generated_tls", "default_config", "open_egress", "insecure_images"}),
        ("9.0.13", {"pod_user", "default_config"}, {"resources_preset"}),
        ("9.1.0", {"default_config"}, {"pod_user", "resources_preset"}),
        ("13.0.5", {"insecure_images", "resources_preset", "open_egress"}, {"pod_user"}),
    ],
)
def test_what_a_version_has(version, has, lacks):
    keys = _charts.keys(version)
    assert has <= {name for name, path in keys.items() if path} and lacks <= {name for name, path in keys.items() if not path}


def test_a_key_that_moved_has_one_place():
    places = [_charts.keys(version)["pod_disruption_budget"] for version in ("1.2.0", "10.1.0", "10.2.0")]
    assert places == ["podDisruptionBudget", "podDisruptionBudget", "pdb"]


def test_the_charts_keep_data_in_different_places():
    assert (_charts.keys("1.0.0")["data_path"], _charts.keys("7.6.4")["data_path"]) == ("/data", "/bitnami/redis/data")


@pytest.mark.parametrize(
    ("chart", "version"),
    [
        ({"name": "redis-cluster", "version": "7.6.4"}, "7.6.4"),
        ({"name": "stack", "version": "2.9.1", "dependencies": [{"name": "acp", "version": "2"}, {"name": "redis-cluster", "version": "~7.6.4"}]}, "7.6.4"),
        ({"name": "acp", "version": "2.9.1"}, None),
        ({"name": "stack", "version": "1", "dependencies": [{"name": "redis-cluster", "version": "*"}]}, None),
    ],
)
def test_the_version_is_the_charts_or_its_dependencys(chart, version):
    assert _charts.version_of(chart) == version


@pytest.mark.parametrize(
    ("version", "inputs", "names"),
    [
        ("7.6.4", {}, None),
        ("7.6.4", {"image_tag": ""}, None),
        ("7.6.3", {}, "redis_cluster_chart_version: 7.6.3 is older"),
        ("8.0.0", {"image_tag": ""}, "redis_cluster_image_tag: empty"),
        ("8.0.0", {"image_tag": "", "allow_unsupported": True}, None),
        ("8.1.1", {}, None),
        ("8.1.2", {}, "redis_cluster_chart_version: 8.1.2 writes"),
        ("8.2.7", {"image_tag": "7.0.5", "allow_unsupported": True}, None),
        ("8.3.0", {}, None),
        ("8.2.7", {"image_tag": "7.0.5", "persistence_enabled": False}, "redis_cluster_persistence_enabled: false"),
        ("7.6.4", DIGEST, None),
        ("7.6.4", {**DIGEST, "image_tag": ""}, "redis_cluster_image_digest: given without"),
        ("13.0.5", {**DIGEST, "image_tag": ""}, None),
        ("8.3.4", {"tls_enabled": True}, "redis_cluster_tls_secret: empty"),
        ("8.3.4", {"tls_enabled": True, "tls_secret": "s"}, None),
        ("8.3.5", {"tls_enabled": True}, None),
        ("9.4.2", {"network_policy_enabled": True, "search": True, "module_source": "url"}, "redis_cluster_module_source: url"),
        ("9.5.0", {"network_policy_enabled": True, "search": True, "module_source": "url"}, None),
        ("9.4.0", {"network_policy_enabled": True, "metrics_enabled": True}, "redis_cluster_metrics_enabled"),
        ("1.0.0", {"image_tag": "", "persistence_enabled": False, "tls_enabled": True}, None),
    ],
)
def test_what_a_version_cannot_do_is_refused_by_the_inputs_name(version, inputs, names):
    found = _charts.problems(version, {**SIX, **inputs})
    assert found == [] if names is None else len(found) == 1 and found[0].startswith(names)


def test_all_that_is_lacking_comes_together():
    assert len(_charts.problems("8.2.0", {"persistence_enabled": False, "tls_enabled": True, "image_tag": "6.2.7"})) == 3


@pytest.mark.parametrize(
    ("version", "inputs", "says"),
    [
        ("13.0.5", {}, []),
        ("14.0.0", {}, ["newer than 13.0.5"]),
        ("7.6.4", {"network_policy_enabled": True}, ["cluster bus"]),
        ("13.0.5", {"tls_enabled": True}, ["never renews"]),
        ("13.0.5", {"tls_enabled": True, "tls_secret": "s"}, []),
        ("1.0.0", {"tls_enabled": True, "network_policy_enabled": True}, []),
    ],
)
def test_what_may_surprise_is_said(version, inputs, says):
    found = _charts.cautions(version, inputs)
    assert len(found) == len(says) and all(text in " ".join(found) for text in says)
