# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.cloudentity.platform.plugins.module_utils import _text

PRIMARY = {
    "name": "redis-0",
    "reachable": True,
    "role": "primary",
    "shard": 0,
    "slots": [[0, 5460], [5462, 5462]],
    "version": "6.2.11",
    "modules": [{"name": "ft", "semver": "1.2.2"}],
}
REPLICA = {**PRIMARY, "name": "redis-1", "role": "replica", "slots": [], "modules": []}
LOST = {"name": "redis-2", "reachable": False, "error": {"kind": "timeout", "message": "no answer in 5 s"}}


def test_topology_has_a_line_a_node():
    assert _text.topology({"nodes": [PRIMARY, REPLICA, LOST]}) == [
        "POD      ROLE         SLOTS             REDIS   MODULE",
        "redis-0  primary      0-5460,5462       6.2.11  ft 1.2.2",
        "redis-1  replica      of shard 0        6.2.11  none",
        "redis-2  unreachable  no answer in 5 s",
    ]


def test_only_bad_checks_show_their_remedy():
    lines = _text.checks(
        [
            {"id": "reachable", "status": "ok", "observed": "3 of 3", "remedy": "nothing"},
            {"id": "persistence", "status": "warning", "observed": "off", "remedy": "turn it on"},
        ]
    )
    assert lines == ["reachable    ok       3 of 3", "persistence  WARNING  off", "    remedy: turn it on"]


def test_pods_say_why_they_are_not_ready():
    pods = [
        {
            "metadata": {"name": "b"},
            "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}]},
        },
        {
            "metadata": {"name": "a"},
            "status": {
                "phase": "Running",
                "containerStatuses": [
                    {
                        "name": "redis",
                        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                        "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}},
                    }
                ],
            },
        },
    ]
    assert _text.pods(pods) == [
        "a: Running, not ready; redis waits: CrashLoopBackOff; redis ended with code 1: Error",
        "b: Pending, not ready; not scheduled: 0/1 nodes are available",
    ]


def test_no_pods_is_said():
    assert _text.pods([]) == ["No pod was created."]
