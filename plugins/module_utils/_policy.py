# SPDX-License-Identifier: GPL-3.0-or-later
"""What the platform is supported with, as data: each line with its source. No judgement beyond looking a version up."""

from __future__ import annotations

import dataclasses

from ansible_collections.cloudentity.platform.plugins.module_utils import _versions


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of Redis versions; `secure_from` is its first version without a known remote code execution, None if there is none."""

    redis: str
    supported: bool
    secure_from: str | None
    source: str


_ADVISORY = "CVE-2025-49844, https://github.com/docker-library/official-images/pull/20011"

REDIS_LINES = (
    Line("6.2", True, "6.2.20", "The platform's page on the Redis datastore: Redis Cluster 6.2.x; " + _ADVISORY),
    Line("7.0", False, None, "The platform's page on the Redis datastore: 7.x is not supported; no release of 7.0 fixes CVE-2025-49844"),
    Line("7.2", False, "7.2.11", _ADVISORY),
    Line("7.4", False, "7.4.6", _ADVISORY),
    Line("8.0", False, "8.0.4", _ADVISORY),
    Line("8.2", False, "8.2.2", _ADVISORY),
)


@dataclasses.dataclass(frozen=True)
class Enterprise:
    """The Redis Enterprise that the platform is supported with: the version of the cluster, and of the operator that belongs to it."""

    cluster: str
    operator: str
    source: str


ENTERPRISE = Enterprise("6.2.18-65", "6.2.18-41", "The platform's page on the Redis datastore; redis.io, release notes of operator 6.2.18-41 (December 2022)")


@dataclasses.dataclass(frozen=True)
class SearchBuild:
    """A build of the search module. With a `coordinator` any node finds the keys of all shards. `password`: it takes OSS_GLOBAL_PASSWORD."""

    name: str
    coordinator: bool
    password: bool
    source: str


SEARCH_BUILDS = (
    SearchBuild("RediSearch 1.2 (Debian's redis-redisearch)", False, True, "tried: it takes no notice of the argument"),
    SearchBuild(
        "RediSearch 2 as in redis-stack",
        False,
        False,
        "https://github.com/redis-stack/redis-stack/issues/453; RediSearch v2.4.15, src/config.c: no such configuration option",
    ),
    SearchBuild("redisearch-oss-coord 2.4.15 and 2.10.14", True, True, "values of the vendor's kube-acp-stack 2.9.1 and 2.25.0"),
    SearchBuild("the search module of Redis 8", True, True, "https://github.com/RediSearch/RediSearch/issues/5034; the argument is deprecated there"),
)

SUPPORTED = tuple(line.redis for line in REDIS_LINES if line.supported)


def line_of(version: str) -> Line | None:
    """The line that a version is on; None where nothing is known of it."""
    return next((line for line in REDIS_LINES if _versions.in_range(version, line.redis, line.redis)), None)


def is_supported(version: str) -> bool:
    line = line_of(version)
    return bool(line and line.supported)


def is_secure(version: str) -> bool:
    """Versions before the first known line are not, those after the last one are."""
    line = line_of(version)
    if line is None:
        return _versions.parse(version) > _versions.parse(REDIS_LINES[-1].redis)
    return bool(line.secure_from) and _versions.in_range(version, line.secure_from, None)
