# SPDX-License-Identifier: GPL-3.0-or-later
import base64

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _manifest


def test_documents_leaves_out_what_is_empty_and_takes_lists_apart():
    text = "---\n# Source: a\n---\nkind: ConfigMap\napiVersion: v1\n---\napiVersion: v1\nkind: List\nitems: [{kind: Secret, apiVersion: v1}]\n"
    assert [obj["kind"] for obj in _manifest.documents(text)] == ["ConfigMap", "Secret"]


@pytest.mark.parametrize(
    "written, read",
    [
        ("2026-01-01", "2026-01-01"),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000.0),
        ("0755", 493),
        ("0x1f", 31),
        ("yes", True),
        ("n", False),
        ("Off", False),
        ("true", True),
        ("yess", "yess"),
        ("=", "="),
        ("1.5", 1.5),
        ("-7", -7),
        ("6.2.11", "6.2.11"),
        ("~", None),
    ],
)
def test_scalars_are_read_as_helm_reads_them(written, read):
    found = _manifest.documents(f"kind: X\nvalue: {written}\n")[0]["value"]
    assert found == read and type(found) is type(read)


def test_unreadable_yaml_is_told_without_quoting_it():
    with pytest.raises(_manifest.Unreadable) as error:
        _manifest.documents("kind: Secret\npassword: hunter2: [\n")
    assert "line 2" in str(error.value) and "hunter2" not in str(error.value)


def test_key_takes_the_releases_namespace_unless_the_object_names_one():
    obj = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
    assert _manifest.key(obj, "acp") == _manifest.Key("apps", "Deployment", "acp", "web")
    assert _manifest.key({**obj, "metadata": {"name": "web", "namespace": "other"}}, "acp").namespace == "other"
    assert _manifest.key({**obj, "metadata": {"name": "web", "namespace": "other"}}, "").namespace == ""


def test_key_is_the_same_in_every_version_of_an_api():
    old, new = ({"apiVersion": f"policy/{version}", "kind": "PodDisruptionBudget", "metadata": {"name": "x"}} for version in ("v1beta1", "v1"))
    assert _manifest.key(old, "acp") == _manifest.key(new, "acp")


def test_normal_turns_string_data_into_data():
    secret = {"kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "y"}, "status": {}, "type": None}
    assert _manifest.normal(secret) == {"kind": "Secret", "data": {"a": "eA==", "b": base64.b64encode(b"y").decode()}}


def test_names_of_fields_are_texts():
    obj = _manifest.documents("kind: X\ndata: {2: a, on: b, n: c}\n")[0]
    assert _manifest.normal(obj)["data"] == {"2": "a", "true": "b", "false": "c"}


def test_clean_takes_out_what_the_server_writes():
    live = {"kind": "X", "status": {"a": 1}, "metadata": {"name": "x", "uid": "1", "resourceVersion": "2", "managedFields": [], "generation": 3}}
    assert _manifest.clean(live) == {"kind": "X", "metadata": {"name": "x"}}


def test_same_knows_the_types_of_json():
    assert _manifest.same({"a": [1, 2.0]}, {"a": [1.0, 2]})
    assert not _manifest.same({"a": True}, {"a": 1})
    assert not _manifest.same([1], [1, 2])
    assert not _manifest.same("1", 1)


def test_differing_names_elements_by_name_and_quotes_odd_keys():
    before = {"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b"}]}, "data": {"redis.conf": "x"}}
    after = {"spec": {"containers": [{"name": "a", "image": "2"}]}, "data": {"redis.conf": "y", "plain": "z"}}
    assert _manifest.differing(before, after) == ["spec.containers[a].image", "spec.containers[b]", 'data["redis.conf"]', "data.plain"]


def test_differing_counts_elements_without_names_and_sees_their_order():
    assert _manifest.differing({"args": ["a", "b"]}, {"args": ["a", "c"]}) == ["args[1]"]
    assert _manifest.differing({"c": [{"name": "a"}, {"name": "b"}]}, {"c": [{"name": "b"}, {"name": "a"}]}) == ["c"]
    assert _manifest.differing({"a": 1}, {"a": 1}) == []
