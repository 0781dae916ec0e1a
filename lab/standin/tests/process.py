# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in as the container runs it: its own process, read from outside by HTTPS, logs and exit code only."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import yaml

SOURCES = Path(__file__).resolve().parent.parent


class StandIn:
    """While it runs: get(), post(), delete(). After wait(): code and lines."""

    def __init__(self, directory: Path, pair: tuple[Path, Path], layers: tuple, flags: tuple):
        certificate_path, key_path = pair
        base = {
            "server": {"port": 0, "certificate": {"cert_path": str(certificate_path), "key_path": str(key_path)}},
            "standin": {"metrics_port": 0},
        }
        files = []
        for number, layer in enumerate([base, *layers]):
            path = directory / f"{number}.yaml"
            path.write_text(layer if isinstance(layer, str) else yaml.safe_dump(layer))
            files.append(str(path))
        self.command = [sys.executable, "-m", "acp_standin", "server", "start", *flags, "--config", ",".join(files)]
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._ended = False
        self._trust = ssl.create_default_context(cafile=str(certificate_path))

    def __enter__(self) -> StandIn:
        self.process = subprocess.Popen(
            self.command,
            cwd=SOURCES,
            env={**os.environ, "PYTHONPATH": str(SOURCES), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def __exit__(self, *_) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.wait()

    def _read(self) -> None:
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self, timeout: float = 15) -> int:
        """Its exit code, when it has ended by itself or was told to."""
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def serving(self, timeout: float = 15) -> dict:
        """The line that it logs when it serves."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or any('"msg":"serving"' in line for line in self.lines), timeout)
            found = [json.loads(line) for line in self.lines if '"msg":"serving"' in line]
        assert found, self.output
        return found[0]

    def request(self, method: str, path: str, body=None, **headers) -> tuple[int, dict]:
        connection = http.client.HTTPSConnection("127.0.0.1", self.serving()["port"], timeout=15, context=self._trust)
        try:
            content = json.dumps(body) if isinstance(body, (dict, list)) else body
            connection.request(method, path, content, headers)
            self.answer = connection.getresponse()
            return self.answer.status, json.loads(self.answer.read() or b"{}")
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, dict]:
        return self.request("GET", path)

    def post(self, path: str, body=None) -> tuple[int, dict]:
        return self.request("POST", path, body)

    def metrics(self) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.serving()["metrics_port"], timeout=15)
        try:
            connection.request("GET", "/metrics")
            return connection.getresponse().read().decode()
        finally:
            connection.close()


def certificate(directory: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 that is its own authority."""
    cert, key = directory / "tls.crt", directory / "tls.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)],
        check=True,
        capture_output=True,
    )
    return cert, key
