# SPDX-License-Identifier: GPL-3.0-or-later
"""How it starts, and with which last words it does not."""

from __future__ import annotations

import json
import signal
import time

import pytest
from redis_nodes import Node

REFUSED = '{{"error":"failed to create redis client: failed to get redis info: {}","level":"fatal","msg":"failed to create storage"}}'
NO_ANSWER = REFUSED.format("ERR no responses received")
NO_MODULE = REFUSED.format("ERR unknown command `FT.INFO`, with args beginning with: `default-index`, ")


def last_words(process) -> str:
    begin = time.monotonic()
    assert process.wait() == 1
    assert time.monotonic() - begin < 10
    return process.lines[-1]


def test_nothing_listens(standin, closed_port):
    process = standin({"redis": {"addrs": [f"127.0.0.1:{closed_port}"] * 2}})
    assert last_words(process) == REFUSED.format(f"dial tcp 127.0.0.1:{closed_port}: connect: connection refused")


@pytest.mark.parametrize("name", ["no-such-host.invalid", "x" * 64])
def test_unknown_host(standin, name):
    process = standin({"redis": {"addrs": [f"{name}:6379"]}})
    assert last_words(process) == REFUSED.format(f"dial tcp: lookup {name}: no such host")


@pytest.mark.parametrize("login", [{"password": "wrong"}, {"password": None}, {"username": "nobody"}])
def test_wrong_login(standin, cluster, login):
    settings = cluster.settings(redis_search=True)
    process = standin({"redis": {**settings["redis"], **login}})
    assert last_words(process) == NO_ANSWER
    assert cluster.password not in process.output


def test_tls_where_the_server_has_none(standin, cluster):
    settings = cluster.settings(tls={"enabled": True, "insecure_skip_verify": True})
    del settings["redis"]["addrs"][1:]
    assert last_words(standin(settings)) == NO_ANSWER


def test_no_module(standin, redis_cluster):
    process = standin(redis_cluster(modules=(False, False, False)).settings(redis_search=True))
    assert last_words(process) == NO_MODULE


@pytest.mark.parametrize("lacking", range(3))
def test_module_missing_on_one_node_only(standin, redis_cluster, lacking):
    cluster = redis_cluster(password="x", modules=[number != lacking for number in range(3)])
    process = standin(cluster.settings(redis_search=True))
    assert last_words(process) == NO_MODULE
    assert f"127.0.0.1:{cluster.nodes[lacking].port}" in process.lines[-3], "the line before names the node"


def test_without_redis_search_no_module_is_needed(standin, redis_cluster):
    assert standin(redis_cluster(modules=(False, False, False)).settings()).get("/alive")[0] == 200


def test_not_a_cluster(standin, redis_cluster):
    cluster = redis_cluster()
    with cluster.nodes[1].client() as client:
        client.execute_command("CLUSTER FLUSHSLOTS")
        client.execute_command("CLUSTER RESET")
    settings = {"redis": {"addrs": [f"127.0.0.1:{cluster.nodes[1].port}"]}}
    assert last_words(standin(settings)) == REFUSED.format("CLUSTERDOWN The cluster is down")


@pytest.fixture(params=[True, False], ids=["module", "no module"])
def alone(request, programs, tmp_path):
    """A server that is no cluster."""
    node = Node(programs, tmp_path, "x", request.param, None, clustered=False)
    node.start()
    yield node
    node.stop()


def test_a_single_address_may_be_no_cluster(standin, alone):
    redis = {"addrs": [f"127.0.0.1:{alone.port}"], "password": "x"}
    process = standin({"redis": redis})
    made = process.post("/sessions", {"kind": "user", "subject": "alice"})[1]
    assert process.get(f"/sessions/{made['id']}")[0] == 200
    assert last_words(standin({"redis": {**redis, "addrs": redis["addrs"] * 2}})) == REFUSED.format(
        "ERR This instance has cluster support disabled"
    ), "two addresses are for a cluster"
    assert last_words(standin({"redis": {**redis, "password": "wrong"}})) == NO_ANSWER
    searching = standin({"redis": {**redis, "redis_search": True}})
    if alone.module:
        assert searching.get("/alive")[0] == 200 and "made the search index" in searching.output
    else:
        assert last_words(searching) == NO_MODULE


def test_one_dead_address_beside_a_live_one(standin, cluster, closed_port):
    settings = cluster.settings()
    settings["redis"]["addrs"] = [f"127.0.0.1:{closed_port}", settings["redis"]["addrs"][0]]
    assert standin(settings).get("/alive")[0] == 200


def test_the_index_is_made_once(standin, redis_cluster):
    settings = redis_cluster(password="x").settings(redis_search=True)
    first = standin(settings)
    assert first.get("/alive")[0] == 200
    assert "made the search index" in first.output
    second = standin(settings)
    assert second.get("/alive")[0] == 200
    assert "made the search index" not in second.output


@pytest.mark.parametrize("inline", [False, True], ids=["file", "inline"])
def test_tls(standin, redis_cluster, pair, inline):
    cluster = redis_cluster(password="x", tls=pair)
    ca = pair[0].read_text() if inline else str(pair[0])
    assert standin(cluster.settings(redis_search=True, tls={"enabled": True, "ca": ca})).get("/alive")[0] == 200
    assert standin(cluster.settings(tls={"enabled": True, "insecure_skip_verify": True})).get("/alive")[0] == 200
    assert last_words(standin(cluster.settings(tls={"enabled": True}))) == NO_ANSWER, "an authority that nobody vouches for"
    assert last_words(standin(cluster.settings())) == NO_ANSWER


def test_configuration_mistakes(standin):
    broken = standin("redis: {password: [hunter2\n")
    assert json.loads(last_words(broken))["msg"] == "failed to load configuration"
    assert "hunter2" not in broken.output
    process = standin({}, flags=("--config", "/nowhere/config.yaml"))
    assert last_words(process) == (
        '{"error":"open /nowhere/config.yaml: no such file or directory","level":"fatal","msg":"failed to load configuration"}'
    )


def test_flags_of_the_platform_are_taken(standin, cluster):
    flags = ("--demo", "--metrics", "--create-default-tenant", "--create-default-workspaces", "--set", "x=y")
    process = standin(cluster.settings(), "", flags=flags)
    assert process.get("/alive") == (200, {"alive": True, "standin": True})
    assert '"flags":["--demo","--create-default-tenant","--create-default-workspaces","--set","x=y"]' in process.output


def test_it_ends_when_told(standin, cluster):
    process = standin(cluster.settings())
    process.serving()
    process.process.send_signal(signal.SIGTERM)
    assert process.wait(3) == 0
    assert json.loads(process.lines[-1])["msg"] == "stopped"


def test_every_line_says_what_it_is(standin, cluster):
    process = standin(cluster.settings(redis_search=True))
    process.get("/alive")
    process.post("/codes", {"subject": "a"})
    process.process.terminate()
    process.wait()
    assert len(process.lines) > 4
    assert all(json.loads(line)["standin"] is True for line in process.lines)
