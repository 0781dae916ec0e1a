# SPDX-License-Identifier: GPL-3.0-or-later
"""A release that runs: formed once, whole again after crashes, its primaries' roles handed over in order. Last, so that it is formed by then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from cluster import NAMESPACE, Cluster, kubectl, wait_for

KEYS = range(40)
READ = [f"GET key:{number}" for number in KEYS]


def write(cluster: Cluster) -> None:
    assert cluster.redis(cluster.pods[0], *[f"SET key:{number} {number}" for number in KEYS]).count("OK") == len(KEYS)


def lost(cluster: Cluster, pod: str) -> set[int]:
    lines = cluster.redis(pod, *READ).splitlines()
    return set(KEYS) - {int(line) for line in lines if line.isdigit()}


def test_it_is_formed(cluster):
    assert cluster.troubles() == []
    write(cluster)
    assert lost(cluster, cluster.pods[-1]) == set()


def test_no_process_of_any_container_was_told_the_password(cluster):
    for pod in cluster.pods[0], cluster.pods[-1]:
        lines = cluster.run(pod, r"for file in /proc/[0-9]*/cmdline; do tr '\000' ' ' <$file; echo; done 2>/dev/null")
        assert "redis-server" in lines and "exporter" in lines and "/scripts/keeper" in lines
        assert "w0rd!" not in lines


def test_primaries_that_crash_together_do_not_wait_for_each_other(cluster):
    """Their replicas have the keys, but nobody is left who could elect one."""
    write(cluster)
    before = cluster.primaries()
    assert len(before) == 3
    kill = 'for process in /proc/[0-9]*; do read -r name <$process/comm; [ "$name" != redis-server ] || kill -9 ${process#/proc/}; done'
    with ThreadPoolExecutor() as together:
        list(together.map(lambda pod: cluster.run(pod, kill, allowed_to_fail=True), before))
    wait_for(cluster.troubles, seconds=60)
    assert cluster.primaries() == {replica: primary for primary, replica in before.items()}
    assert lost(cluster, cluster.pods[0]) == set()


def test_a_primary_that_is_deleted_hands_its_role_over_and_comes_back_as_a_replica(cluster):
    """It hands over in less time than anybody takes to notice that it is gone (cluster-node-timeout is 15 s), and without a key lost.
    It comes back without its data under a new id; its old one is forgotten."""
    write(cluster)
    primary, replica = next(iter(cluster.primaries().items()))
    kubectl("delete", "pod", primary, "--namespace", NAMESPACE, "--wait=false")
    wait_for(lambda: "role:master" not in cluster.redis(replica, "INFO replication"), seconds=10)
    assert lost(cluster, replica) == set()
    wait_for(cluster.troubles, seconds=90)
    assert "role:slave" in cluster.redis(primary, "INFO replication")
    assert lost(cluster, primary) == set()
