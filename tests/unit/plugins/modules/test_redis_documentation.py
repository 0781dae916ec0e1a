# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules' documentation says is what they take and do."""

from __future__ import annotations

import importlib.util
import pathlib
import re

import yaml

from ansible_collections.cloudentity.platform.plugins.module_utils import _checks
from ansible_collections.cloudentity.platform.plugins.modules import (
    redis_cluster_check,
    redis_cluster_info,
    redis_connection_check,
    redis_module_check,
)

MODULES = (redis_cluster_check, redis_cluster_info, redis_connection_check, redis_module_check)


def test_all_checks_are_listed():
    text = " ".join(yaml.safe_load(redis_cluster_check.DOCUMENTATION)["options"]["checks"]["description"][1:])
    assert re.findall(r"C\((\w+)\)", text) == list(_checks.CATALOGUE)


def test_examples_are_tasks():
    for module in MODULES:
        tasks = yaml.safe_load(module.EXAMPLES)
        assert tasks and all("name" in task for task in tasks)


def test_the_snapshots_nodes_are_documented_fact_by_fact():
    from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

    documented = yaml.safe_load(redis_cluster_info.RETURN)["snapshot"]["contains"]
    snapshot = recorded.snapshot("healthy")
    assert set(documented) == set(snapshot)
    assert set(documented["nodes"]["contains"]) == set(snapshot["nodes"][0])


def test_the_list_of_checks_is_up_to_date():
    docs = pathlib.Path(__file__).parents[4] / "docs"
    spec = importlib.util.spec_from_file_location("generate", docs / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert (docs / "checks.md").read_text() == generate.render(), "run docs/generate.py"
