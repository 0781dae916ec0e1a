# SPDX-License-Identifier: GPL-3.0-or-later
"""Against a registry on loopback that speaks the registry API: anonymous, with a token service, with a password."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _image, _image_registry

AUTH = base64.b64encode(b"user:password").decode()


class Registry(BaseHTTPRequestHandler):
    """Repository open/* is public, token/* wants a token, private/* a token for the right user, basic/* the password itself."""

    def do_HEAD(self):
        kind = self.path.split("/")[2]
        wanted = {"token": "Bearer token-of-nobody", "private": "Bearer token-of-user", "basic": f"Basic {AUTH}"}.get(kind)
        if wanted and self.headers.get("Authorization") != wanted:
            self.send_response(401)
            realm = f'http://{self.headers["Host"]}/token'
            challenge = 'Basic realm="x"' if kind == "basic" else f'Bearer realm="{realm}",service="registry",scope="repository:{kind}/redis:pull"'
            self.send_header("WWW-Authenticate", challenge)
        elif kind == "broken":
            self.send_response(503)
        else:
            self.send_response(200 if self.path.endswith("/6.2") and "manifest.list" in self.headers["Accept"] else 404)
        self.end_headers()

    def do_GET(self):
        scope = parse_qs(urlsplit(self.path).query)["scope"][0]
        user = "user" if self.headers.get("Authorization") == f"Basic {AUTH}" else "nobody"
        refused = self.headers.get("Authorization") and user == "nobody"
        body = json.dumps({"token": f"token-of-{user}", "scope": scope}).encode()
        self.send_response(401 if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        """Quiet."""


@pytest.fixture(scope="module")
def registry():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "path, auth, state",
    [
        ("open/redis:6.2", None, _image.FOUND),
        ("open/redis:7", None, _image.ABSENT),
        ("token/redis:6.2", None, _image.FOUND),
        ("token/redis:7", None, _image.ABSENT),
        ("private/redis:6.2", None, _image.DENIED),
        ("private/redis:6.2", AUTH, _image.FOUND),
        ("private/redis:6.2", "d3Jvbmc6d3Jvbmc=", _image.DENIED),
        ("basic/redis:6.2", None, _image.DENIED),
        ("basic/redis:6.2", AUTH, _image.FOUND),
        ("broken/redis:6.2", None, _image.UNKNOWN),
    ],
)
def test_what_the_registry_says(registry, path, auth, state):
    assert _image_registry.ask(_image.parse(f"{registry}/{path}"), auth).state == state


def test_wrong_credentials_are_told_from_none(registry):
    image = _image.parse(f"{registry}/private/redis:6.2")
    assert _image_registry.ask(image, "d3Jvbmc6d3Jvbmc=").reason == "the registry refuses the credentials"
    assert _image_registry.ask(image).reason == "the registry has no such image, or it is private"


def test_a_registry_that_is_not_there(registry):
    answer = _image_registry.ask(_image.parse("127.0.0.1:9/redis:6.2"))
    assert answer.state == _image.UNKNOWN and "refused" in answer.reason
    assert _image_registry.ask(_image.parse("registry.invalid/redis:6.2")).reason == "its name cannot be resolved"
