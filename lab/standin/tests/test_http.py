# SPDX-License-Identifier: GPL-3.0-or-later
"""How it is spoken with, and what it tells of itself."""

from __future__ import annotations

import json
import socket

import pytest


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/alive?x=y", 200),
        ("GET", "/nothing", 404),
        ("GET", "/sessions/x/y", 404),
        ("GET", "/sessions", 405),
        ("POST", "/alive", 405),
        ("PUT", "/codes", 405),
        ("TRACE", "/", 501),
    ],
)
def test_every_page_says_what_it_is(platform, method, path, status):
    found, page = platform.request(method, path)
    assert (found, page["standin"]) == (status, True)
    assert platform.answer.headers["Server"] == "acp-standin/1"
    assert "not the Cloudentity platform" in platform.answer.headers["X-Stand-In"]


def test_head(platform):
    assert platform.request("HEAD", "/alive") == (200, {})


def test_a_body_in_chunks(platform):
    content = json.dumps({"subject": "a"}).encode()
    status, page = platform.request("POST", "/codes", iter([content[:5], content[5:]]))
    assert (status, page["subject"]) == (201, "a")


@pytest.mark.parametrize("headers", [{"Content-Length": "70000"}, {"Content-Length": "x"}, {"Transfer-Encoding": "chunked"}])
def test_a_body_that_cannot_be_read(platform, headers):
    assert platform.request("POST", "/codes", b"zz\r\n", **headers)[0] == 400


def test_a_client_that_does_not_speak_tls_disturbs_nobody(platform):
    port = platform.serving()["port"]
    with socket.create_connection(("127.0.0.1", port)) as silent, socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(b"GET /alive HTTP/1.1\r\n\r\n")
        assert platform.get("/alive")[0] == 200
        assert silent.fileno() > 0
    assert "Traceback" not in platform.output


def test_plain_http_where_tls_is_turned_off(standin, cluster):
    platform = standin(cluster.settings(), {"server": {"dangerous_disable_tls": True}})
    serving = platform.serving()
    assert serving["https"] is False
    with socket.create_connection(("127.0.0.1", serving["port"])) as plain:
        plain.sendall(b"GET /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert plain.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"


def test_metrics(standin, cluster):
    platform = standin(cluster.settings())
    platform.post("/codes", {"subject": "a"})
    page = platform.metrics()
    assert page.startswith("# This is a stand-in")
    assert "acp_standin_storage_up 1.0" in page
    assert 'acp_standin_requests_total{method="POST",route="/codes",status="201"} 1.0' in page


def test_no_metrics_unless_asked_for(standin, cluster):
    assert standin(cluster.settings(), flags=()).serving()["metrics_port"] is None


def test_neither_logs_nor_metrics_hold_secrets(standin, cluster):
    platform = standin(cluster.settings(redis_search=True), {"logging": {"level": "debug"}, "system": {"secret": "hunter2"}})
    secrets = [cluster.password, "hunter2"]
    for path, kind in [("/sessions", "user"), ("/tokens", "identity"), ("/codes", None), ("/refresh-tokens", None)]:
        page = platform.post(path, {"kind": kind, "subject": "a"})[1]
        identifier = page.get("id") or page.get("token") or page.get("code")
        platform.get(f"{path}/{identifier}")
        platform.get(f"/{identifier}")
        platform.get(f"{path}/{identifier}/{identifier}")
        platform.post(f"{path}/{identifier}/redeem")
        secrets.append(identifier)
    told = platform.output + platform.metrics()
    assert '"route":"other"' in told
    assert not [secret for secret in secrets if secret in told or json.dumps(secret)[1:-1] in told]
