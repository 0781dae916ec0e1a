#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Redis Clusters on loopback, for tests: start one, stop one.

    loopback.py start DIR --nodes 6 --replicas 1 [--tls] [--module FILE] [--without-module N ...]
    loopback.py stop DIR

DIR holds all that the cluster needs, and state.json with the addresses and process ids. The server is $REDIS_SERVER, the password
$LOOPBACK_PASSWORD; neither of them shows in the list of processes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time

import redis

SLOTS = 16384
HOST = "127.0.0.1"
# The cluster's bus listens 10000 above the port; both stay below the ports that the system gives out by itself.
PORTS = range(11000, 19000)


def start(
    where: pathlib.Path, nodes: int, replicas: int, tls: bool = False, password: str = "", module: str = "", without_module=(), server: str = ""
) -> dict:
    """Start the processes and form the cluster; with replicas < 0 the servers stand alone, without cluster mode.

    The nodes counted in without_module do not get the module. `server` is another program than $REDIS_SERVER.
    """
    where.mkdir(parents=True, exist_ok=True)
    files = _certificates(where) if tls else {}
    clustered = replicas >= 0
    ports = _free_ports(nodes)
    state = {"addrs": [f"{HOST}:{port}" for port in ports], "pids": [], "password": password, "tls": tls, "dir": str(where), **files}
    state["server"] = server or os.environ["REDIS_SERVER"]
    try:
        for index, port in enumerate(ports):
            conf = _configure(where / str(port), port, clustered, files, password, "" if index in without_module else module)
            state["pids"].append(_launch(state["server"], conf))
            _keep(state)
        for port in ports:
            until(lambda p=port: connect(state, p).ping(), f"server on port {port}")
        if clustered:
            _form(state, ports, nodes // (replicas + 1))
    except BaseException:
        stop(where)
        raise
    return state


def stop(where: pathlib.Path) -> None:
    """End the processes that start() began, also paused ones."""
    for pid in json.loads((where / "state.json").read_text())["pids"]:
        _end(pid)


def restart(state: dict, index: int, **changes: str | None) -> None:
    """End one node and start it again with these directives instead of those that it was first started with; None leaves one out.

    It keeps its address, unless a new `bind` is its new one.
    """
    host, _colon, port = state["addrs"][index].rpartition(":")
    changes = {"bind": host, **changes}
    first = pathlib.Path(state["dir"]) / port / "redis.conf"
    lines = [line for line in first.read_text().splitlines() if line.split()[0].replace("-", "_") not in changes]
    lines += [f"{name.replace('_', '-')} {value}" for name, value in changes.items() if value is not None]
    conf = first.with_name("changed.conf")
    conf.touch(mode=0o600)
    conf.write_text("\n".join(lines) + "\n")
    _end(state["pids"][index])
    state["pids"][index] = _launch(state["server"], conf)
    state["addrs"][index] = f"{changes['bind']}:{port}"
    _keep(state)
    until(lambda: connect(state, int(port)).ping(), f"server on port {port} after its restart")


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        until(lambda: not pathlib.Path(f"/proc/{pid}").exists(), f"process {pid} to end")


def _keep(state: dict) -> None:
    (pathlib.Path(state["dir"]) / "state.json").write_text(json.dumps(state, indent=1))


def connect(state: dict, port: int) -> redis.Redis:
    host = next(address.rpartition(":")[0] for address in state["addrs"] if address.endswith(f":{port}"))
    tls = {"ssl": True, "ssl_ca_certs": state["ca"], "ssl_certfile": state["cert"], "ssl_keyfile": state["key"]} if state["tls"] else {}
    return redis.Redis(host, port, password=state["password"] or None, decode_responses=True, socket_timeout=5, protocol=2, **tls)


def _configure(home: pathlib.Path, port: int, clustered: bool, files: dict, password: str, module: str) -> pathlib.Path:
    home.mkdir(exist_ok=True)
    lines = [f"bind {HOST}", f"dir {home}", f"logfile {home}/log", "appendonly yes", "save 3600 1"]
    lines += [f"port 0\ntls-port {port}" if files else f"port {port}"]
    if clustered:
        lines += ["cluster-enabled yes", "cluster-node-timeout 2000"]
    if files:
        lines += [f"tls-ca-cert-file {files['ca']}", f"tls-cert-file {files['cert']}", f"tls-key-file {files['key']}"]
        lines += ["tls-auth-clients no", "tls-cluster yes", "tls-replication yes"]
    if password:
        lines += [f"requirepass {quoted(password)}", f"masterauth {quoted(password)}"]
    if module:
        lines += [f"loadmodule {module}" + (f" OSS_GLOBAL_PASSWORD {quoted(password)}" if password else "")]
    conf = home / "redis.conf"
    conf.touch(mode=0o600)
    conf.write_text("\n".join(lines) + "\n")
    return conf


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _launch(server: str, conf: pathlib.Path) -> int:
    # A session of its own: it outlives the task that starts it, until stop(). Signals as Python has them: a file that may not grow is an
    # error then, as a full disk is, and not the end of the process.
    return subprocess.Popen(
        [server, str(conf)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, restore_signals=False
    ).pid


def _form(state: dict, ports: list[int], primaries: int) -> None:
    """Slots first, then the introductions, then the replicas, which need to know their primary."""
    clients = [connect(state, port) for port in ports]
    for index, client in enumerate(clients):
        client.execute_command("CLUSTER SET-CONFIG-EPOCH", index + 1)
        if index < primaries:
            first, last = SLOTS * index // primaries, SLOTS * (index + 1) // primaries - 1
            client.execute_command("CLUSTER ADDSLOTS", *range(first, last + 1))
        else:
            # An unborn replica would be elected nothing, but keep its part of the slots empty.
            client.execute_command("CLUSTER MEET", HOST, ports[0])
        if 0 < index < primaries:
            client.execute_command("CLUSTER MEET", HOST, ports[0])
    until(lambda: all(_info(client)["cluster_known_nodes"] == str(len(ports)) for client in clients), "nodes to know each other")
    ids = [client.execute_command("CLUSTER MYID") for client in clients]
    for index, client in enumerate(clients[primaries:]):
        client.execute_command("CLUSTER REPLICATE", ids[index % primaries])
    until(lambda: all(_info(client)["cluster_state"] == "ok" for client in clients), "cluster_state:ok")
    until(lambda: all(_in_sync(client) for client in clients[primaries:]), "replicas to be in sync")
    until(lambda: all(_agreed(client) == primaries for client in clients), "all nodes to see the same")


def _agreed(client) -> int:
    lines = client.execute_command("CLUSTER NODES")
    text = lines if isinstance(lines, str) else "\n".join(value["flags"] for value in lines.values())
    return text.count("master")


def _info(client) -> dict:
    return client.execute_command("CLUSTER INFO")


def _in_sync(client) -> bool:
    return client.info("replication").get("master_link_status") == "up"


def until(holds, what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    problem: object = "not yet"
    while time.monotonic() < end:
        try:
            if holds():
                return
        except redis.RedisError as error:
            problem = error
        time.sleep(0.05)
    raise SystemExit(f"gave up waiting for {what}: {problem}")


def _free_ports(count: int) -> list[int]:
    while True:
        first = random.choice(PORTS)
        ports = list(range(first, first + count))
        if all(_is_free(port) and _is_free(port + 10000) for port in ports):
            return ports


def free_port() -> int:
    return _free_ports(1)[0]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def _certificates(where: pathlib.Path) -> dict:
    """An authority and one certificate for the name localhost and the address 127.0.0.1, for servers and clients."""
    files = {name: str(where / f"{name}.pem") for name in ("ca", "cert", "key")}
    authority, request, extensions = str(where / "authority-key.pem"), str(where / "request.pem"), where / "extensions"
    extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for command in (
        f"req -x509 -newkey rsa:2048 -nodes -keyout {authority} -out {files['ca']} -days 2 -subj /CN=authority",
        f"req -newkey rsa:2048 -nodes -keyout {files['key']} -out {request} -subj /CN=redis",
        f"x509 -req -in {request} -CA {files['ca']} -CAkey {authority} -CAcreateserial -out {files['cert']} -days 2 -extfile {extensions}",
    ):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True)
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["start", "stop"])
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("--nodes", type=int, default=6)
    parser.add_argument("--replicas", type=int, default=1, help="-1: without cluster mode")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--module", default="")
    parser.add_argument("--without-module", type=int, nargs="*", default=[], help="nodes that do not get it, counted from 0")
    options = parser.parse_args()
    if options.command == "stop":
        stop(options.dir)
    else:
        password = os.environ.get("LOOPBACK_PASSWORD", "")
        state = start(options.dir, options.nodes, options.replicas, options.tls, password, options.module, options.without_module)
        json.dump({key: value for key, value in state.items() if key != "password"}, sys.stdout)


if __name__ == "__main__":
    main()
