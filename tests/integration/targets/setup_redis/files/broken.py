# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways in which real Redis breaks, each with its repair. What has to be seen of each of them is in cases.yml beside this file.

A scenario breaks the cluster, yields as soon as that shows, and puts it right again; what it yields are options to read it with. Who
looks meanwhile is not its business: the integration target redis_broken does, and the recorder of the unit tests' snapshots.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal

import loopback
import redis
from cluster import CREATE_INDEX, INDEX, PASSWORD
from redis.crc import key_slot

# What a limited file can hold: more than nodes.conf and the log need, less than what is written.
FILE_LIMIT = 64 * 1024


def healthy(cluster):
    """Nothing is broken."""
    yield


def slots_lost(cluster):
    """Ten slots belong to nobody."""
    slots = range(6000, 6010)
    cluster.everywhere("CLUSTER DELSLOTS", *slots)
    cluster.until(lambda: all(cluster.on(node, "CLUSTER INFO")["cluster_state"] == "fail" for node in cluster.nodes))
    yield
    cluster.on(1, "CLUSTER ADDSLOTS", *slots)


def slot_open(cluster):
    """A slot's move was broken off."""
    cluster.on(0, "CLUSTER SETSLOT", 42, "MIGRATING", cluster.id(1))
    cluster.on(1, "CLUSTER SETSLOT", 42, "IMPORTING", cluster.id(0))
    yield
    cluster.on(0, "CLUSTER SETSLOT", 42, "STABLE")
    cluster.on(1, "CLUSTER SETSLOT", 42, "STABLE")


def node_paused(cluster):
    """A replica accepts connections, and does not answer."""
    os.kill(cluster.state["pids"][5], signal.SIGSTOP)
    cluster.until(lambda: all("fail" in cluster.seen(node, 5)["flags"].split(",") for node in range(5)))
    yield {"connect_timeout": 1.5}
    os.kill(cluster.state["pids"][5], signal.SIGCONT)


def replica_behind(cluster):
    """A replica answers, and does not carry out what its primary sends, as when it cannot keep up."""
    cluster.on(3, "CLIENT PAUSE", 60000, "WRITE")
    key = cluster.fill(0, 3 * 1024 * 1024)
    yield
    cluster.on(3, "CLIENT UNPAUSE")
    cluster.on(0, "DEL", key)


def link_down(cluster):
    """A replica has another password for its primary."""
    cluster.on(3, "CONFIG SET", "masterauth", "wrong")
    cluster.on(0, "CLIENT KILL", "TYPE", "replica")
    cluster.until(lambda: cluster.client(3).info("replication")["master_link_status"] == "down")
    yield
    cluster.on(3, "CONFIG SET", "masterauth", PASSWORD)


def view_split(cluster):
    """One node has forgotten another one."""
    cluster.on(0, "CLUSTER FORGET", cluster.id(5))
    yield
    cluster.on(0, "CLUSTER MEET", loopback.HOST, cluster.port(5))


def address_stale(cluster):
    """A node is announced at the address of another one, as when pods came back with each other's."""
    taken = cluster.state["addrs"][4]
    cluster.on(5, "CONFIG SET", "cluster-announce-port", cluster.port(4))
    me = cluster.id(5)
    cluster.until(lambda: all(_addresses(cluster, node).get(me) == taken for node in range(5)))
    yield
    cluster.on(5, "CONFIG SET", "cluster-announce-port", 0)
    cluster.until(lambda: all(_addresses(cluster, node).get(me) == cluster.state["addrs"][5] for node in range(5)))


def _addresses(cluster, node: int) -> dict:
    """CLUSTER NODES: address by id. As text, since redis-py keeps one entry an address."""
    client = cluster.client(node)
    client.set_response_callback("CLUSTER NODES", lambda text, **_options: text)
    return {words[0]: words[1].split("@")[0] for words in map(str.split, client.execute_command("CLUSTER NODES").splitlines())}


def addresses_old(cluster):
    """All nodes came back at once with new addresses, and have each other's old ones in nodes.conf."""
    for pid in cluster.state["pids"]:
        os.kill(pid, signal.SIGKILL)
    for node in cluster.nodes:
        # The roles stay as the other scenarios expect them, whoever is found first.
        loopback.restart(cluster.state, node, bind="127.0.0.2", cluster_replica_no_failover="yes")
    cluster.until(lambda: all(all(_is_lost(entry) for entry in cluster.view(node).values()) for node in cluster.nodes))
    yield
    for node in cluster.nodes[1:]:
        cluster.on(0, "CLUSTER MEET", "127.0.0.2", cluster.port(node))
    # A node learns its own address from those that meet it.
    cluster.on(1, "CLUSTER MEET", "127.0.0.2", cluster.port(0))
    cluster.until(lambda: not any(_is_lost(entry) for node in cluster.nodes for entry in cluster.view(node).values() if "myself" not in entry["flags"]))
    for node in (3, 4, 5):
        # A replica that was told of its primary's address by a third node does not connect to it by itself.
        cluster.on(node, "CLUSTER REPLICATE", cluster.seen(node, node)["master_id"])
    cluster.settle()
    cluster.everywhere("CONFIG SET", "cluster-replica-no-failover", "no")


def _is_lost(entry: dict) -> bool:
    flags = entry["flags"].split(",")
    return "myself" in flags or "fail?" in flags or "fail" in flags


def primary_empty(cluster):
    """A replica became a primary without slots."""
    primary = _leave_primary(cluster)
    yield
    cluster.on(5, "CLUSTER REPLICATE", primary)


def _leave_primary(cluster) -> str:
    """Makes node 5 a primary without slots; says whose replica it was."""
    primary = cluster.seen(5, 5)["master_id"]
    host, _colon, port = cluster.state["addrs"][0].rpartition(":")
    cluster.on(5, "CLUSTER RESET", "SOFT")
    cluster.on(5, "CLUSTER MEET", host, port)
    cluster.until(lambda: all(len(cluster.view(node)) == 6 and "master" in cluster.seen(node, 5)["flags"] for node in cluster.nodes))
    cluster.settle()
    return primary


def disk_full(cluster):
    """A primary's data cannot be saved: no file of it can grow."""
    key = cluster.fill(1, 4 * FILE_LIMIT)
    cluster.limit_files(1, FILE_LIMIT)
    cluster.on(1, "BGSAVE")
    cluster.until(lambda: cluster.client(1).info("persistence")["rdb_last_bgsave_status"] == "err")
    yield
    cluster.limit_files(1, resource.RLIM_INFINITY)
    _saved_again(cluster, key)


def aof_write_error(cluster):
    """A primary cannot append to its AOF."""
    key = cluster.fill(1, 4 * FILE_LIMIT)
    cluster.limit_files(1, FILE_LIMIT)
    cluster.on(1, "PEXPIRE", key, 100000)
    cluster.until(lambda: cluster.client(1).info("persistence")["aof_last_write_status"] == "err")
    yield
    cluster.limit_files(1, resource.RLIM_INFINITY)
    _saved_again(cluster, key)


def _saved_again(cluster, key: str) -> None:
    cluster.until(lambda: cluster.client(1).info("persistence")["aof_last_write_status"] == "ok")
    cluster.on(1, "BGSAVE")
    cluster.until(lambda: cluster.client(1).info("persistence")["rdb_last_bgsave_status"] == "ok")
    cluster.on(1, "DEL", key)


def persistence_off(cluster):
    """Nothing is saved."""
    cluster.everywhere("CONFIG SET", "appendonly", "no")
    cluster.everywhere("CONFIG SET", "save", "")
    yield
    cluster.everywhere("CONFIG SET", "save", "3600 1")
    cluster.everywhere("CONFIG SET", "appendonly", "yes")


def evicting(cluster):
    """Keys may be dropped to make room."""
    cluster.everywhere("CONFIG SET", "maxmemory-policy", "allkeys-lru")
    cluster.everywhere("CONFIG SET", "maxmemory", "100mb")
    yield
    cluster.everywhere("CONFIG SET", "maxmemory", "0")
    cluster.everywhere("CONFIG SET", "maxmemory-policy", "noeviction")


def evicting_later(cluster):
    """Keys with an expiry, as sessions have it, may be dropped as soon as somebody sets maxmemory."""
    cluster.everywhere("CONFIG SET", "maxmemory-policy", "volatile-lru")
    yield
    cluster.everywhere("CONFIG SET", "maxmemory-policy", "noeviction")


def memory_nearly_full(cluster):
    """Four fifths of the memory that may be used are."""
    yield from _memory_used(cluster, 0.82)


def memory_full(cluster):
    """All memory that may be used is, so every write is refused."""
    yield from _memory_used(cluster, 1.02)


def _memory_used(cluster, share: float):
    cluster.on(0, "CONFIG SET", "maxmemory", int(cluster.client(0).info("memory")["used_memory"] / share))
    yield
    cluster.on(0, "CONFIG SET", "maxmemory", 0)


def writes_refused(cluster):
    """More replicas are asked for than there are."""
    cluster.everywhere("CONFIG SET", "min-replicas-to-write", 3)
    yield
    cluster.everywhere("CONFIG SET", "min-replicas-to-write", 0)


def password_unset(cluster):
    """Redis was started without the password that the platform has."""
    cluster.everywhere("CONFIG SET", "requirepass", "")
    yield
    _set_password(cluster, "")


def password_open(cluster):
    """The platform has a user of its own, but the one that everybody is needs no password."""
    cluster.everywhere("ACL SETUSER", "platform", "on", ">" + PASSWORD, "~*", "+@all")
    cluster.everywhere("ACL SETUSER", "default", "nopass")
    yield {"login_user": "platform"}
    _set_password(cluster, "")


def _set_password(cluster, now: str) -> None:
    """Back to the password that the cluster was started with, from another one that holds now."""
    cluster.with_password(now).everywhere("ACL SETUSER", "default", "resetpass", ">" + PASSWORD)


def password_wrong(cluster):
    """The password given is not Redis's."""
    yield {"login_password": "not-the-password"}


def password_previous(cluster):
    """A rotation has come to three of six nodes; the others have the previous password only."""
    for node in range(3):
        cluster.on(node, "ACL SETUSER", "default", ">the-next-one")
    yield {"login_password": "the-next-one", "login_password_previous": PASSWORD}
    for node in range(3):
        cluster.on(node, "ACL SETUSER", "default", "<the-next-one")


def no_password(cluster):
    """No password is given."""
    yield {"login_password": None}


def tls_expected(cluster):
    """TLS is expected, and Redis does not speak it."""
    yield {"tls": True}


def plain_port(cluster):
    """One node listens without TLS, too."""
    cluster.restart(5, port=str(loopback.free_port()))
    yield
    cluster.restart(5)


# What a node has saved may hold what only the module can read.
EMPTY = {"appendonly": "no", "dbfilename": "there-is-none.rdb"}


def module_missing(cluster):
    """One node came back without the search module."""
    cluster.restart(2, loadmodule=None, **EMPTY)
    yield
    cluster.restart(2)


def module_differs(cluster):
    """One node came back with another version of the search module."""
    cluster.restart(2, loadmodule=os.environ["REDIS_SEARCH_MODULE"], **EMPTY)
    yield
    cluster.restart(2)


def search_of_one_shard(cluster):
    """Without a coordinator an index is on one primary only, and finds no other one's keys."""
    owner = cluster.which(lambda node: key_slot(INDEX.encode()) in cluster.slots(node))
    cluster.on(owner, *CREATE_INDEX)
    yield
    cluster.on(owner, "FT.DROPINDEX", INDEX)


def search_password_wrong(cluster):
    """One node's module logs in to the others with another password than theirs."""
    cluster.restart(5, loadmodule=f"{cluster.module} OSS_GLOBAL_PASSWORD wrong")
    yield
    cluster.restart(5)


def search_partial(cluster):
    """The module cannot log in to the nodes of one shard; the platform, which has a user of its own, can."""
    cluster.index_sessions()
    cluster.everywhere("ACL SETUSER", "platform", "on", ">" + PASSWORD, "~*", "+@all")
    other = cluster.with_password("other")
    for node in (1, 4):
        cluster.on(node, "ACL SETUSER", "default", "resetpass", ">other")
        other.on(node, "CLIENT KILL", "TYPE", "normal")
    cluster.until(lambda: cluster.found() == 40)
    yield {"login_user": "platform"}
    for node in (1, 4):
        other.on(node, "ACL SETUSER", "default", "resetpass", ">" + PASSWORD)
    cluster.until(lambda: cluster.found() == 60)
    cluster.drop_index()


def index_missing(cluster):
    """A new primary got slots by resharding, and lacks the index."""
    cluster.index_sessions()
    primary = _leave_primary(cluster)
    source = cluster.which(lambda node: cluster.id(node) == primary)
    slots = sorted({key_slot(key.encode()) for key in cluster.client(source).scan_iter("session:*")})[:10]
    for slot in slots:
        cluster.move_slot(slot, source, 5)
    cluster.until(lambda: all(set(slots) <= cluster.slots(5, seen_by=node) for node in cluster.nodes))
    yield
    cluster.until(lambda: _created_again(cluster))
    for slot in slots:
        cluster.move_slot(slot, 5, source)
    cluster.until(lambda: not any(cluster.slots(5, seen_by=node) for node in cluster.nodes))
    cluster.drop_index()
    cluster.on(5, "CLUSTER REPLICATE", primary)


def _created_again(cluster) -> bool:
    with contextlib.suppress(redis.ResponseError):
        # It answers that the index exists, which it does elsewhere; and the module hears of the new primary a little later.
        cluster.on(0, *CREATE_INDEX)
    return cluster.found() == 60
