# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _pods
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import objects


def test_a_pod():
    pod = _pods.pod(objects.pod("redis-0", "10.0.0.7"))
    assert (pod.name, pod.ip, pod.host, pod.phase, pod.ready) == ("redis-0", "10.0.0.7", "worker", "Running", True)
    assert pod.dns == "redis-0.redis-headless.acp.svc.cluster.local"
    assert pod.redis_port(1) == 6379 and pod.target_port("tcp-redis") == 6379 and pod.target_port(99) == 99 and pod.target_port("https") is None
    assert pod.memory_limit(6379) == 256 * 1024 * 1024 and pod.memory_limit(1) is None


def test_a_pod_that_waits():
    resource = objects.pod("redis-0", None, phase="Pending", ready=False)
    resource["status"]["containerStatuses"] = [{"name": "redis", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}]
    assert _pods.pod(resource).trouble == "container redis: ImagePullBackOff no such image"
    unscheduled = objects.pod("redis-0", None, phase="Pending", ready=False)
    unscheduled["status"]["conditions"].append({"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"})
    assert _pods.pod(unscheduled).trouble == "0/1 nodes are available"


def test_a_pod_that_goes():
    resource = objects.pod("redis-0", "10.0.0.7")
    resource["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert _pods.pod(resource).phase == "Terminating"


@pytest.mark.parametrize(("text", "amount"), [("512Mi", 2**29), ("1G", 10**9), ("1.5Gi", 1610612736), ("128974848", 128974848), (None, None), ("x", None)])
def test_quantity(text, amount):
    assert _pods.quantity(text) == amount
