# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything about one node, over one connection, in two round trips. I/O only: what answers mean is in _parse."""

from __future__ import annotations

import binascii
import dataclasses
import time
import uuid

from ansible_collections.cloudentity.platform.plugins.module_utils import _failure, _parse, _routes
from ansible_collections.cloudentity.platform.plugins.module_utils._access import Access
from ansible_collections.cloudentity.platform.plugins.module_utils._connection import Connection, Reply
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import Failure

SLOTS = 16384
# Of so many indexes the documents are counted; that is a question to all shards each.
COUNTED_INDEXES = 10

FACTS = {
    "info": ("INFO",),
    "cluster_info": ("CLUSTER", "INFO"),
    "cluster_nodes": ("CLUSTER", "NODES"),
    "modules": ("MODULE", "LIST"),
    "dbsize": ("DBSIZE",),
    "coordinator": ("COMMAND", "INFO", "search.clusterinfo"),
    "indexes": ("FT._LIST",),
    # With a coordinator, FT._LIST is answered by whichever shard comes first; this one by the node itself.
    "own_indexes": ("_FT._LIST",),
    **{f"config {name}": ("CONFIG", "GET", name) for name in _parse.CONFIG},
}


@dataclasses.dataclass(frozen=True)
class Reading:
    """How far to go: `write` sets, reads, expires and deletes one key of each primary's own. `cluster`: whether it should be one."""

    access: Access
    timeout: float
    write: bool = False
    cluster: bool = True


def read(target: _routes.Target, reading: Reading) -> dict:
    """The node's facts. A node that cannot be read is data as well: `error` says why."""
    node = blank(target)
    node["tls"] = reading.access.tls is not None
    try:
        _ask(node, target, reading)
    except Failure as failure:
        node["error"] = {"kind": failure.kind, "message": failure.message}
    return node


def blank(target: _routes.Target) -> dict:
    pod = target.pod
    return {
        "name": target.name,
        "address": target.address or None,
        "addresses": [],
        "pod_ip": pod.ip if pod else None,
        "host": pod.host if pod else None,
        "pod_phase": pod.phase if pod else None,
        "ready": pod.ready if pod else None,
        "memory_limit": pod.memory_limit(getattr(target.route, "port", 0)) if pod else None,
        "reachable": False,
        "authenticated": False,
        "error": None,
        "tls": None,
        "password_required": None,
        "password_accepted": None,
        **_parse.empty(),
    }


def late(target: _routes.Target) -> dict:
    node = blank(target)
    node["error"] = {"kind": _failure.TIMEOUT, "message": "no answer in time"}
    return node


def slot(key: str) -> int:
    """Redis Cluster's hash slot of a key without a hash tag."""
    return binascii.crc_hqx(key.encode(), 0) % SLOTS


def tag_in(ranges: list) -> str | None:
    """A hash tag whose keys live in one of these slot ranges."""
    if not ranges:
        return None
    return next(str(n) for n in range(SLOTS * 100) if any(first <= slot(str(n)) <= last for first, last in ranges))


def _ask(node: dict, target: _routes.Target, reading: Reading) -> None:
    access = reading.access
    deadline = time.monotonic() + reading.timeout
    sock, reason = _routes.open_socket(target, access, deadline)
    connection = Connection(sock, deadline, reason)
    try:
        # The first command comes before AUTH: it shows whether a password is asked for. Not PING, which a full disk refuses.
        logins = _logins(access)
        greeting, *replies = connection.ask([("ECHO", "hello"), *logins[:1], *FACTS.values()])
        node["reachable"] = True
        node["password_required"] = _password_required(greeting)
        accepted = "current"
        if logins[1:] and _failure.of_reply(replies[0].error or "") == _failure.CREDENTIALS:
            replies, accepted = connection.ask([logins[1], *FACTS.values()]), "previous"
        if logins:
            _refuse(replies.pop(0))
            node["password_accepted"] = accepted
        answers = dict(zip(FACTS, replies))
        _refuse(answers["info"])
        node["authenticated"] = True
        node["addresses"] = [target.address]
        node.update(_parse.facts({name: reply.value for name, reply in answers.items()}))
        if reading.cluster:
            _refuse(answers["cluster_info"])
            _refuse(answers["cluster_nodes"])
        elif node["mode"] == "cluster":
            raise Failure(_failure.IS_A_CLUSTER, "it runs in cluster mode: a client for a single server is sent away (MOVED) for most keys")
        _probe(node, connection, answers, reading)
    except Failure as failure:
        if failure.kind == _failure.OTHER and not node["reachable"] and access.tls is None and _routes.speaks_tls(target, deadline):
            raise Failure(_failure.TLS, "it speaks TLS") from failure
        raise
    finally:
        connection.close()


def _logins(access: Access) -> list[tuple]:
    """The command for each password; none without a password."""
    user = (access.username,) if access.username else ()
    return [("AUTH", *user, password) for password in access.passwords]


def _refuse(reply: Reply) -> None:
    if reply.error:
        raise Failure(_failure.of_reply(reply.error), reply.error)


def _password_required(greeting: Reply) -> bool | None:
    if greeting.value:
        return False
    return True if greeting.error and greeting.error.startswith("NOAUTH") else None


def _probe(node: dict, connection: Connection, answers: dict[str, Reply], reading: Reading) -> None:
    """What only shows when it is tried: writing, where asked, and searching. In a slot of this node, so that the node itself has to answer."""
    served = node["slots"] or next((entry["slots"] for entry in node["view"] if entry["id"] == node["primary_id"]), [])
    name = f"{{{tag_in(served) or '0'}}}:probe:{uuid.uuid4().hex}"
    if reading.write and node["role"] == "primary" and (node["slots"] or not reading.cluster):
        written = connection.ask([("SET", name, name, "PX", 10000), ("GET", name), ("PTTL", name), ("DEL", name)])
        node["write"] = _parse.written(name, [reply.value for reply in written], next((reply.error for reply in written if reply.error), None))
    _search(node, connection, answers, name)


def _search(node: dict, connection: Connection, answers: dict[str, Reply], unknown: str) -> None:
    """Ask for an index that cannot exist, then what each index holds on this node and what a search that comes here sees of it.

    A coordinator asks the other nodes before it answers; that one of them hangs must not hide the facts of this one.
    """
    facts = _parse.search(answers["indexes"].value, answers["own_indexes"].value, answers["coordinator"].value)
    counted = facts["indexes"][:COUNTED_INDEXES]
    own = "_FT.INFO" if facts["coordinator"] else "FT.INFO"
    try:
        _readonly, probe, *infos = connection.ask(
            [("READONLY",), ("FT.INFO", unknown), *((command, index) for index in counted for command in (own, "FT.INFO"))]
        )
    except Failure as failure:
        if failure.kind != _failure.TIMEOUT:
            raise
        node["search"] = {**facts, "error": "no answer in time"}
        return
    node["search"] = {
        **facts,
        **_parse.search_answer(probe.error),
        "documents": [_parse.documents(index, *(reply.value for reply in infos[2 * n : 2 * n + 2])) for n, index in enumerate(counted)],
    }
