# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Redis Clusters on loopback and the stand-in as a process beside them. Every process started here is ended by its handle."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
from pathlib import Path

import pytest
from process import StandIn, certificate
from redis_nodes import Cluster

STATE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cloudentity-platform"
PROGRAMS = {
    "STANDIN_REDIS_SERVER": STATE / "redis" / "redis-server",
    "STANDIN_REDISEARCH": STATE / "redis" / "redisearch.so",
}


@pytest.fixture(scope="session")
def programs() -> dict[str, Path]:
    """The laboratory's redis-server 6.2 with TLS and its search module."""
    found = {name: Path(os.environ.get(name, default)) for name, default in PROGRAMS.items()}
    missing = [f"{name} ({path})" for name, path in found.items() if not path.is_file()]
    if missing:
        pytest.exit(f"not found: {', '.join(missing)}. `make lab` puts them there; the variables name other places.", returncode=2)
    return found


@pytest.fixture
def redis_cluster(programs, tmp_path_factory):
    """Makes a cluster for one test: redis_cluster(password=..., modules=[True, True, False], tls=...)."""
    with contextlib.ExitStack() as stack:

        def make(**wishes) -> Cluster:
            return stack.enter_context(Cluster(programs, tmp_path_factory.mktemp("redis"), **wishes))

        yield make


@pytest.fixture(scope="session")
def cluster(programs, tmp_path_factory):
    """The one that most tests share: three primaries, a password of awkward characters, the search module."""
    with Cluster(programs, tmp_path_factory.mktemp("redis"), password="p@ss,w0rd!{}\"'") as shared:
        yield shared


@pytest.fixture(scope="session")
def pair(tmp_path_factory) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def standin(tmp_path, pair):
    """Starts the stand-in with configuration trees, each a file of its own: standin({...}, {...})."""
    numbers = itertools.count()
    with contextlib.ExitStack() as stack:

        def start(*layers, flags=("--metrics",)) -> StandIn:
            directory = tmp_path / f"standin-{next(numbers)}"
            directory.mkdir()
            return stack.enter_context(StandIn(directory, pair, layers, flags))

        yield start


@pytest.fixture(scope="session")
def platform(tmp_path_factory, pair, cluster):
    """The one that tests share which only speak with it."""
    with StandIn(tmp_path_factory.mktemp("standin"), pair, (cluster.settings(redis_search=True),), ("--metrics",)) as shared:
        yield shared


@pytest.fixture
def closed_port():
    """A port of this machine where nothing listens: bound, so that nobody else gets it, and not listened on."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]
