# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _acp_objects
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import objects


def crashed() -> dict:
    resource = objects.pod("acp-0", "10.0.0.9", ready=False)
    resource["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    resource["spec"]["containers"] = [{"name": "acp", "image": "acp:1", "resources": {"limits": {"memory": "64Mi"}}}]
    resource["status"]["containerStatuses"] = [
        {
            "name": "acp",
            "restartCount": 3,
            "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
            "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "startedAt": "2026-01-01T00:01:00Z", "finishedAt": "2026-01-01T00:02:00Z"}},
        }
    ]
    return resource


def test_a_pod_that_crashes():
    found = _acp_objects.pod(crashed())
    assert (found["ready"], found["phase"], found["node"]) == (False, "Running", "worker")
    container = found["containers"][0]
    assert (container["state"], container["reason"], container["started"], container["restarts"]) == ("waiting", "CrashLoopBackOff", "2026-01-01T00:01:00Z", 3)
    assert container["last"] == {"reason": "OOMKilled", "exit_code": 137, "finished": "2026-01-01T00:02:00Z"}


def test_a_pod_that_has_not_begun():
    resource = crashed()
    resource["status"] = {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}]}
    found = _acp_objects.pod(resource)
    assert found["unscheduled"] == "0/1 nodes are available" and found["containers"][0]["last"] is None and found["containers"][0]["state"] == "waiting"


def test_when_the_data_was_changed_a_label_does_not_count():
    resource = {
        "metadata": {
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "managedFields": [
                {"manager": "helm", "time": "2026-01-02T00:00:00Z", "fieldsV1": {"f:data": {}, "f:metadata": {}}},
                {"manager": "kubectl-annotate", "time": "2026-01-03T00:00:00Z", "fieldsV1": {"f:metadata": {}}},
            ],
        }
    }
    assert _acp_objects.changed(resource) == "2026-01-02T00:00:00Z"
    assert _acp_objects.changed({"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}}) == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('2026-01-01T00:00:00.5Z {"level":"fatal","msg":"failed to create storage","error":"x"}', "x"),
        ('2026-01-01T00:00:00.5Z {"level":"info","msg":"x"}', None),
        ("2026-01-01T00:00:00.5Z {not json", None),
        ("2026-01-01T00:00:00.5Z fatal", None),
        ("", None),
    ],
)
def test_the_fatal_line(line, error):
    found = _acp_objects.fatal(line)
    assert (found and found[1]["error"]) == error


def test_events_of_both_kinds():
    about = {"metadata": {}, "involvedObject": {"kind": "Pod", "name": "acp-0"}}
    old = {**about, "reason": "BackOff", "message": " x ", "count": 4, "lastTimestamp": "2026-01-01T00:00:00Z"}
    new = {**about, "eventTime": "2026-01-01T00:00:01Z", "series": {"count": 7, "lastObservedTime": "2026-01-01T00:00:09Z"}}
    assert (_acp_objects.event(old)["object"], _acp_objects.event(old)["count"], _acp_objects.event(old)["message"]) == ("Pod acp-0", 4, "x")
    assert (_acp_objects.event(new)["last"], _acp_objects.event(new)["count"]) == ("2026-01-01T00:00:09Z", 7)


def test_redis_is_known_by_its_port():
    assert _acp_objects.redis_port(objects.pod("redis-0", "10.0.0.7")) == 6379
    assert _acp_objects.redis_port(crashed()) is None
