# SPDX-License-Identifier: GPL-3.0-or-later
"""The diagnosis: of all causes that the evidence shows, the one that hides the others; and how it is said. Pure: evidence in, judgement out."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _diagnosis_config as config
from ansible_collections.cloudentity.platform.plugins.module_utils import _diagnosis_pods as pods
from ansible_collections.cloudentity.platform.plugins.module_utils import _diagnosis_redis as redis
from ansible_collections.cloudentity.platform.plugins.module_utils._diagnosis_rule import Seen

# In this order: what comes first may be why the later ones are seen, never the other way round.
CATALOGUE = (
    pods.not_installed,
    pods.scaled_down,
    pods.pods_refused,
    pods.object_missing,
    pods.image_pull,
    pods.memory_killed,
    pods.memory_short,
    pods.unschedulable,
    config.configuration_invalid,
    redis.dns,
    redis.other_namespace,
    redis.name_unknown,
    redis.redis_down,
    redis.address,
    redis.tls_missing,
    redis.tls_unexpected,
    redis.tls_certificate,
    redis.password_missing,
    redis.password_differs,
    redis.password_old_in_redis,
    redis.login_refused,
    redis.module_missing,
    redis.connection_fails,
    redis.redis_unhealthy,
    config.configuration_old,
    config.restart_pending,
    pods.platform_ends,
    pods.not_ready,
    pods.memory_killed_before,
    config.password_drift,
    config.search_off,
    config.single_address,
    redis.redis_unfit,
)


def judge(facts: dict) -> dict:
    """The cause, or None when nothing is wrong; and what else was found, in order."""
    seen = Seen(facts)
    found: list[dict] = []
    # Nothing can be said of a platform that is not there.
    for rule in CATALOGUE if facts["deployment"] else CATALOGUE[:1]:
        result = rule.run(seen) if not (rule.fallback and found) else None
        found += [result] if result else []
    return {"healthy": not found, "cause": found[0] if found else None, "findings": found[1:]}


def message(diagnosis: dict, facts: dict) -> str:
    """For whoever was woken up by it."""
    cause = diagnosis["cause"]
    if cause is None:
        lines = ["Nothing is wrong.", *(f"  - {line}" for line in _good(facts))]
    else:
        lines = [f"CAUSE: {cause['title']} ({cause['id']})", "PROOF:", *(f"  - {line}" for line in cause["proof"]), f"REMEDY: {cause['remedy']}"]
    for finding in diagnosis["findings"]:
        lines.append(f"ALSO: {finding['title']} ({finding['id']}): {'; '.join(finding['proof'])}. {finding['remedy']}")
    if facts["unread"]:
        lines += ["COULD NOT BE READ, so it did not count:", *(f"  - {line}" for line in facts["unread"])]
    return "\n".join(lines)


def _good(facts: dict) -> list[str]:
    deployment, connection = facts["deployment"], facts["connection"]
    lines = [f"Deployment {deployment['name']}: {deployment['ready']} of {deployment['replicas']} pods ready"]
    if connection:
        nodes = {node for entry in connection["addresses"] for node in entry["nodes"]} | set(connection["announced"])
        lines.append(f"connecting as the platform does works on {len(nodes)} nodes of Redis")
    if facts["checks"]:
        warnings = [check["id"] for check in facts["checks"] if check["status"] == "warning"]
        lines.append("no check of Redis fails" + (f"; warnings: {', '.join(warnings)}" if warnings else ""))
    return lines
