# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks: can the nodes be reached and logged in to, and by whom."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils._check import FAILED, OK, SKIPPED, WARNING, Finding, check, count, each, names, read

# A wrong password and a server without cluster mode are other checks' business; all else that keeps a node from being read is reachable's.
_OTHER_CHECKS = ("credentials", "not_a_cluster")


@check(
    what="All nodes that there should be are there and answer.",
    observes="Whether each pod of the selector, or each address that is given or announced, answers in time, and how many nodes were planned.",
    gives={
        FAILED: "a node does not answer, or there are fewer than planned",
        WARNING: "there are more nodes than planned",
    },
    remedy="Look at the pods named (kubectl describe pod, kubectl logs); a pod that runs but does not answer has a Redis that hangs or is loading its data.",
    heals=True,
)
def reachable(snapshot: dict) -> Finding:
    nodes, wanted = snapshot["nodes"], snapshot["expected"]["nodes"]
    expected = f"{count(wanted, 'node')}, each answers" if wanted else "each node answers"
    silent = [node for node in nodes if not node["reachable"] or (node["error"] and node["error"]["kind"] not in _OTHER_CHECKS)]
    answering = len(nodes) - len(silent)
    observed = f"{count(answering, 'node')} of {wanted or len(nodes)} answering"
    if silent:
        return Finding(FAILED, f"{observed}; {each(silent, lambda node: node['error']['message'])}", expected, names(silent))
    if not nodes or (wanted and answering < wanted):
        return Finding(FAILED, observed if nodes else "there is no node at all", expected)
    return Finding(WARNING if wanted and answering > wanted else OK, observed, expected)


@check(
    what="Every node that answers accepts the credentials.",
    observes="Each node's answer to AUTH and INFO.",
    gives={
        FAILED: "a node refuses the user or the password, or asks for one that was not given",
        WARNING: "two passwords were given, and a node takes the previous one only",
        SKIPPED: "no node answers",
    },
    remedy="Compare the password's Secret with the one that the nodes were started with; a node keeps the old password until it is restarted.",
)
def authenticated(snapshot: dict) -> Finding:
    expected = "every node accepts the credentials"
    answering = [node for node in snapshot["nodes"] if node["reachable"]]
    refusing = [node for node in answering if node["error"] and node["error"]["kind"] == "credentials"]
    if refusing:
        return Finding(FAILED, each(refusing, lambda node: node["error"]["message"]), expected, names(refusing))
    if not answering:
        return Finding(SKIPPED, "no node answers", expected)
    previous = [node for node in answering if node["password_accepted"] == "previous"]
    if previous:
        return Finding(WARNING, f"{count(len(previous), 'node')} of {len(answering)} took the previous password only", expected, names(previous))
    return Finding(OK, f"{count(len(answering), 'node')} accepted them", expected)


@check(
    what="Nobody gets in without a password.",
    observes="The answer to a first command that comes before any AUTH.",
    gives={
        FAILED: "a node answers without a password although one is expected",
        WARNING: "a node answers without a password, and none is expected",
        SKIPPED: "no node could be asked",
    },
    remedy="Set a password (chart value password or existingSecret) and restart the nodes.",
)
def password_required(snapshot: dict) -> Finding:
    expected = "a command without a password is refused"
    asked = [node for node in snapshot["nodes"] if node["password_required"] is not None]
    open_nodes = [node for node in asked if not node["password_required"]]
    if open_nodes:
        status = FAILED if snapshot["expected"]["password"] else WARNING
        return Finding(status, f"{count(len(open_nodes), 'node')} of {len(asked)} answer without a password", expected, names(open_nodes))
    if not asked:
        return Finding(SKIPPED, "no node could be asked", expected)
    return Finding(OK, f"refused by {count(len(asked), 'node')}", expected)


@check(
    what="Sessions and tokens do not cross the network in plain text.",
    observes="Whether the nodes are spoken to by TLS, and their setting port.",
    gives={
        FAILED: "TLS is used, and a node has a plain port open beside it",
        WARNING: "TLS is not used",
        SKIPPED: "TLS is used, and no node could be read",
    },
    remedy="Turn TLS on for Redis and for the platform, with no plain port beside it (port 0).",
)
def tls_required(snapshot: dict) -> Finding:
    expected = "the nodes speak TLS only"
    nodes = read(snapshot)
    if not snapshot["expected"]["tls"]:
        return Finding(WARNING, "TLS is not used", expected)
    plain = [node for node in nodes if node["config"].get("port", "0") != "0"]
    if plain:
        return Finding(FAILED, each(plain, lambda node: f"plain text on port {node['config']['port']}"), expected, names(plain))
    if not nodes:
        return Finding(SKIPPED, "no node could be read", expected)
    return Finding(OK, f"TLS only on {count(len(nodes), 'node')}", expected)
