# SPDX-License-Identifier: GPL-3.0-or-later
"""One release on the laboratory, formed while everything else is tested."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest
from chart import CHART, RELEASE
from cluster import NAMESPACE, VALUES, Cluster, kubectl


@pytest.fixture(scope="session", autouse=True)
def forming(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen | None]:
    if not any("cluster" in getattr(item, "fixturenames", ()) for item in request.session.items):
        yield None
        return
    kubectl("create", "namespace", NAMESPACE)
    helm = ["helm", "install", RELEASE, str(CHART), "--namespace", NAMESPACE, "--values", "-", "--wait", "--timeout", "3m"]
    with subprocess.Popen(helm, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        process.stdin.write(json.dumps(VALUES))
        process.stdin.close()
        yield process
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.fixture(scope="session")
def cluster(forming: subprocess.Popen) -> Cluster:
    said = forming.stdout.read()
    assert forming.wait() == 0, said + kubectl("get", "pods,events", "--namespace", NAMESPACE)
    return Cluster()
