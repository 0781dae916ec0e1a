# SPDX-License-Identifier: GPL-3.0-or-later
"""A real cluster in a test's hands: kinds of clusters to start, and what is done with them again and again."""

from __future__ import annotations

import contextlib
import os
import pathlib
import resource
import tempfile

import loopback
import redis
from redis.crc import key_slot

PASSWORD = "p@ss,w0rd!{}\"'"
INDEX = "sessions"
CREATE_INDEX = ("FT.CREATE", INDEX, "PREFIX", 1, "session:", "SCHEMA", "subject", "TEXT")

CLUSTERS = {
    "six": {"nodes": 6, "replicas": 1, "password": PASSWORD},
    "tls": {"nodes": 6, "replicas": 1, "password": PASSWORD, "tls": True},
    "newer": {"nodes": 3, "replicas": 0},
    "standalone": {"nodes": 1, "replicas": -1},
}


@contextlib.contextmanager
def started(kind: str):
    """A cluster of this kind, out of the programs that the environment names."""
    server, module = os.environ["REDIS_SERVER"], os.environ["REDIS_SEARCH_MODULE"]
    if kind == "newer":
        server, module = os.environ["REDIS_NEWER_SERVER"], os.environ["REDIS_NEWER_SEARCH_MODULE"]
    if kind == "standalone":
        module = ""
    with tempfile.TemporaryDirectory() as where:
        cluster = Cluster(kind, loopback.start(pathlib.Path(where), server=server, module=module, **CLUSTERS[kind]), module)
        try:
            if CLUSTERS[kind]["replicas"] >= 0:
                cluster.settle()
            cluster.until(lambda: not any("no responses" in cluster.search_answer(node) for node in cluster.nodes))
            yield cluster
        finally:
            loopback.stop(pathlib.Path(where))


class Cluster:
    """Where there are six nodes, 0 to 2 are primaries, and 3 to 5 their replicas."""

    def __init__(self, kind: str, state: dict, module: str) -> None:
        self.kind, self.state, self.module = kind, state, module

    def options(self) -> dict:
        """What redis_cluster_check has to be told."""
        planned = CLUSTERS[self.kind]
        return {
            "transport": "direct",
            "addrs": list(self.state["addrs"]),
            "login_password": self.state["password"] or None,
            "tls": self.state["tls"],
            "ca_certs": self.state.get("ca"),
            "nodes": planned["nodes"],
            "replicas": max(planned["replicas"], 0),
            "connect_timeout": 5,
        }

    def with_password(self, password: str) -> Cluster:
        """The same cluster for who has another password."""
        return Cluster(self.kind, {**self.state, "password": password}, self.module)

    def port(self, node: int) -> int:
        return int(self.state["addrs"][node].rpartition(":")[2])

    def client(self, node: int) -> redis.Redis:
        return loopback.connect(self.state, self.port(node))

    def on(self, node: int, *command):
        return self.client(node).execute_command(*command)

    def everywhere(self, *command) -> list:
        return [self.on(node, *command) for node in self.nodes]

    @property
    def nodes(self) -> range:
        return range(len(self.state["addrs"]))

    def which(self, holds) -> int:
        """The first node of which this is so."""
        return next(node for node in self.nodes if holds(node))

    def id(self, node: int) -> str:
        return self.on(node, "CLUSTER MYID")

    def view(self, node: int) -> dict:
        """CLUSTER NODES as redis-py reads it, by address."""
        return self.on(node, "CLUSTER NODES")

    def seen(self, node: int, other: int) -> dict:
        """What `node` says of the other one."""
        return self.view(node)[self.state["addrs"][other]]

    def restart(self, node: int, **changes: str | None) -> None:
        """See loopback.restart(); then the cluster is whole again."""
        loopback.restart(self.state, node, **changes)
        self.settle()

    def settle(self) -> None:
        """All serve, replicas follow, and a module with a coordinator has heard of all."""
        self.until(lambda: all(self.on(node, "CLUSTER INFO")["cluster_state"] == "ok" for node in self.nodes))
        self.until(lambda: all(self.client(node).info("replication").get("master_link_status", "up") == "up" for node in self.nodes))
        self.until(lambda: not any("Uninitialized" in self.search_answer(node) for node in self.nodes))

    def search_answer(self, node: int) -> str:
        try:
            return str(self.on(node, "FT.INFO", "there-is-none"))
        except redis.ResponseError as error:
            return str(error)

    def until(self, holds) -> None:
        loopback.until(holds, "the cluster to be as the scenario wants it")

    def fill(self, node: int, size: int) -> str:
        """Writes a key of that size, of random bytes, in a slot of that primary."""
        served = self.slots(node)
        key = next(key for key in (f"filler:{n}" for n in range(1000)) if key_slot(key.encode()) in served)
        self.client(node).set(key, os.urandom(size))
        return key

    def slots(self, node: int, seen_by: int | None = None) -> set:
        """The slots of a node, as it says itself or as another one does."""
        parts = self.seen(node if seen_by is None else seen_by, node)["slots"]
        return {slot for part in parts for slot in range(int(part[0]), int(part[-1]) + 1)}

    def limit_files(self, node: int, size: int) -> None:
        resource.prlimit(self.state["pids"][node], resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def move_slot(self, slot: int, source: int, target: int) -> None:
        """As redis-cli --cluster reshard does it."""
        self.on(target, "CLUSTER SETSLOT", slot, "IMPORTING", self.id(source))
        self.on(source, "CLUSTER SETSLOT", slot, "MIGRATING", self.id(target))
        keys = self.on(source, "CLUSTER GETKEYSINSLOT", slot, 1000)
        if keys:
            host, _colon, port = self.state["addrs"][target].rpartition(":")
            self.on(source, "MIGRATE", host, port, "", 0, 5000, "AUTH", self.state["password"], "KEYS", *keys)
        self.on(target, "CLUSTER SETSLOT", slot, "NODE", self.id(target))
        with contextlib.suppress(redis.ResponseError):
            # With its last slot the source has become a replica of the target already.
            self.on(source, "CLUSTER SETSLOT", slot, "NODE", self.id(target))

    def index_sessions(self) -> None:
        """An index, and twenty documents on each primary."""
        self.on(0, *CREATE_INDEX)
        for node in (0, 1, 2):
            served, client = self.slots(node), self.client(node)
            for key in [key for key in (f"session:{n}" for n in range(200)) if key_slot(key.encode()) in served][:20]:
                client.hset(key, "subject", "somebody")
        self.until(lambda: self.found() == 60)

    def found(self) -> int:
        """How many documents a search finds."""
        return self.on(0, "FT.SEARCH", INDEX, "*", "LIMIT", 0, 0)[0]

    def drop_index(self) -> None:
        """With all keys."""
        for node in self.nodes:
            with contextlib.suppress(redis.ReadOnlyError):
                self.on(node, "FLUSHALL")
