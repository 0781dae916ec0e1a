# SPDX-License-Identifier: GPL-3.0-or-later
"""A large Redis Cluster of real processes on loopback, at once: every node starts with a nodes.conf in which it knows all others.

The tests' clusters (setup_redis) meet node by node, which takes long with a hundred of them, and notice a dead node after 2 s, which keeps
two processors busy with that many.
"""

from __future__ import annotations

import contextlib
import pathlib
import socket
import subprocess
import tempfile
import time
import typing as t

SLOTS = 16384
HOST = "127.0.0.1"
# The cluster's bus listens 10000 above.
FIRST_PORT = 12000
PASSWORD = "of-the-benchmark"


class Cluster(t.NamedTuple):
    addrs: list[str]
    processes: list[subprocess.Popen]


@contextlib.contextmanager
def started(server: str, module: str, nodes: int) -> t.Iterator[Cluster]:
    """Half of the nodes are primaries, the others their replicas. It ends with the block, whatever happens in it."""
    ports = _free_ports(nodes)
    primaries = nodes // 2
    lines = [_line(index, port, primaries) for index, port in enumerate(ports)]
    with tempfile.TemporaryDirectory(prefix="bench-") as where, contextlib.ExitStack() as ends:
        processes = []
        for index, port in enumerate(ports):
            home = pathlib.Path(where) / str(port)
            home.mkdir()
            view = [line.replace(" ", " myself,", 2).replace(" myself,", " ", 1) if n == index else line for n, line in enumerate(lines)]
            (home / "nodes.conf").write_text("\n".join(view) + f"\nvars currentEpoch {nodes} lastVoteEpoch 0\n")
            conf = home / "redis.conf"
            conf.write_text(
                f"bind {HOST}\nport {port}\ndir {home}\nlogfile {home}/log\nsave 3600 1\nappendonly yes\ncluster-enabled yes\n"
                f"requirepass {PASSWORD}\nmasterauth {PASSWORD}\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 0\nloadmodule {module}\n"
            )
            process = subprocess.Popen([server, str(conf)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            ends.callback(_end, process)
            processes.append(process)
        _wait(ports)
        yield Cluster([f"{HOST}:{port}" for port in ports], processes)


def _line(index: int, port: int, primaries: int) -> str:
    """A node in nodes.conf; its id is its number."""
    where = f"{index:040x} {HOST}:{port}@{port + 10000}"
    if index >= primaries:
        return f"{where} slave {index % primaries:040x} 0 0 {index % primaries + 1} connected"
    first, last = SLOTS * index // primaries, SLOTS * (index + 1) // primaries - 1
    return f"{where} master - 0 0 {index + 1} connected {first}-{last}"


def _end(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


def _wait(ports: list[int], seconds: float = 60) -> None:
    """Until each node says that all is well, and each replica is in sync."""
    end = time.monotonic() + seconds
    for port in ports:
        while not _is_well(port):
            if time.monotonic() > end:
                raise SystemExit(f"The node on port {port} is not well after {seconds:g} s.")
            time.sleep(0.1)


def _is_well(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), 5) as sock:
            sock.sendall(f"AUTH {PASSWORD}\r\nCLUSTER INFO\r\nINFO replication\r\nQUIT\r\n".encode())
            text = b"".join(iter(lambda: sock.recv(65536), b"")).decode()
    except OSError:
        return False
    return "cluster_state:ok" in text and ("role:master" in text or "master_link_status:up" in text)


def _free_ports(count: int) -> list[int]:
    first = FIRST_PORT
    while True:
        ports = range(first, first + count)
        taken = [port for port in ports if not (_is_free(port) and _is_free(port + 10000))]
        if not taken:
            return list(ports)
        first = taken[-1] + 1


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0
