# SPDX-License-Identifier: GPL-3.0-or-later
"""What it keeps, where, and for how long."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.mark.parametrize("kind", ["user", "admin", "temporary"])
def test_sessions(platform, cluster, kind):
    status, made = platform.post("/sessions", {"kind": kind, "subject": "alice", "ttl": 60})
    assert status == 201
    assert cluster.find(made["id"]) == f"acp-standin:session:{made['id']}"
    assert platform.get(f"/sessions/{made['id']}") == (
        200,
        {"kind": kind, "subject": "alice", "expires_at": made["expires_at"], "standin": True},
    )
    assert platform.request("DELETE", f"/sessions/{made['id']}")[0] == 200
    assert platform.get(f"/sessions/{made['id']}")[0] == 404
    assert platform.request("DELETE", f"/sessions/{made['id']}")[0] == 404


@pytest.mark.parametrize("kind", ["access", "identity"])
def test_tokens(platform, cluster, kind):
    status, made = platform.post("/tokens", {"kind": kind, "subject": "bob"})
    assert status == 201
    assert cluster.find(made["token"])
    assert platform.get(f"/tokens/{made['token']}")[1]["kind"] == kind


def test_what_has_expired_is_gone_from_redis(platform, cluster):
    made = [
        (path, platform.post(path, {"kind": kind, "subject": "carol", "ttl": 1})[1])
        for path, kind in [("/sessions", "user"), ("/tokens", "access"), ("/codes", None), ("/refresh-tokens", None)]
    ]
    time.sleep(1.1)
    for path, page in made:
        identifier = page.get("id") or page.get("token") or page.get("code")
        assert cluster.find(identifier) is None
        if path == "/codes":
            assert platform.post(f"/codes/{identifier}/redeem")[0] == 410
        else:
            assert platform.get(f"{path}/{identifier}")[0] == 404


def test_a_code_works_once(platform):
    code = platform.post("/codes", {"subject": "dave"})[1]["code"]
    status, page = platform.post(f"/codes/{code}/redeem")
    assert (status, page["subject"], page["redeemed"]) == (200, "dave", True)
    assert platform.post(f"/codes/{code}/redeem")[0] == 410
    assert platform.post("/codes/never-was/redeem")[0] == 410


def test_of_many_who_race_for_a_code_one_wins(platform, standin, cluster):
    other = standin(cluster.settings())
    other.serving()
    with ThreadPoolExecutor(24) as pool:
        for _ in range(10):
            code = platform.post("/codes", {"subject": "eve"})[1]["code"]
            racers = [pool.submit((platform, other)[number % 2].post, f"/codes/{code}/redeem") for number in range(24)]
            statuses = sorted(racer.result()[0] for racer in racers)
            assert statuses == [200] + [410] * 23


@pytest.mark.parametrize("in_sql", [None, True, False])
def test_refresh_tokens_are_in_redis_only_where_sql_is_turned_off(standin, cluster, in_sql):
    storage = {} if in_sql is None else {"storage": {"refresh_tokens": {"enabled": in_sql}}}
    platform = standin(cluster.settings(), storage)
    status, made = platform.post("/refresh-tokens", {"subject": "frank"})
    assert (status, made["kept_in"]) == (201, "redis" if in_sql is False else "sql")
    assert bool(cluster.find(made["token"])) == (in_sql is False)
    assert platform.get(f"/refresh-tokens/{made['token']}")[1]["subject"] == "frank"


def test_a_small_pool_makes_requests_wait_and_loses_none(standin, redis_cluster):
    cluster = redis_cluster(password="x")
    platform = standin(cluster.settings(pool_size=1))
    platform.serving()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: platform.post("/tokens", {"kind": "access", "subject": str(number)}), range(48)))
    assert {status for status, _ in answers} == {201}
    for node in cluster.nodes:
        with node.client() as client:
            assert client.info("clients")["connected_clients"] <= 3, "this one, one of the pool, one that looked for the cluster's nodes"
    assert {platform.get(f"/tokens/{page['token']}")[1]["subject"] for _, page in answers} == {str(number) for number in range(48)}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sessions", {"kind": "root", "subject": "a"}),
        ("/sessions", {"kind": ["user"], "subject": "a"}),
        ("/sessions", {"kind": "user"}),
        ("/tokens", {"kind": "access", "subject": "a", "ttl": 0}),
        ("/tokens", {"kind": "access", "subject": "a", "ttl": True}),
        ("/codes", {"subject": "a", "ttl": "60"}),
        ("/codes", []),
        ("/codes", b"{"),
        ("/codes", b"\xff"),
    ],
)
def test_bad_requests(platform, path, body):
    status, page = platform.post(path, body)
    assert status == 400
    assert page["error"]
