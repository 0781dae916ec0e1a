# SPDX-License-Identifier: GPL-3.0-or-later
"""The support bundle: what is in it, what is not, and who may read it. The scenario diagnose greps a real one."""

from __future__ import annotations

import base64
import json
import pathlib
import tarfile
import types

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _acp_bundle, _diagnosis
from ansible_collections.cloudentity.platform.plugins.module_utils._acp_evidence import Evidence
from ansible_collections.cloudentity.platform.plugins.module_utils._acp_secrets import Secrets
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import objects, recorded

HERE = pathlib.Path(__file__).parent / "fixtures" / "acp"
WORD = "p@ss,w0rd!{}"


@pytest.fixture
def bundle(tmp_path) -> dict:
    facts = json.loads((HERE / "address.json").read_text())
    facts["logs"][0]["lines"].append(f"2026-01-01T00:00:00Z {WORD} {base64.b64encode(WORD.encode()).decode()}")
    pod = objects.pod("acp-0", "10.0.0.9")
    pod["metadata"].update(annotations={"note": WORD}, managedFields=[{"manager": "helm"}])
    pod["spec"]["containers"][0]["env"] = [{"name": "A_TOKEN", "value": "hush"}]
    look = types.SimpleNamespace(secrets=Secrets(WORD), unread=[])
    path = tmp_path / "case.tar.gz"
    path.write_text("an older one")
    values = {"acp": {"chart": "acp", "values": {"a": WORD}}}
    _acp_bundle.write(str(path), look, Evidence(facts, recorded.snapshot("healthy"), [pod]), {**_diagnosis.judge(facts), "msg": "CAUSE"}, values)
    assert [entry.name for entry in tmp_path.iterdir()] == ["case.tar.gz"] and path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as archive:
        return {name: archive.extractfile(name).read().decode() for name in archive.getnames()}


def test_all_is_in_one_folder(bundle):
    assert {name.partition("/")[0] for name in bundle} == {"case"}
    assert {name.partition("/")[2] for name in bundle} >= {
        *("diagnosis.txt", "diagnosis.json", "configuration.yaml", "connection.json", "snapshot.json", "checks.json", "events.json", "pods.yaml"),
        "values/acp.yaml",
        "logs/acp-redis-cluster-0.acp-redis-cluster.log",
    }
    assert json.loads(bundle["case/diagnosis.json"])["cause"]["id"] == "address"
    assert len(json.loads(bundle["case/snapshot.json"])["nodes"]) == 6


def test_no_secret_is_in_it(bundle):
    text = "".join(bundle.values())
    assert "********" in text
    assert WORD not in text and base64.b64encode(WORD.encode()).decode() not in text and "hush" not in text
    assert "managedFields" not in text


@pytest.mark.parametrize("path", ["/nowhere/at/all.tar.gz", "/dev/null/bundle.tar.gz"])
def test_a_place_that_cannot_be_written_is_refused(path):
    with pytest.raises(InputError, match="cannot be written"):
        _acp_bundle.refuse(path)
