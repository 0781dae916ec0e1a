# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _parse
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

NODES = """\
07c37df 10.0.0.1:30004@31004,host-4 slave e7d1eec 0 1426238317239 4 connected
67ed2db 10.0.0.2:30002@31002 master - 0 1426238316232 2 connected 5461-10922 [93->-e7d1eec] [77-<-07c37df]
e7d1eec :0@0 myself,master,fail? - 0 0 1 disconnected 0 5-5460
"""


def test_a_replicas_answers_become_facts():
    node = _parse.facts(recorded.answers())
    assert (node["role"], node["slots"], node["slot_count"], node["version"], node["mode"]) == ("replica", [], 0, "6.2.11", "cluster")
    assert node["primary_id"] in {entry["id"] for entry in node["view"] if entry["role"] == "primary"}
    assert node["modules"] == [{"name": "ft", "version": 10200, "semver": "1.2.0"}]
    assert node["cluster"]["state"] == "ok" and node["cluster"]["known_nodes"] == 6 and node["cluster"]["size"] == 3
    assert node["replication"]["link_status"] == "up" and node["replication"]["syncing"] is False
    assert node["persistence"] == {"aof": True, "rdb_save": "3600 1", "loading": False, "last_bgsave_ok": True, "last_aof_ok": True}
    assert node["memory"]["max"] == 0 and node["memory"]["policy"] == "noeviction" and node["memory"]["used"] > 1000000
    assert node["config"]["cluster-node-timeout"] == "2000"


def test_the_shape_does_not_depend_on_what_was_answered():
    known, unknown, empty = _parse.facts(recorded.answers()), _parse.facts({}), _parse.empty()
    assert known.keys() == unknown.keys() == empty.keys()
    for name, value in known.items():
        assert type(unknown[name]) is type(empty[name])
        if isinstance(value, dict) and name != "config":
            assert value.keys() == unknown[name].keys() == empty[name].keys()


def test_cluster_nodes():
    view = {entry["id"]: entry for entry in _parse.cluster_nodes(NODES)}
    assert view["07c37df"]["address"] == "10.0.0.1:30004" and view["07c37df"]["role"] == "replica" and view["07c37df"]["primary_id"] == "e7d1eec"
    assert view["67ed2db"]["slots"] == [[5461, 10922]]
    assert view["67ed2db"]["open_slots"] == [
        {"slot": 93, "state": "migrating", "node": "e7d1eec"},
        {"slot": 77, "state": "importing", "node": "07c37df"},
    ]
    assert view["e7d1eec"]["flags"] == ["myself", "primary", "fail?"] and view["e7d1eec"]["slots"] == [[0, 0], [5, 5460]]
    assert view["e7d1eec"]["address"] == ":0" and view["e7d1eec"]["link"] == "disconnected"


def test_module_arguments_are_never_taken():
    # Redis 7 and later list the arguments, which hold OSS_GLOBAL_PASSWORD.
    reply = [["name", "search", "ver", 21014, "path", "/opt/redisearch.so", "args", ["OSS_GLOBAL_PASSWORD", "secret"]]]
    assert _parse.modules(reply) == [{"name": "search", "version": 21014, "semver": "2.10.14"}]


@pytest.mark.parametrize(
    ("error", "available"),
    [
        ("Unknown Index name", True),
        ("Unknown index name", True),
        ("SEARCH_INDEX_NOT_FOUND no such index", True),
        ("probe: no such index", True),
        ("MOVED 42 10.0.0.1:6379", True),
        ("ERR unknown command `FT.INFO`, with args beginning with: `x`, ", False),
        ("CLUSTERDOWN The cluster is down", None),
        ("NOPERM this user has no permissions", None),
        (None, None),
    ],
)
def test_search_works_when_it_does_not_know_the_index(error, available):
    found = _parse.search_answer(error)
    assert found["available"] is available
    assert found["error"] == (None if available else error)


def test_coordinator():
    known = [["search.clusterinfo", -1, ["readonly"], 0, 0, 0]]
    assert _parse.search(["b", "a"], None, known) == {"available": None, "coordinator": True, "indexes": ["a", "b"], "documents": [], "error": None}
    assert _parse.search(None, None, [None])["coordinator"] is False
    assert _parse.search(None, None, None)["coordinator"] is None


def test_a_nodes_own_indexes_come_before_what_it_was_told_by_another():
    assert _parse.search(["sessions"], [], [None])["indexes"] == []


def test_documents_are_counted():
    # A coordinator answers with numbers, a shard with text; a light build may know no such count.
    assert _parse.documents("a", ["index_name", "a", "num_docs", "22"], ["index_name", "a", "num_docs", 60]) == {"index": "a", "held": 22, "found": 60}
    assert _parse.documents("a", None, ["index_name", "a"]) == {"index": "a", "held": None, "found": None}


@pytest.mark.parametrize(
    ("values", "error", "ok"),
    [
        (["OK", "key", 9999, 1], None, True),
        (["OK", None, -2, 0], None, False),
        (["OK", "key", -1, 1], None, False),
        ([None, None, None, None], "OOM command not allowed", False),
    ],
)
def test_written(values, error, ok):
    result = _parse.written("key", values, error)
    assert result["ok"] is ok and bool(result["error"]) is not ok
