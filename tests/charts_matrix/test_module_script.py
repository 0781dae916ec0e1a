# SPDX-License-Identifier: GPL-3.0-or-later
"""The init container that fetches the search module: its script, as rendered, with a real shell and a real server."""

from __future__ import annotations

import functools
import hashlib
import http.server
import os
import platform
import subprocess
import threading
from pathlib import Path

import matrix
import pytest

MODULE = b"\x7fELF a module"
SUM = hashlib.sha256(MODULE).hexdigest()
HERE = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
ELSEWHERE = {"amd64": "arm64", "arm64": "amd64"}[HERE]


@pytest.fixture(scope="session")
def script(tmp_path_factory):
    inputs = {"module_source": "url", "module_url": "http://x/m.so", "module_sha256": SUM}
    rendered = matrix.render({"script": (matrix.EMBEDDED_VERSION, inputs)}, tmp_path_factory.mktemp("script"))
    return rendered["values"]["script"]["redis"]["initContainers"][0]["command"]


@pytest.fixture
def mirror(tmp_path):
    """A server that says how often it was asked; stop() takes it down."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served/m.so").write_bytes(MODULE)
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_request(self, code="-", size="-"):
            asked.append(code)

        def log_message(self, format, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=tmp_path / "served"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.asked, server.url = asked, f"http://127.0.0.1:{server.server_port}/m.so"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def start(script, tmp_path):
    """What a new pod does: its own empty volume for the module, the data volume that stays."""

    def run(environment, path=os.environ["PATH"]):
        target = tmp_path / "redismodules" / "m.so"
        target.parent.mkdir(exist_ok=True)
        target.unlink(missing_ok=True)
        variables = {"PATH": path, "MODULE_TO": str(target), "MODULE_STORE": str(tmp_path / "data/redismodules"), **environment}
        done = subprocess.run(script, env=variables, capture_output=True, text=True, check=False)
        return done, target

    return run


def given(mirror, checksum=SUM):
    return {"MODULE_URL": mirror.url, "MODULE_SHA256": checksum}


def test_fetched_once_and_never_again(start, mirror):
    done, target = start(given(mirror))
    assert done.returncode == 0 and target.read_bytes() == MODULE and target.stat().st_mode & 0o777 == 0o755
    mirror.shutdown()
    mirror.server_close()
    done, target = start(given(mirror))
    assert done.returncode == 0 and target.read_bytes() == MODULE and len(mirror.asked) == 1


def test_a_wrong_checksum_stops_redis_and_is_named(start, mirror):
    done, _target = start(given(mirror, "0" * 64))
    assert done.returncode == 1 and f"SHA-256 of {mirror.url} is {SUM}, expected {'0' * 64}" in done.stderr


def test_a_copy_that_somebody_changed_is_not_used(start, mirror, tmp_path):
    start(given(mirror))
    (tmp_path / f"data/redismodules/{SUM}.so").write_bytes(b"something else")
    done, target = start(given(mirror))
    assert done.returncode == 0 and target.read_bytes() == MODULE and len(mirror.asked) == 2


def test_another_module_replaces_the_copy(start, mirror, tmp_path):
    start(given(mirror))
    (tmp_path / "served/m.so").write_bytes(b"newer")
    newer = hashlib.sha256(b"newer").hexdigest()
    done, target = start(given(mirror, newer))
    assert done.returncode == 0 and target.read_bytes() == b"newer"
    assert [path.name for path in (tmp_path / "data/redismodules").iterdir()] == [f"{newer}.so"]


def test_a_server_that_is_away_is_an_error(start, mirror):
    mirror.shutdown()
    mirror.server_close()
    assert start(given(mirror))[0].returncode != 0


def test_each_architecture_has_its_own(start, mirror):
    wanted = {f"MODULE_URL_{HERE}": mirror.url, f"MODULE_SHA256_{HERE}": SUM}
    assert start({**wanted, f"MODULE_URL_{ELSEWHERE}": "http://127.0.0.1:1/", f"MODULE_SHA256_{ELSEWHERE}": "0" * 64})[0].returncode == 0
    done = start({f"MODULE_URL_{ELSEWHERE}": mirror.url, f"MODULE_SHA256_{ELSEWHERE}": SUM})[0]
    assert done.returncode == 1 and f"has none for {platform.machine()}" in done.stderr


def test_an_own_authority_needs_curl(start, mirror, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("uname", "sh", "sha256sum", "cut", "mkdir", "cp", "mv", "rm", "chmod", "wget"):
        (tools / name).symlink_to(next(found for place in os.environ["PATH"].split(":") if (found := Path(place) / name).exists()))
    assert start(given(mirror), str(tools))[0].returncode == 0
    done = start({**given(mirror, "1" * 64), "CURL_CA_BUNDLE": "/redismodules-ca/ca.crt"}, str(tools))[0]
    assert done.returncode != 0 and "no curl" in done.stderr
