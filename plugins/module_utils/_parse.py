# SPDX-License-Identifier: GPL-3.0-or-later
"""What Redis answers, as plain data. Pure: text in, dictionaries out; no judgement.

Shapes never change with a node's state: what is not known is None, a list that is not known is empty.
"""

from __future__ import annotations

import re

CONFIG = (
    "appendfsync",
    "appendonly",
    "bind",
    "cluster-allow-reads-when-down",
    "cluster-node-timeout",
    "cluster-require-full-coverage",
    "maxmemory",
    "maxmemory-policy",
    "min-replicas-to-write",
    "port",
    "save",
    "tls-port",
)

_UNKNOWN_INDEX = re.compile(r"unknown index name|no such index|index[ _]not[ _]found", re.IGNORECASE)
_ROLES = {"master": "primary", "slave": "replica"}


def info(text: str) -> dict:
    """INFO and CLUSTER INFO: `name:value` lines."""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line and not line.startswith("#"))
    return {name: value.strip() for name, value in pairs}


def slots(words: list[str]) -> list[list[int]]:
    """Slot ranges out of the tail of a CLUSTER NODES line."""
    ranges = []
    for word in words:
        if not word.startswith("["):
            first, _dash, last = word.partition("-")
            ranges.append([int(first), int(last or first)])
    return ranges


def open_slots(words: list[str]) -> list[dict]:
    """Slots that are on their way: `[93->-id]` leaves for that node, `[77-<-id]` comes from it."""
    found = []
    for word in words:
        match = re.fullmatch(r"\[(\d+)-([<>])-(\w+)\]", word)
        if match:
            found.append({"slot": int(match[1]), "state": "migrating" if match[2] == ">" else "importing", "node": match[3]})
    return found


def cluster_nodes(text: str) -> list[dict]:
    """CLUSTER NODES: how one node sees the cluster."""
    return sorted((_node_line(line.split()) for line in text.splitlines() if line.strip()), key=lambda entry: entry["id"])


def _node_line(words: list[str]) -> dict:
    flags = words[2].split(",")
    return {
        "id": words[0],
        "address": words[1].split("@")[0].split(",")[0],
        "role": next((role for flag, role in _ROLES.items() if flag in flags), None),
        "primary_id": words[3] if words[3] != "-" else None,
        "flags": [_ROLES.get(flag, flag) for flag in flags],
        "slots": slots(words[8:]),
        "open_slots": open_slots(words[8:]),
        "link": words[7],
    }


def modules(reply: list) -> list[dict]:
    """MODULE LIST: pairs of name and value. Only name and version are taken: from Redis 7 on, the arguments hold a password."""
    found = []
    for flat in reply:
        pairs = dict(zip(flat[::2], flat[1::2]))
        found.append({"name": pairs["name"], "version": pairs["ver"], "semver": semver(pairs["ver"])})
    return sorted(found, key=lambda module: module["name"])


def semver(version: int) -> str:
    """RediSearch counts 10200 for 1.2.0."""
    return f"{version // 10000}.{version // 100 % 100}.{version % 100}"


def search(listed: list | None, own: list | None, coordinator: list | None) -> dict:
    """What is known of the search module before it is tried. `own` are the indexes of this node, where the module can tell."""
    return {
        "available": None,
        "coordinator": bool(coordinator[0]) if coordinator else None,
        "indexes": sorted((listed if own is None else own) or []),
        "documents": [],
        "error": None,
    }


def search_answer(error: str | None) -> dict:
    """How it answered for an index that does not exist."""
    error = error or ""
    if _UNKNOWN_INDEX.search(error) or error.startswith("MOVED"):
        # MOVED: the command is there, and the node serves no slot for which it could answer.
        return {"available": True, "error": None}
    return {"available": False if "unknown command" in error.lower() else None, "error": error or None}


def documents(index: str, own: list | None, found: list | None) -> dict:
    """Two answers to FT.INFO: how many documents this node holds, and how many a search that comes here sees."""
    return {"index": index, "held": _documents(own), "found": _documents(found)}


def _documents(answer: list | None) -> int | None:
    pairs = dict(zip(answer[::2], answer[1::2])) if answer else {}
    return _int(str(pairs["num_docs"])) if "num_docs" in pairs else None


def empty() -> dict:
    """The facts of a node of which nothing is known."""
    return {
        "id": None,
        "role": None,
        "primary_id": None,
        "shard": None,
        "slots": [],
        "slot_count": None,
        "open_slots": [],
        "version": None,
        "mode": None,
        "uptime_seconds": None,
        "modules": [],
        "cluster": dict.fromkeys(
            ("state", "slots_assigned", "slots_ok", "slots_pfail", "slots_fail", "known_nodes", "size", "current_epoch")
        ),
        "view": [],
        "replication": dict.fromkeys(
            ("role", "link_status", "syncing", "offset", "lag_bytes", "last_io_seconds", "connected_replicas")
        ),
        "persistence": dict.fromkeys(("aof", "rdb_save", "loading", "last_bgsave_ok", "last_aof_ok")),
        "memory": dict.fromkeys(("used", "max", "policy")),
        "keys": None,
        "config": {},
        "search": {"available": None, "coordinator": None, "indexes": [], "documents": [], "error": None},
        "write": {"ok": None, "error": None},
    }


def facts(replies: dict) -> dict:
    """A node's facts out of its answers by name; an answer that is None (refused, renamed, not there) leaves its facts unknown."""
    node = empty()
    stats = info(replies.get("info") or "")
    state = info(replies.get("cluster_info") or "")
    node["view"] = cluster_nodes(replies.get("cluster_nodes") or "")
    me = next((entry for entry in node["view"] if "myself" in entry["flags"]), None)
    if me:
        node.update({key: me[key] for key in ("id", "role", "primary_id", "slots", "open_slots")})
        node["slot_count"] = sum(last - first + 1 for first, last in me["slots"])
    node["role"] = node["role"] or _ROLES.get(stats.get("role", ""))
    node["version"] = stats.get("redis_version")
    node["mode"] = stats.get("redis_mode")
    node["uptime_seconds"] = _int(stats.get("uptime_in_seconds"))
    node["modules"] = modules(replies.get("modules") or [])
    node["cluster"] = {
        "state": state.get("cluster_state"),
        **{key: _int(state.get(f"cluster_{key}")) for key in node["cluster"] if key != "state"},
    }
    node["config"] = {name: values[1] for name, values in _config(replies).items()}
    node["replication"] = _replication(stats)
    node["persistence"] = {
        "aof": _flag(stats.get("aof_enabled")),
        "rdb_save": node["config"].get("save"),
        "loading": _flag(stats.get("loading")),
        "last_bgsave_ok": _ok(stats.get("rdb_last_bgsave_status")),
        "last_aof_ok": _ok(stats.get("aof_last_write_status")),
    }
    node["memory"] = {
        "used": _int(stats.get("used_memory")),
        "max": _int(stats.get("maxmemory")),
        "policy": stats.get("maxmemory_policy"),
    }
    node["keys"] = replies.get("dbsize")
    return node


def _replication(stats: dict) -> dict:
    role = _ROLES.get(stats.get("role", ""))
    return {
        "role": role,
        "link_status": stats.get("master_link_status"),
        "syncing": _flag(stats.get("master_sync_in_progress")),
        "offset": _int(stats.get("slave_repl_offset" if role == "replica" else "master_repl_offset")),
        "lag_bytes": None,
        "last_io_seconds": _int(stats.get("master_last_io_seconds_ago")),
        "connected_replicas": _int(stats.get("connected_slaves")),
    }


def _config(replies: dict) -> dict:
    return {name: values for name in CONFIG if (values := replies.get(f"config {name}"))}


def _int(text: str | None) -> int | None:
    return int(text) if text is not None and text.lstrip("-").isdigit() else None


def _flag(text: str | None) -> bool | None:
    return None if text is None else text == "1"


def _ok(text: str | None) -> bool | None:
    return None if text is None else text == "ok"


def written(name: str, values: list, error: str | None) -> dict:
    """SET, GET, PTTL and DEL of one key."""
    if not error:
        stored, found, left, deleted = values
        if not (stored == "OK" and found == name and 0 < left <= 10000 and deleted == 1):
            error = f"SET answered {stored}, GET {'the value' if found == name else found}, PTTL {left}, DEL {deleted}"
    return {"ok": error is None, "error": error}
