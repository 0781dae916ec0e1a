# SPDX-License-Identifier: GPL-3.0-or-later
"""Redis goes away and comes back, also under other addresses, while the stand-in runs."""

from __future__ import annotations

import time

from redis_nodes import Service


def until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


def test_alive_tells_the_truth(standin, redis_cluster):
    cluster = redis_cluster(password="x")
    platform = standin(cluster.settings(redis_search=True))
    assert platform.get("/alive")[0] == 200
    cluster.nodes[2].stop()
    until(lambda: platform.get("/alive")[0] == 503, 10)
    assert "acp_standin_storage_up 0.0" in platform.metrics()
    cluster.nodes[2].start()
    until(lambda: platform.get("/alive")[0] == 200, 10)
    assert platform.process.poll() is None


def test_alive_does_not_wait_for_a_redis_that_hangs(standin, redis_cluster):
    cluster = redis_cluster(password="x")
    platform = standin(cluster.settings())
    assert platform.get("/alive")[0] == 200
    for node in cluster.nodes:
        node.hang()
    until(lambda: platform.get("/alive")[0] == 503, 6)
    for node in cluster.nodes:
        node.resume()
    until(lambda: platform.get("/alive")[0] == 200, 20)


def test_all_nodes_come_back_under_other_addresses(standin, redis_cluster):
    """As after a restart of all pods at once: of all that the client knew, only the Service's name still leads anywhere."""
    cluster = redis_cluster(password="x")
    with Service(lambda: cluster.nodes[0].port) as service:
        platform = standin({"redis": {**cluster.settings(redis_search=True)["redis"], "addrs": [service.address]}})
        platform.serving()
        for node in cluster.nodes:
            node.stop()
        until(lambda: platform.post("/codes", {"subject": "a"})[0] == 503, 10)
        for node in cluster.nodes:
            node.port = 0
            node.start()
        cluster.meet()
        until(lambda: platform.get("/alive")[0] == 200, 20)
        for number in range(30):
            assert platform.post("/sessions", {"kind": "user", "subject": str(number)})[0] == 201


def test_a_failover(standin, redis_cluster):
    cluster = redis_cluster(password="x", replica=True)
    platform = standin(cluster.settings(redis_search=True))
    made = [platform.post("/sessions", {"kind": "user", "subject": str(number)})[1]["id"] for number in range(30)]
    cluster.nodes[0].stop()
    until(lambda: {platform.get(f"/sessions/{identifier}")[0] for identifier in made} == {200}, 20)
    until(lambda: platform.get("/alive")[0] == 200, 10)
