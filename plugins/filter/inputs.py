# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that judge and write the inputs of the roles; what they judge by is in module_utils."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _charts, _enterprise, _inputs, _inputs_enterprise, _inputs_external, _text


def redis_quote(value: str) -> str:
    """A redis.conf argument in double quotes: backslash and quote escaped, all other bytes as they are."""
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def as_text(lines_of):
    """The lines of a table as one text: a line break inside a block scalar of a playbook would reach Jinja as two characters."""
    return lambda data: "\n".join(lines_of(data))


class FilterModule:
    def filters(self):
        return {
            "redis_quote": redis_quote,
            "redis_chart_keys": _charts.keys,
            "redis_cluster_problems": _inputs.redis_cluster,
            "redis_cluster_cautions": _inputs.redis_cluster_cautions,
            "redis_enterprise_problems": _inputs_enterprise.redis_enterprise,
            "redis_enterprise_state": _enterprise.state,
            "redis_enterprise_search": _enterprise.search,
            "redis_enterprise_dropped": _enterprise.dropped,
            "redis_enterprise_address": _enterprise.address,
            "redis_external_problems": _inputs_external.redis_external,
            "acp_problems": _inputs.acp,
            "redis_topology": as_text(_text.topology),
            "redis_checks": as_text(_text.checks),
            "pod_states": as_text(_text.pods),
        }
