# SPDX-License-Identifier: GPL-3.0-or-later
"""The kind of a failure, its remedy and the platform's own line, out of what real nodes answered."""

from __future__ import annotations

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _platform
from ansible_collections.cloudentity.platform.tests.unit.plugins.module_utils import recorded

VIA = "acp-redis-cluster-headless:6379"
NO_RESPONSES = "failed to create redis client: failed to get redis info: ERR no responses received"
NO_COMMAND = "failed to create redis client: failed to get redis info: ERR unknown command `FT.INFO`, with args beginning with: `default-index`, "


def failures(nodes: list, search: bool = True) -> list:
    return _platform.failures({VIA: nodes}, [], search)


@pytest.mark.parametrize(
    ("name", "kind", "line", "remedy"),
    [
        ("password_wrong", "credentials", NO_RESPONSES, "password"),
        ("no_password", "credentials", NO_RESPONSES, "password"),
        ("tls_expected", "tls", NO_RESPONSES, "tls"),
        ("standalone", "not_a_cluster", None, "cluster-enabled yes"),
        ("module_missing", "module_missing", NO_COMMAND, "load the module on 127.0.0.1:"),
        ("node_paused", "timeout", None, "paused"),
    ],
)
def test_kinds(name, kind, line, remedy):
    found = failures(recorded.snapshot(name)["nodes"])
    assert {failure["kind"] for failure in found} == {kind}
    assert found[0]["platform_line"] == line
    assert remedy in found[0]["remedy"]
    message = _platform.message(found)
    assert f"{kind}: " in message and "remedy: " in message and found[0]["node"] in message
    assert (f"the platform would log: {line}" in message) is (line is not None)


def test_all_is_well():
    assert not failures(recorded.snapshot("healthy")["nodes"])


def test_only_the_node_without_the_module_is_named():
    nodes = recorded.snapshot("module_missing")["nodes"]
    assert [failure["node"] for failure in failures(nodes)] == [nodes[2]["name"]]
    assert not failures(nodes, search=False)


def test_what_hides_others_comes_first():
    found = failures(recorded.snapshot("module_missing")["nodes"] + recorded.snapshot("password_wrong")["nodes"])
    assert found[0]["kind"] == "credentials" and found[-1]["kind"] == "module_missing"


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Connection refused", "dial tcp 10.0.0.7:6380: connect: connection refused"),
        ("there is no Service wrong in namespace acp", "dial tcp: lookup wrong: no such host"),
        ("the name does not resolve: Name or service not known", "dial tcp: lookup wrong: no such host"),
    ],
)
def test_the_line_of_a_wrong_address(message, line):
    node = {"name": "redis-0", "address": "10.0.0.7:6380", "error": {"kind": "address", "message": message}}
    found = _platform.failures({"wrong:6380": [node]}, [], True)
    assert found[0]["platform_line"] == "failed to create redis client: failed to get redis info: " + line
    assert "wrong:6380" in found[0]["remedy"]


def test_listening_on_loopback_is_no_use_to_other_pods():
    # A forwarded port arrives on loopback, so that it works all the same.
    node = recorded.snapshot("healthy")["nodes"][0]
    assert node["config"]["bind"] == "127.0.0.1" and not failures([node])
    found = failures([{**node, "pod_ip": "10.0.0.7"}])
    assert found[0]["kind"] == "address" and "127.0.0.1" in found[0]["message"]
    everywhere = {**node, "pod_ip": "10.0.0.7", "config": {**node["config"], "bind": "* -::*"}}
    assert not failures([everywhere])


def test_announced_nodes_count_too():
    node = recorded.snapshot("password_wrong")["nodes"][0]
    assert _platform.failures({}, [node], True)[0]["address"] == node["address"]
