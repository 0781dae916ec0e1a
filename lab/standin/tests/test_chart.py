# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart takes the values of the vendor's chart and makes the same objects; the stand-in reads what it makes."""

from __future__ import annotations

import subprocess
from functools import reduce
from pathlib import Path

import pytest
import yaml
from acp_standin import config

CHART = Path(__file__).resolve().parent.parent / "chart"
# What the platform's documentation has as its example, in the values of chart acp.
EXAMPLE = {
    "redis": {"enabled": True},
    "config": {"data": {"redis": {"redis_search": True}}},
    "secretConfig": {
        "data": {
            "redis": {"password": "p@ssw0rd!", "addrs": ["acp-redis-cluster-headless:6379"] * 2},
            "system": {"secret": "123456789abcdefg123456789abcdefg"},
        }
    },
}


def helm(command: str, values: dict, release: str = "acp") -> subprocess.CompletedProcess:
    return subprocess.run(
        ["helm", command, *([release] if command == "template" else ["--strict"]), str(CHART), "--namespace", "somewhere", "--values", "-"],
        input=yaml.safe_dump(values),
        capture_output=True,
        text=True,
    )


def render(values: dict, release: str = "acp") -> dict:
    done = helm("template", values, release)
    assert done.returncode == 0, done.stderr
    return {(item["kind"], item["metadata"]["name"]): item for item in yaml.safe_load_all(done.stdout) if item}


def files(objects: dict, release: str = "acp") -> list[dict]:
    """The three files in the order of --config."""
    config_map = objects["ConfigMap", release]["data"]
    secret = objects["Secret", release]["stringData"]
    texts = [config_map["config.yaml"], config_map["extraconfig.yaml"], secret["config.yaml"]]
    return [config.parse("file", text) for text in texts]


def container(objects: dict) -> dict:
    return objects["Deployment", "acp"]["spec"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize("values", [{}, EXAMPLE, {"ingress": {"enabled": True}, "replicaCount": 2, "podDisruptionBudget": {"minAvailable": 1}}])
def test_lint(values):
    done = helm("lint", values)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_documents_example():
    objects = render(EXAMPLE)
    plain, extra, secret = files(objects)
    assert plain["redis"] == {"enabled": True}
    assert extra == {"redis": {"redis_search": True}}
    assert secret == EXAMPLE["secretConfig"]["data"]
    found = config.settings(reduce(config.merge, (plain, extra, secret)))
    assert found.redis.addrs == (("acp-redis-cluster-headless", 6379),)
    assert (found.redis.password, found.redis.search, found.port, found.certificate) == ("p@ssw0rd!", True, 8443, ("/tls/tls.crt", "/tls/tls.key"))
    assert "p@ssw0rd!" not in str(objects["ConfigMap", "acp"]) + str(objects["Deployment", "acp"])


def test_the_same_objects_as_the_vendors():
    objects = render({})
    assert set(objects) == {(kind, "acp") for kind in ("ConfigMap", "Secret", "Deployment", "Service", "ServiceAccount")} | {("Secret", "acp-tls")}
    ports = {"http": 8443, "metrics": 9000, "grpc": 9443}
    assert {port["name"]: port["port"] for port in objects["Service", "acp"]["spec"]["ports"]} == ports
    assert {port["name"]: port["containerPort"] for port in container(objects)["ports"]} == ports
    assert container(objects)["args"][-2:] == ["--config", "/data/config.yaml,/data/extraconfig.yaml,/secret/config.yaml"]
    assert container(objects)["args"][:2] == ["server", "start"]


def test_without_a_section_redis_the_address_is_the_releases_own():
    plain, *_ = files(render({}, release="x-acp"), release="x-acp")
    assert plain["redis"] == {"enabled": True, "addrs": ["x-acp-redis-cluster-headless:6379"] * 2}


def test_sections_are_passed_through():
    values = {"redis": {"addrs": ["a:1"], "tls": {"enabled": True}}, "sql": {"url": "u"}, "timescale": {"enabled": True}, "features": {"a": True}}
    plain, *_ = files(render(values))
    assert {name: plain[name] for name in values} == values


@pytest.mark.parametrize("part", ["config", "secretConfig"])
def test_a_changed_file_restarts_the_pods(part):
    def pods(values: dict) -> dict:
        return render(values)["Deployment", "acp"]["spec"]["template"]

    assert pods(EXAMPLE) == pods(EXAMPLE)
    assert pods(EXAMPLE) != pods({**EXAMPLE, part: {"data": {"redis": {"pool_size": 5}}}})


def test_files_that_somebody_else_makes():
    objects = render({"config": {"create": False, "name": "mine"}, "secretConfig": {"create": False, "name": "secret"}, "certificate": {"create": False}})
    assert {kind for kind, _ in objects} == {"Deployment", "Service", "ServiceAccount"}
    volumes = {volume["name"]: volume for volume in objects["Deployment", "acp"]["spec"]["template"]["spec"]["volumes"]}
    assert (volumes["data"]["configMap"]["name"], volumes["secret"]["secret"]["secretName"]) == ("mine", "secret")
    assert volumes["tls"]["secret"]["secretName"] == "acp-tls"


def test_plain_http():
    objects = render({"tlsDisabled": True})
    assert files(objects)[0]["server"]["dangerous_disable_tls"] is True
    assert container(objects)["readinessProbe"]["httpGet"]["scheme"] == "HTTP"
    assert objects["Service", "acp"]["spec"]["ports"][0]["port"] == 8080


def test_a_probe_of_the_sites_own():
    assert container(render({"customLivenessProbe": {"tcpSocket": {"port": "http"}}}))["livenessProbe"] == {"tcpSocket": {"port": "http"}}


@pytest.mark.parametrize("part", ["autoscaling", "ingressMtls", "certManager", "workers", "migrateJob", "importJob", "fission", "faas"])
def test_parts_that_the_stand_in_has_not_are_refused(part):
    done = helm("template", {part: {"enabled": True}})
    assert done.returncode != 0
    assert f"{part}.enabled: the stand-in has no such part" in done.stderr
