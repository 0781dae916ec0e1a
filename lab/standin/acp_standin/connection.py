# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to Redis: dial, log in, find the primaries, see that the search index is there. Knows nothing of what is kept.

One address may lead to a server that is no cluster, as the platform takes it; two and more have to lead to a cluster.

A failure is a StorageError whose text is the platform's own, as its documentation has it: dialling fails as Go words it, a
login that fails in any way is "ERR no responses received", and what Redis answers is handed on as Redis said it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

import redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry

from . import config

INDEX = "default-index"
CONNECT_TIMEOUT = 2.0
ANSWER_TIMEOUT = 2.0


class StorageError(Exception):
    pass


def connect(settings: config.Redis, log: Callable) -> RedisCluster | redis.Redis:
    """A client that has spoken with every primary."""
    try:
        options = _options(settings)
        if not _log_in_somewhere(settings, options, log):
            return _alone(settings, options, log)
        # The given addresses stay the way back in: after a restart of all pods nothing that the cluster announced is true any more.
        client = RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in settings.addrs],
            dynamic_startup_nodes=False,
            require_full_coverage=False,
            retry=Retry(NoBackoff(), settings.max_retries),
            **options,
        )
        primaries = {f"{node.host}:{node.port}": client.get_redis_connection(node) for node in client.get_primaries()}
        versions = {name: _ask_for_info(name, primary) for name, primary in primaries.items()}
        log("info", "connected to Redis Cluster", primaries=versions, tls=settings.tls is not None)
        if settings.search:
            _have_index(primaries, log)
        return client
    except (StorageError, redis.exceptions.RedisClusterException) as error:
        raise StorageError(f"failed to create redis client: failed to get redis info: {error}") from error


def dial(host: str, port: int) -> None:
    """Open a connection and close it again, only to say what Go's net.Dial would say."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:  # the latter: no name that DNS could hold
        reason = "server misbehaving" if getattr(error, "errno", None) == socket.EAI_AGAIN else "no such host"
        raise StorageError(f"dial tcp: lookup {host}: {reason}") from error
    first = None
    for family, kind, protocol, _, address in found:
        name = f"[{address[0]}]:{port}" if family == socket.AF_INET6 else f"{address[0]}:{port}"
        with socket.socket(family, kind, protocol) as trial:
            trial.settimeout(CONNECT_TIMEOUT)
            try:
                trial.connect(address)
                return
            except TimeoutError:
                first = first or StorageError(f"dial tcp {name}: i/o timeout")
            except OSError as error:
                first = first or StorageError(f"dial tcp {name}: connect: {os.strerror(error.errno).lower()}")
    raise first


def _log_in_somewhere(settings: config.Redis, options: dict, log: Callable) -> bool:
    """One address that works is enough. Of several failures the one that came farthest is told. Whether it leads to a cluster."""
    unreachable = refused = None
    for host, port in settings.addrs:
        name = f"{host}:{port}"
        try:
            dial(host, port)
        except StorageError as error:
            unreachable = unreachable or error
            log("warning", "an address of Redis cannot be reached", address=name, reason=str(error))
            continue
        with redis.Redis(host=host, port=port, retry=Retry(NoBackoff(), 0), **options) as node:
            try:
                state = node.execute_command("CLUSTER INFO")
            except redis.RedisError as error:
                if settings.single and _says(error, "cluster support disabled", "err not allowed"):
                    return False
                refused = refused or _told(error)
                log("warning", "an address of Redis refuses", address=name, reason=str(error))
                continue
        if state.get("cluster_state") == "ok":
            return True
        refused = refused or StorageError("CLUSTERDOWN The cluster is down")
        log("warning", "an address of Redis belongs to a cluster that does not serve", address=name, slots=state.get("cluster_slots_ok"))
    raise refused or unreachable


def _alone(settings: config.Redis, options: dict, log: Callable) -> redis.Redis:
    """A client for a server, or a proxy, that answers for everything."""
    (host, port), = settings.addrs
    name = f"{host}:{port}"
    client = redis.Redis(host=host, port=port, retry=Retry(NoBackoff(), settings.max_retries), **options)
    log("info", "connected to Redis at a single address", primaries={name: _ask_for_info(name, client)}, tls=settings.tls is not None)
    if settings.search:
        _have_index({name: client}, log)
    return client


def _ask_for_info(name: str, primary: redis.Redis) -> str:
    host, _, port = name.rpartition(":")
    dial(host, int(port))
    try:
        return primary.execute_command("INFO", "server")["redis_version"]
    except redis.RedisError as error:
        raise _told(error) from error


def _have_index(primaries: dict[str, redis.Redis], log: Callable) -> None:
    """The index exists, or is made. Every primary must know the command, whatever it says of the index.

    Without a coordinator in the module an index is a key like any other: its slot's owner answers, the others say MOVED.
    With one, every primary answers for all. So it is made wherever it is said to be unknown.
    """
    unknown_at = []
    for name, primary in primaries.items():
        try:
            primary.execute_command("FT.INFO", INDEX)
        except redis.exceptions.MovedError:
            continue
        except redis.ResponseError as error:
            if not _says(error, "unknown index", "no such index"):
                log("warning", "a primary cannot answer for the search index", address=name, index=INDEX)
                raise _told(error) from error
            unknown_at.append(name)
        except redis.RedisError as error:
            raise _told(error) from error
    for name in unknown_at:
        try:
            primaries[name].execute_command("FT.CREATE", INDEX, "SCHEMA", "subject", "TEXT")
            log("info", "made the search index", address=name, index=INDEX)
        except redis.RedisError as error:
            if not _says(error, "already exists"):
                raise _told(error) from error
    log("info", "the search index is there", index=INDEX)


def _says(error: Exception, *words: str) -> bool:
    return any(word in str(error).lower() for word in words)


def _told(error: redis.RedisError) -> StorageError:
    """What Redis answered, word for word; or, where it came to no answer, that there was none."""
    silent = isinstance(error, (redis.ConnectionError, redis.TimeoutError)) and not isinstance(error, redis.BusyLoadingError)
    if silent:
        return StorageError("ERR no responses received")
    return StorageError(f"{error.status_code} {error}" if error.status_code else str(error))


def _options(settings: config.Redis) -> dict:
    options = {
        "username": settings.username or None,
        "password": settings.password or None,
        "protocol": 2,
        "decode_responses": True,
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": ANSWER_TIMEOUT,
        "socket_keepalive": True,
    }
    if settings.tls:
        options |= {
            "ssl": True,
            "ssl_ca_certs": _as_file(settings.tls.ca),
            "ssl_certfile": _as_file(settings.tls.cert),
            "ssl_keyfile": _as_file(settings.tls.key),
            "ssl_cert_reqs": "none" if settings.tls.insecure_skip_verify else "required",
            "ssl_check_hostname": not settings.tls.insecure_skip_verify,
        }
    return options


def _as_file(value: str) -> str | None:
    """The path of a file or of PEM text; the latter lives in memory only, since the root file system is read-only."""
    if not value:
        return None
    if "-----BEGIN" in value:
        handle = os.memfd_create("pem")
        os.write(handle, value.encode())
        return f"/proc/self/fd/{handle}"
    try:
        with open(value, "rb"):
            return value
    except OSError as error:
        raise StorageError(f"open {value}: {os.strerror(error.errno).lower()}") from error
