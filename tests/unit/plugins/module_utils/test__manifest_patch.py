# SPDX-License-Identifier: GPL-3.0-or-later
import copy

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _manifest_patch

POD = {
    "containers": [{"name": "redis", "image": "redis:1", "env": [{"name": "A", "value": "1"}], "ports": [{"containerPort": 6379}]}],
    "tolerations": [{"key": "a"}],
}
LIVE = {
    "containers": [
        {
            "name": "redis",
            "image": "redis:1",
            "imagePullPolicy": "IfNotPresent",
            "env": [{"name": "A", "value": "1"}],
            "ports": [{"containerPort": 6379, "protocol": "TCP"}],
        },
        {"name": "injected"},
    ],
    "tolerations": [{"key": "a"}],
    "dnsPolicy": "ClusterFirst",
}
DNS = [{"name": "tcp", "port": 53, "protocol": "TCP"}, {"name": "udp", "port": 53, "protocol": "UDP"}]


def changed(obj, *path_and_value):
    result = copy.deepcopy(obj)
    inner = result
    for step in path_and_value[:-2]:
        inner = inner[step]
    inner[path_and_value[-2]] = path_and_value[-1]
    return result


def test_covers_does_not_mind_defaults_and_what_others_added():
    assert _manifest_patch.covers(LIVE, POD)


@pytest.mark.parametrize(
    "live",
    [
        changed(LIVE, "containers", 0, "image", "redis:2"),
        changed(LIVE, "containers", 0, "env", []),
        changed(LIVE, "containers", 0, "ports", 0, "containerPort", 6380),
        changed(LIVE, "containers", LIVE["containers"][1:]),
        changed(LIVE, "tolerations", [{"key": "a", "effect": "NoSchedule"}]),
    ],
)
def test_covers_sees_what_helm_would_set_back(live):
    assert not _manifest_patch.covers(live, POD)


def test_covers_wants_lists_that_are_replaced_to_be_exactly_the_same():
    assert _manifest_patch.covers({"args": ["a"]}, {"args": ["a"]})
    assert not _manifest_patch.covers({"args": ["a", "b"]}, {"args": ["a"]})


def test_covers_does_not_decide_where_only_one_alternative_may_remain():
    assert not _manifest_patch.covers({"strategy": {"type": "Recreate", "rollingUpdate": {}}}, {"strategy": {"type": "Recreate"}})
    assert not _manifest_patch.covers({"volumes": [{"name": "a", "emptyDir": {}, "secret": {}}]}, {"volumes": [{"name": "a", "emptyDir": {}}]})


def test_covers_tells_ports_of_one_number_apart():
    assert _manifest_patch.covers({"ports": [{**port, "targetPort": 53} for port in DNS]}, {"ports": DNS})
    assert not _manifest_patch.covers({"ports": DNS[:1]}, {"ports": DNS})


def test_owned_adds_helms_marks_and_keeps_the_object():
    obj = {"kind": "X", "metadata": {"name": "x", "labels": {"a": "b"}, "annotations": None}}
    marked = _manifest_patch.owned(obj, "redis", "acp")
    assert marked["metadata"]["labels"] == {"a": "b", "app.kubernetes.io/managed-by": "Helm"}
    assert marked["metadata"]["annotations"] == {"meta.helm.sh/release-name": "redis", "meta.helm.sh/release-namespace": "acp"}
    assert obj["metadata"]["labels"] == {"a": "b"}


def test_strategic_removes_what_was_dropped_and_nothing_else():
    old = {"a": 1, "gone": 1, "env": [{"name": "A"}, {"name": "B"}], "args": ["x"]}
    new = {"a": 1, "env": [{"name": "A", "value": "1"}], "args": ["y"]}
    live = {**old, "others": True, "env": [*old["env"], {"name": "injected"}]}
    assert _manifest_patch.strategic(old, new, live) == {
        "a": 1,
        "gone": None,
        "env": [{"name": "A", "value": "1"}, {"$patch": "delete", "name": "B"}],
        "args": ["y"],
    }


def test_strategic_empties_a_merged_list():
    assert _manifest_patch.strategic({"env": [{"name": "A"}]}, {"env": []}, {}) == {"env": [{"$patch": "delete", "name": "A"}]}


def test_strategic_keeps_only_the_chosen_alternative():
    patch = _manifest_patch.strategic(None, {"volumes": [{"name": "a", "emptyDir": {}}], "strategy": {"type": "Recreate"}}, {})
    assert patch == {
        "volumes": [{"name": "a", "emptyDir": {}, "$retainKeys": ["emptyDir", "name"]}],
        "strategy": {"type": "Recreate", "$retainKeys": ["type"]},
    }


def test_strategic_sends_of_ports_of_one_number_only_what_is_missing():
    new = {"ports": [{"name": "main", "port": 7000}, *DNS]}
    old = {"ports": [{"name": "main", "port": 6379}, *DNS]}
    assert _manifest_patch.strategic(old, new, old)["ports"] == [{"name": "main", "port": 7000}, {"$patch": "delete", "port": 6379}]


def test_merge_is_the_difference_of_the_manifests():
    old = {"kind": "X", "spec": {"a": 1, "b": {"c": 1}, "gone": 1, "list": [1]}}
    new = {"kind": "X", "spec": {"a": 1, "b": {"c": 2}, "list": [1, 2]}}
    assert _manifest_patch.merge(old, new) == {"spec": {"b": {"c": 2}, "gone": None, "list": [1, 2]}}
    assert _manifest_patch.merge(new, new) == {}
