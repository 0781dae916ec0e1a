# SPDX-License-Identifier: GPL-3.0-or-later
"""How the platform would fare with these addresses: where it would fail, why, what to do, and what it would log.

The three log lines are the platform's own. Pure: nodes in, failures out.
"""

from __future__ import annotations

import dataclasses

from ansible_collections.cloudentity.platform.plugins.module_utils import _address, _failure
from ansible_collections.cloudentity.platform.plugins.module_utils._checks_search import search_module

_CLIENT = "failed to create redis client: failed to get redis info: "
_NO_RESPONSES = _CLIENT + "ERR no responses received"
_NO_COMMAND = _CLIENT + "ERR unknown command `FT.INFO`, with args beginning with: `default-index`, "


@dataclasses.dataclass(frozen=True)
class Cause:
    cause: str
    remedy: str
    line: str | None = None


# In this order: what comes first hides what comes later.
CAUSES = {
    _failure.ADDRESS: Cause(
        "the address or the port is wrong, or nothing listens there",
        "correct the address {via} (Service, namespace, port), or start what should answer there",
    ),
    _failure.TLS: Cause(
        "it connects, but TLS does not come about",
        "set tls as Redis at {via} has it; if it has TLS, give the authority that signed its certificate and the name that the certificate is for",
        _NO_RESPONSES,
    ),
    _failure.CREDENTIALS: Cause(
        "it connects, but cannot log in",
        "give the password (and the user) that Redis at {via} was started with; compare the Secrets of Redis and of the platform",
        _NO_RESPONSES,
    ),
    _failure.NOT_A_CLUSTER: Cause(
        "Redis answers, but does not run in cluster mode",
        "point {via} at a Redis Cluster (cluster-enabled yes), or say that it is none (cluster: false), with one address",
    ),
    _failure.IS_A_CLUSTER: Cause(
        "Redis runs in cluster mode, but is spoken to as a single server",
        "say that it is a cluster (cluster: true), and give the platform two addresses; {via} twice will do",
    ),
    _failure.TIMEOUT: Cause(
        "something accepts the connection, but does not answer in time",
        "look at the nodes named: Redis hangs, is paused or overloaded",
    ),
    _failure.LOADING: Cause(
        "Redis is still loading its data",
        "wait until it has, then try again",
    ),
    _failure.OTHER: Cause(
        "what answers does not behave as Redis does",
        "see what listens at {via}",
    ),
    _failure.MODULE_MISSING: Cause(
        "it logs in, but the search module is not loaded on every node",
        "load the module on {nodes} and restart them, or turn redis_search off",
        _NO_COMMAND,
    ),
}


def failures(addresses: dict[str, list[dict]], announced: list[dict], search: bool) -> list[dict]:
    """One entry a failing node. `addresses` holds the nodes behind each address, `announced` those that nodes have named besides."""
    found = []
    for address, nodes in [*addresses.items(), (None, announced)]:
        for node in nodes:
            kind, message = _judge(node, search)
            if kind:
                cause = CAUSES[kind]
                via = address or node["address"]
                found.append(
                    {
                        "kind": kind,
                        "address": via,
                        "node": node["name"],
                        "message": message,
                        "cause": cause.cause,
                        "remedy": cause.remedy.format(via=via, nodes=node["name"]),
                        "platform_line": _dial_line(via, node, message) if kind == _failure.ADDRESS else cause.line,
                    }
                )
    return sorted(found, key=lambda failure: list(CAUSES).index(failure["kind"]))


def message(found: list[dict]) -> str:
    """The failures for people: one paragraph a cause, with its remedy and what the platform would log."""
    paragraphs = []
    for kind in dict.fromkeys(failure["kind"] for failure in found):
        same = [failure for failure in found if failure["kind"] == kind]
        vias = ", ".join(dict.fromkeys(failure["address"] for failure in same))
        nodes = ", ".join(dict.fromkeys(failure["node"] for failure in same))
        lines = [f"{kind}: {same[0]['cause']}"]
        lines += [f"  {text}" for text in dict.fromkeys(_at(failure) for failure in same)]
        lines += [f"  remedy: {CAUSES[kind].remedy.format(via=vias, nodes=nodes)}"]
        if same[0]["platform_line"]:
            lines += [f"  the platform would log: {same[0]['platform_line']}"]
        paragraphs.append("\n".join(lines))
    return "The platform could not use this Redis.\n" + "\n".join(paragraphs)


def _at(failure: dict) -> str:
    where = failure["node"] if failure["node"] == failure["address"] else f"{failure['node']} behind {failure['address']}"
    return f"{where}: {failure['message']}"


def _judge(node: dict, search: bool) -> tuple[str | None, str]:
    if node["error"]:
        return node["error"]["kind"], node["error"]["message"]
    listening = node["config"].get("bind", "").replace("-", "").split()
    if node["pod_ip"] and listening and all(_is_loopback(host) for host in listening):
        # Forwarding a port comes in on loopback, the platform does not.
        return _failure.ADDRESS, f"Redis listens on {' '.join(listening)} only, which no other pod can reach"
    if search and (node["search"]["available"] is False or (node["search"]["available"] is None and not search_module(node))):
        return _failure.MODULE_MISSING, node["search"]["error"] or "the module is not loaded"
    return None, ""


def _is_loopback(host: str) -> bool:
    return host == "::1" or host.startswith("127.") or host == "localhost"


def _dial_line(via: str, node: dict, text: str) -> str:
    host = _address.split(via)[0]
    if "there is no Service" in text or "does not resolve" in text:
        return f"{_CLIENT}dial tcp: lookup {host}: no such host"
    return f"{_CLIENT}dial tcp {node['address'] or via}: connect: connection refused"
