# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept: records with an expiry, in Redis or in memory. Knows nothing of HTTP, and of Redis four commands.

Each record is one key, so that it lives in one slot and each change of it is one atomic command.
"""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import redis


class Unavailable(Exception):
    """The records cannot be reached now."""


class InRedis:
    name = "redis"

    def __init__(self, client: redis.RedisCluster | redis.Redis, pool_size: int):
        self._client = client
        # As many commands at once as the pool has connections; more of them wait, as the platform's own client does.
        self._places = threading.BoundedSemaphore(pool_size)

    def put(self, key: str, value: str, ttl: int) -> None:
        self._do("SET", key, value, "EX", ttl)

    def get(self, key: str) -> str | None:
        return self._do("GET", key)

    def take(self, key: str) -> str | None:
        """Read and delete in one step: of many who try at once, one gets it."""
        return self._do("GETDEL", key)

    def drop(self, key: str) -> bool:
        return bool(self._do("DEL", key))

    def check(self) -> None:
        """Read a key that does not exist, in another slot each time: every shard is asked in turn, and nothing is left behind."""
        self.get(f"acp-standin:alive:{random.randrange(2**32)}")

    def _do(self, *command):
        with self._places:
            try:
                return self._client.execute_command(*command)
            except Exception as error:  # while the cluster changes, the client raises IndexError and the like, too
                raise Unavailable(f"{type(error).__name__}: {error}") from error


class InMemory:
    """Stands in for the platform's SQL database: one process's own, gone when it ends."""

    name = "sql"

    def __init__(self):
        self._records: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def put(self, key: str, value: str, ttl: int) -> None:
        with self._lock:
            now = time.monotonic()
            self._records = {kept: entry for kept, entry in self._records.items() if entry[1] > now}
            self._records[key] = (value, now + ttl)

    def get(self, key: str) -> str | None:
        with self._lock:
            value, end = self._records.get(key, (None, 0.0))
            return value if end > time.monotonic() else None


@dataclass(frozen=True)
class Records:
    """Records of one family under ids that cannot be guessed."""

    family: str
    place: InRedis | InMemory

    def create(self, fields: dict, ttl: int) -> tuple[str, dict]:
        record = {**fields, "expires_at": int(time.time()) + ttl}
        identifier = secrets.token_urlsafe(32)
        self.place.put(self._key(identifier), json.dumps(record), ttl)
        return identifier, record

    def read(self, identifier: str) -> dict | None:
        return _decoded(self.place.get(self._key(identifier)))

    def take(self, identifier: str) -> dict | None:
        return _decoded(self.place.take(self._key(identifier)))

    def drop(self, identifier: str) -> bool:
        return self.place.drop(self._key(identifier))

    def _key(self, identifier: str) -> str:
        return f"acp-standin:{self.family}:{identifier}"


def _decoded(value: str | None) -> dict | None:
    return None if value is None else json.loads(value)


class Watch(threading.Thread):
    """Asks Redis once a second, so that /alive answers at once and tells of a moment not longer ago than MAX_AGE."""

    INTERVAL = 1.0
    MAX_AGE = 3.0

    def __init__(self, check: Callable[[], None], log: Callable):
        super().__init__(name="watch", daemon=True)
        self._check = check
        self._log = log
        self._served_at = time.monotonic()
        self._trouble = ""

    def trouble(self) -> str:
        """Why Redis does not serve; empty when it does."""
        if not self._trouble and time.monotonic() - self._served_at > self.MAX_AGE:
            return "no answer from Redis in time"
        return self._trouble

    def run(self) -> None:
        while True:
            try:
                self._check()
                self._served_at = time.monotonic()
                self._tell("")
            except Unavailable as error:
                self._tell(str(error))
            time.sleep(self.INTERVAL)

    def _tell(self, trouble: str) -> None:
        if bool(trouble) != bool(self._trouble):
            self._log("warning" if trouble else "info", "Redis does not serve" if trouble else "Redis serves again", reason=trouble)
        self._trouble = trouble
