# SPDX-License-Identifier: GPL-3.0-or-later
import copy
from dataclasses import replace

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _helm_diff, _manifest, _manifest_patch
from ansible_collections.cloudentity.platform.plugins.module_utils._helm_cluster import Refusal
from ansible_collections.cloudentity.platform.plugins.module_utils._helm_diff import Item

KEY = _manifest.Key("", "ConfigMap", "acp", "redis")
OBJ = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "redis"}, "data": {"a": "1"}}
SERVER = {"uid": "1", "resourceVersion": "5", "generation": 1, "managedFields": []}


def but(**data):
    return {**OBJ, "data": data}


def live(obj):
    result = copy.deepcopy(_manifest_patch.owned(obj, "redis", "acp"))
    result["metadata"].update(SERVER, namespace="acp")
    return result


SAME = object()


def item(old=SAME, new=SAME, now=SAME):
    old, new, now = (OBJ if thing is SAME else thing for thing in (old, new, now))
    return Item(KEY, "v1", old, new, live(now) if now else None)


def ask(thing, server_side=False):
    return _helm_diff.ask(thing, "redis", "acp", server_side)


def judge(thing, *answer):
    change = _helm_diff.judge(thing, *answer)
    return change and (change.action, change.paths, change.drift)


def test_secret_values_win_and_the_release_keeps_its_mark():
    values = {"auth": {"user": "a", "password": ""}, "global": {"cloudentityPlatformRevision": "9", "imageRegistry": "x"}}
    released = {"global": {"cloudentityPlatformRevision": "4"}}
    assert _helm_diff.overlay(values, {"auth": {"password": "p"}}, released) == {
        "auth": {"user": "a", "password": "p"},
        "global": {"cloudentityPlatformRevision": "4", "imageRegistry": "x"},
    }
    assert _helm_diff.overlay({"a": 1}, None, released) == {"a": 1, "global": {"cloudentityPlatformRevision": "4"}}
    assert _helm_diff.overlay({"a": 1}, None, {"global": None}) == {"a": 1}
    assert _helm_diff.overlay(values, None)["global"] == {"imageRegistry": "x"}
    assert values["global"]["cloudentityPlatformRevision"] == "9"


def test_hooks_leave_out_tests():
    stored = [
        {"events": ["test"], "manifest": "{kind: Pod, apiVersion: v1}"},
        {"events": ["pre-upgrade", "test"], "manifest": "{kind: Job, apiVersion: v1}"},
    ]
    assert [obj["kind"] for obj in _helm_diff.hooks(stored)] == ["Job"]


def test_pair_brings_the_states_of_an_object_together():
    other = {**OBJ, "metadata": {"name": "other"}}
    items = _helm_diff.pair([OBJ], [but(a="2"), other], lambda obj: _manifest.key(obj, "acp"))
    assert [(found.key.name, bool(found.old), bool(found.new)) for found in items] == [("redis", True, True), ("other", False, True)]
    assert _helm_diff.pair([OBJ], [], lambda obj: _manifest.key(obj, "acp"))[0].new is None


def test_nothing_is_asked_where_the_live_object_has_everything():
    assert ask(item()) is None
    assert ask(item(now=but(a="1", others="x"))) is None


def test_the_server_is_asked_where_something_differs():
    assert ask(item(now=but(a="2")))[0] == _helm_diff.STRATEGIC
    assert ask(item(new=but(a="2")))[0] == _helm_diff.STRATEGIC
    assert ask(item(), server_side=True)[0] == _helm_diff.APPLY
    assert ask(item(now=None))[0] == _helm_diff.CREATE
    assert ask(item(new=None)) is None


def test_helms_marks_belong_to_what_an_object_must_have():
    stolen = item()
    del stolen.live["metadata"]["annotations"]["meta.helm.sh/release-name"]
    assert ask(stolen)[0] == _helm_diff.STRATEGIC


def test_of_a_custom_resource_only_the_manifests_count():
    assert _helm_diff.ask_custom(item()) is None
    assert _helm_diff.ask_custom(item(new=but(a="2"))) == (_helm_diff.MERGE, {"data": {"a": "2"}})


def test_judge_names_what_would_happen():
    assert judge(item()) is None
    assert judge(item(old=None, now=None)) == ("create", [], False)
    assert judge(item(now=None)) == ("create", [], True)
    assert judge(item(new=None)) == ("delete", [], False)
    assert judge(item(new=but(a="2")), live(but(a="2"))) == ("update", ["data.a"], False)
    assert judge(item(now=but(a="3")), live(OBJ)) == ("update", ["data.a"], True)


def test_defaults_that_the_server_fills_in_are_no_change():
    thing = item(now=but(a="1", defaulted="x"))
    again = copy.deepcopy(thing.live)
    again["metadata"].update(resourceVersion="9", managedFields=[{}])
    assert judge(thing, again) is None


def test_a_manifest_that_changes_nothing_live_still_changes_the_release():
    assert judge(item(new=but(a="1", b="2"), now=but(a="1", b="2")), live(but(a="1", b="2"))) == ("update", ["data.b"], False)


def test_an_object_that_the_release_takes_over_is_an_update():
    assert judge(item(old=None)) == ("update", [], False)
    assert judge(item(old=None, now=but(a="2")), live(OBJ)) == ("update", ["data.a"], False)


def test_a_kept_object_is_left_behind():
    kept = {**OBJ, "metadata": {"name": "redis", "annotations": {"helm.sh/resource-policy": "keep"}}}
    assert judge(item(old=kept, new=None, now=kept))[0] == "keep"
    assert judge(item(old=kept, new=None, now=None))[0] == "keep"
    assert judge(item(old=kept, new=None, now=OBJ))[0] == "delete"


def test_hooks_are_compared_with_the_releases_hooks_only():
    hook = replace(item(new=but(a="2"), now=None), hook=True)
    assert ask(hook) is None
    assert judge(hook) == ("update", ["data.a"], False)
    assert judge(replace(hook, new=OBJ)) is None
    assert judge(replace(hook, old=None))[0] == "create" and judge(replace(hook, new=None))[0] == "delete"


STATEFUL = Refusal(
    422,
    'StatefulSet.apps "redis" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\', \'template\' are forbidden',
    "Invalid",
    [{"field": "spec", "message": "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template' are forbidden"}],
)


def stateful(size, image="a"):
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "redis"},
        "spec": {"template": {"image": image}, "volumeClaimTemplates": [{"storage": size}]},
    }


def test_a_fixed_field_is_named_with_the_way_out():
    thing = Item(_manifest.Key("apps", "StatefulSet", "acp", "redis"), "apps/v1", stateful("1Gi"), stateful("2Gi", "b"), live(stateful("1Gi")))
    change = _helm_diff.judge(thing, STATEFUL)
    assert (change.action, change.paths, change.blocks) == ("recreate", ["spec.volumeClaimTemplates[0].storage"], True)
    assert "kubectl delete statefulset redis --namespace acp --cascade=orphan" in change.message
    assert _helm_diff.refused(thing, STATEFUL) is None


@pytest.mark.parametrize(
    "message",
    ["spec.clusterIP: field is immutable", "data: Forbidden: field is immutable when `immutable` is set", "cannot change roleRef", "may not change once set"],
)
def test_all_wordings_of_fixed_fields_are_known(message):
    assert _helm_diff.judge(item(new=but(a="2")), Refusal(422, message)).action == "recreate"


def test_a_refusal_is_told_without_the_values_that_it_quotes():
    refusal = Refusal(422, "", "Invalid", [{"field": "spec.ports[0].port", "message": 'Invalid value: "hunter2": must be between 1 and 65535, inclusive'}])
    text = _helm_diff.refused(item(), refusal)
    assert text == "ConfigMap acp/redis: spec.ports[0].port: must be between 1 and 65535, inclusive"


def test_what_only_the_real_request_can_tell_is_no_refusal():
    assert _helm_diff.refused(item(), Refusal(404, "namespaces not found")) is None
    assert _helm_diff.refused(item(), Refusal(400, "admission webhook x does not support dry run")) is None
    assert _helm_diff.refused(item(), Refusal(403, "forbidden")) == "ConfigMap acp/redis: forbidden"
    assert _helm_diff.refused(item(), live(OBJ)) is None and _helm_diff.refused(item(), None) is None


def test_without_the_servers_answer_the_manifests_decide():
    unknown = Refusal(400, "admission webhook x does not support dry run")
    assert judge(item(now=but(a="3")), unknown) is None
    assert judge(item(new=but(a="2")), unknown) == ("update", ["data.a"], False)


def test_what_helm_4_does_not_overwrite_blocks_the_upgrade():
    conflict = Refusal(409, 'Apply failed with 1 conflict: conflict with "kubectl-patch" using v1: .data.a')
    change = _helm_diff.judge(item(now=but(a="3")), live(OBJ), conflict)
    assert change.drift and change.blocks and "kubectl-patch" in change.message and "--force-conflicts" in change.message


def test_what_is_made_up_anew_each_time_settles():
    first, second = item(new=but(a="x", b="1")), item(new=but(a="y", b="1"))
    settled, volatile = _helm_diff.settle([replace(first, old=but(a="w", b="1"))], [second])
    assert volatile == [KEY] and settled[0].new == but(a="w", b="1")


def test_what_differs_besides_does_not_settle():
    first, second = item(new=but(a="x", b="1")), item(new=but(a="y", b="1"))
    settled, volatile = _helm_diff.settle([replace(first, old=but(a="w", b="0"))], [second])
    assert volatile == [] and settled[0].new == but(a="x", b="1")
    assert _helm_diff.settle([item(new=but(a="2"))], [item(new=but(a="2"))])[1] == []


def test_the_summary_counts():
    changes = [_helm_diff.judge(item(now=None)), _helm_diff.judge(item(new=but(a="2")), live(but(a="2"))), _helm_diff.judge(item(new=None))]
    changes.append(_helm_diff.judge(replace(item(new=but(a="2")), hook=True)))
    assert _helm_diff.summary(changes, True, "deployed") == "1 to create, 1 to update, 1 to delete, 1 hook changed (1 changed in the cluster since)"
    assert _helm_diff.summary([], True, "deployed") == "no change"
    assert _helm_diff.summary([], True, "failed") == "the last upgrade is failed and is done again: no object changes"
    assert _helm_diff.summary(changes[1:2], False, None) == "new release: 1 to update"


@pytest.mark.parametrize(
    ("values", "paths"),
    [
        ({"redis": {"useAOF": "yes", "annotations": {"a": {"b": 1}}}, "global": {"x": 1}, "acp": {"y": 1}}, []),
        ({"redis": {"useAFO": "yes"}, "rediz": {"useAOF": "yes"}, "other": 1}, ["redis.useAFO", "rediz", "other"]),
        ({"redis": {"useAOF": {"deep": 1}}}, []),
    ],
)
def test_values_that_the_chart_does_not_have(values, paths):
    chart = {"metadata": {"dependencies": [{"name": "platform", "alias": "acp"}]}, "values": {"redis": {"useAOF": "yes", "annotations": {}}}}
    assert _helm_diff.unknown(values, chart) == paths
