# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: all checks in the order in which they are reported, and the verdict over them. Pure."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _checks_access as access
from ansible_collections.cloudentity.platform.plugins.module_utils import _checks_cluster as cluster
from ansible_collections.cloudentity.platform.plugins.module_utils import _checks_search as search
from ansible_collections.cloudentity.platform.plugins.module_utils import _checks_service as service
from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED, WARNING, clustered
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError

# What can be asked of the nodes of a cluster only.
_OF_A_CLUSTER = (
    cluster.cluster_state,
    cluster.slots_covered,
    cluster.no_open_slots,
    cluster.same_view,
    cluster.addresses_current,
    cluster.primaries,
    cluster.replicas_per_primary,
    cluster.replicas_on_other_hosts,
    cluster.replication_in_sync,
)

CATALOGUE = {
    check.id: check
    for check in (
        access.reachable,
        access.authenticated,
        *_OF_A_CLUSTER,
        service.version_supported,
        service.version_secure,
        service.persistence,
        service.eviction_policy,
        service.memory_headroom,
        search.module_loaded,
        search.search_works,
        search.search_complete,
        service.write_read_expire,
        access.password_required,
        access.tls_required,
    )
}

ALWAYS = ("reachable", "authenticated")


def choose(only: list[str] | None, skip: list[str] | None) -> list[str]:
    """The ids to run; an unknown one is refused. Nothing can be said of nodes that were not read, so what tells that is always among them."""
    unknown = sorted({*(only or []), *(skip or [])} - CATALOGUE.keys())
    if unknown:
        raise InputError(f"there is no check {', '.join(unknown)}; there are {', '.join(CATALOGUE)}")
    return [name for name in CATALOGUE if (not only or name in (*only, *ALWAYS)) and name not in (skip or [])]


def run(snapshot: dict, ids: list[str], severity: dict | None = None) -> list[dict]:
    """The results, in order. `severity` says for a check how bad it is when it does not hold."""
    return [
        check.run(snapshot, (severity or {}).get(check.id)) if clustered(snapshot) or check not in _OF_A_CLUSTER
        else check.skipped("not a cluster: one address answers for all")
        for check in (CATALOGUE[name] for name in ids)
    ]


def verdict(results: list[dict]) -> str:
    """The worst of all."""
    statuses = {result["status"] for result in results}
    return next((status for status in (FAILED, WARNING) if status in statuses), "ok")


def may_heal(bad: list[dict]) -> bool:
    """Whether time alone might put right all of these; a site's own rules are given the time."""
    return all(CATALOGUE[result["id"]].heals for result in bad if result["id"] in CATALOGUE)
