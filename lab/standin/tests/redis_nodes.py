# SPDX-License-Identifier: GPL-3.0-or-later
"""A Redis Cluster on loopback, formed in about a second."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import redis

SLOTS = 16384


class Node:
    def __init__(self, programs: dict, directory: Path, password: str, module: bool, tls: tuple[Path, Path] | None, clustered: bool = True):
        self.directory = directory
        self.tls = tls
        self.process = None
        self.port = 0
        self._password = password
        self._clustered = clustered
        self.module = programs["STANDIN_REDISEARCH"] if module else None
        self._server = programs["STANDIN_REDIS_SERVER"]

    def start(self) -> None:
        """On a free port; the bus takes another one, 10000 up."""
        while self.process is None or self.process.poll() is not None:
            self.port = self.port or random.randrange(10000, 30000)
            self.process = subprocess.Popen([str(self._server), str(self._configuration())], stdout=subprocess.DEVNULL)
            if not self._answers():
                self.process.wait()
                self.port = 0

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process = None

    def hang(self) -> None:
        """It takes connections and answers nothing, until resume()."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def client(self) -> redis.Redis:
        tls = {"ssl": True, "ssl_ca_certs": str(self.tls[0])} if self.tls else {}
        return redis.Redis("127.0.0.1", self.port, password=self._password or None, protocol=2, decode_responses=True, **tls)

    def _configuration(self) -> Path:
        lines = [
            "bind 127.0.0.1",
            f"dir {self.directory}",
            f"cluster-enabled {'yes' if self._clustered else 'no'}",
            "cluster-node-timeout 1000",
            "appendonly no",
            'save ""',
            f"logfile {self.directory}/log",
        ]
        if self.tls:
            lines += [f"tls-cert-file {self.tls[0]}", f"tls-key-file {self.tls[1]}", f"tls-ca-cert-file {self.tls[0]}"]
            lines += ["port 0", f"tls-port {self.port}", "tls-cluster yes", "tls-replication yes", "tls-auth-clients no"]
        else:
            lines += [f"port {self.port}"]
        if self._password:
            lines += [f"requirepass {_quoted(self._password)}", f"masterauth {_quoted(self._password)}"]
        if self.module:
            lines += [f"loadmodule {self.module}"]
        path = self.directory / "redis.conf"
        path.write_text("\n".join(lines) + "\n")
        return path

    def _answers(self) -> bool:
        deadline = time.monotonic() + 10
        with self.client() as client:
            while self.process.poll() is None:
                try:
                    # Somebody else's server may have the port: then ours is about to end.
                    if client.info("server")["process_id"] == self.process.pid:
                        return True
                except redis.ConnectionError:
                    if time.monotonic() > deadline:
                        self.stop()
                        raise
                    time.sleep(0.02)
        return False


class Cluster:
    """modules: which of the nodes load the search module. replica: one more node, which replicates the first."""

    def __init__(self, programs: dict, directory: Path, password: str = "", modules=(True, True, True), replica=False, tls=None):
        self.password = password
        self.nodes = []
        self.primaries = len(modules)
        for number, module in enumerate([*modules, *[True] * replica]):
            home = directory / str(number)
            home.mkdir()
            self.nodes.append(Node(programs, home, password, module, tls))

    def __enter__(self) -> Cluster:
        for node in self.nodes:
            node.start()
        for number, node in enumerate(self.nodes):
            with node.client() as client:
                client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
                if number < self.primaries:
                    begin, end = (SLOTS * part // self.primaries for part in (number, number + 1))
                    client.execute_command("CLUSTER ADDSLOTS", *range(begin, end))
        self.meet()
        if len(self.nodes) > self.primaries:
            with self.nodes[0].client() as primary, self.nodes[-1].client() as replica:
                replica.execute_command("CLUSTER REPLICATE", primary.execute_command("CLUSTER MYID"))
                _until(lambda: replica.info("replication").get("master_link_status") == "up")
        return self

    def meet(self) -> None:
        """The first node introduces all others, wherever they are now."""
        with self.nodes[0].client() as client:
            for node in self.nodes[1:]:
                client.execute_command("CLUSTER MEET", "127.0.0.1", node.port)
        _until(lambda: all(self._ok(node) for node in self.nodes))

    def __exit__(self, *_) -> None:
        for node in self.nodes:
            if node.process:
                node.resume()
                node.stop()

    def _ok(self, node: Node) -> bool:
        with node.client() as client:
            state = client.execute_command("CLUSTER INFO")
        return state["cluster_state"] == "ok" and state["cluster_known_nodes"] == str(len(self.nodes))

    def settings(self, **more) -> dict:
        """The platform's section redis for this cluster."""
        return {"redis": {"addrs": [f"127.0.0.1:{node.port}" for node in self.nodes], "password": self.password, **more}}

    def find(self, identifier: str) -> str | None:
        """The key that ends in this identifier, on whichever node it is."""
        for node in self.nodes:
            with node.client() as client:
                for key in client.scan_iter(f"*:{identifier}"):
                    return key
        return None


class Service:
    """An address that stays while what is behind it moves, as a Service's name does: leads to the port that target() says."""

    def __init__(self, target):
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Service:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self._target())) as server:
            threading.Thread(target=_copy, args=(server, client), daemon=True).start()
            _copy(client, server)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):  # either side may go at any time
        while content := source.recv(65536):
            sink.sendall(content)
        sink.shutdown(socket.SHUT_WR)


def _until(condition) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "the cluster did not form"
        time.sleep(0.05)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
