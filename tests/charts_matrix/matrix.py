# SPDX-License-Identifier: GPL-3.0-or-later
"""The cases of the matrix, their values as the role renders them, and what a version of Bitnami's chart takes."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import yaml
from ansible.plugins.loader import init_plugin_loader

init_plugin_loader()  # so that Python finds collections where ansible does
_charts, _versions = (import_module(f"ansible_collections.cloudentity.platform.plugins.module_utils.{name}") for name in ("_charts", "_versions"))

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EMBEDDED = ROOT / "roles/redis_cluster/files/redis-cluster"
EMBEDDED_VERSION = yaml.safe_load((EMBEDDED / "Chart.yaml").read_text())["version"]
KNOWN = yaml.safe_load((HERE / "bitnami.yml").read_text())
# Where something begins or ends, and the ends of what is known.
BOUNDS = {bound for entry in KNOWN["keys"].values() if isinstance(entry, dict) for bound in (entry.get("since"), entry.get("before")) if bound}
VERSIONS = [EMBEDDED_VERSION, *sorted({KNOWN["first"], KNOWN["last"], "9.1.0", "9.5.0", *BOUNDS}, key=_versions.parse)]

IMAGE = {"image_registry": "registry.example:5000", "image_repository": "mirror/redis", "image_tag": "6.2.16", "image_pull_secrets": ["mirror"]}
TLS = {
    "plain": {},
    "secret": {"tls_enabled": True, "tls_secret": "redis-tls", "tls_auth_clients": True},
    "generated": {"tls_enabled": True},
}
# The rest varies along, so that each is on and off in each range.
VOLUMES = {
    "volumes": {
        "storage_class": "fast",
        "module_source": "url",
        "module_path": "/redismodules/redisearch.so",
        "module_url": {"amd64": "https://mirror.example/redisearch-amd64.so", "arm64": "https://mirror.example/redisearch-arm64.so"},
        "module_sha256": {"amd64": "A" * 64, "arm64": "b" * 64},
        "module_ca_secret": "mirror-ca",
        "image_digest": "sha256:" + "c" * 64,
        "pod_disruption_budget": {"minAvailable": 4},
        "resources": {"limits": {"memory": "1Gi"}},
    },
    "no_volumes": {
        "persistence_enabled": False,
        "aof": False,
        "metrics_enabled": True,
        "pod_anti_affinity": "",
        "topology_spread_constraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
        "config": "maxmemory 700mb",
    },
}

PLATFORM = {
    "acp_endpoint": "{{ __redis_cluster_endpoint }}",
    "acp_stack": "{{ __redis_cluster_stack if __redis_cluster_stacked else {} }}",
    "__acp_redis_password": "from-the-secret",
    "__acp_system_secret": "123456789abcdefg123456789abcdefg",
    "release_of_the_platform": "{{ __acp_release_values | combine(__acp_release_secret_values, recursive=true) }}",
}


def cases() -> dict:
    """{name: (version, inputs)}"""
    found = {}
    for version, layout, (tls, encrypted), (volumes, kept) in itertools.product(VERSIONS, ("split", "stack"), TLS.items(), VOLUMES.items()):
        found[f"{version}+{layout}+{tls}+{volumes}"] = (version, {**IMAGE, "layout": layout, **encrypted, **kept})
    return found


def render(wanted: dict, directory: Path, platform: bool = False) -> dict:
    """{values: {name: of the chart redis-cluster}, platform: {name: what role acp installs, with a stack all of it}} for {name: (version, inputs)}."""
    hosts = {
        name: {
            "__redis_cluster_preflight": {"chart": {"version": inputs.get("stack_version", version), "redis_version": version}},
            **{f"redis_cluster_{key}": value for key, value in inputs.items() if key != "stack_version"},
        }
        for name, (version, inputs) in wanted.items()
    }
    variables = {"ansible_python_interpreter": sys.executable, **role_variables("redis_cluster"), **role_variables("acp"), **PLATFORM}
    children = {"platform": {"hosts": dict.fromkeys(hosts if platform else [], {})}}
    inventory, rendered = directory / "inventory.json", directory / "rendered.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "children": children, "vars": variables}}))
    command = ["ansible-playbook", "-i", str(inventory), str(HERE / "render.yml"), "-e", f"rendered={rendered}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "ANSIBLE_FORCE_COLOR": "0"})
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return json.loads(rendered.read_text())


def role_variables(role: str) -> dict:
    """Defaults and vars of a role, for use outside of it: it has to be told where it is."""
    texts = (ROOT / f"roles/{role}" / part / "main.yml" for part in ("defaults", "vars"))
    return {name: value for text in texts for name, value in yaml.safe_load(text.read_text().replace("role_path", repr(f"{ROOT}/roles/{role}"))).items()}


def refused(version: str, inputs: dict) -> list:
    return _charts.problems(version, {"search": True, **inputs})


def schema(version: str) -> dict:
    """JSON schema of the values of this version: the keys that it has and the role uses, and no others."""
    root = {"type": "object", "additionalProperties": False, "properties": {}}
    for path, entry in KNOWN["keys"].items():
        entry = {"type": entry} if isinstance(entry, str) else entry
        if not has(version, entry):
            continue
        *sections, name = path.split(".")
        place = root
        for section in sections:
            place = place["properties"].setdefault(section, {"type": "object", "additionalProperties": False, "properties": {}})
        place["properties"][name] = {"type": entry["type"]}
    return root


def has(version: str, entry: dict) -> bool:
    number = _versions.parse(version)
    return _versions.parse(entry.get("since", KNOWN["first"])) <= number and ("before" not in entry or number < _versions.parse(entry["before"]))


def template(chart: Path, values: dict, release: str = "acp-redis-cluster") -> dict:
    """{kind/name: object} that helm makes of a chart and values."""
    command = ["helm", "template", release, str(chart), "--namespace", "acp", "--values", "-", "--kube-version", "1.34.0"]
    done = subprocess.run(command, capture_output=True, text=True, input=json.dumps(values), check=False)
    assert done.returncode == 0, done.stderr
    return {f"{item['kind']}/{item['metadata']['name']}": item for item in yaml.safe_load_all(done.stdout) if item}


def package_stack(directory: Path, version: str, more: dict) -> Path:
    """The laboratory's stack with its subcharts, as an archive of this version, with more values of its own."""
    for chart in ("lab/stack", "lab/standin/chart", "roles/redis_cluster/files/redis-cluster"):
        shutil.copytree(ROOT / chart, directory / chart)
    values = directory / "lab/stack/values.yaml"
    own = yaml.safe_load(values.read_text())
    values.write_text(json.dumps({name: {**section, **more.get(name, {})} for name, section in own.items()}))
    command = ["helm", "package", "--dependency-update", str(directory / "lab/stack"), "--version", version, "--destination", str(directory)]
    subprocess.run(command, check=True, capture_output=True)
    return directory / f"kube-acp-stack-{version}.tgz"
