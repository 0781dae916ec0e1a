# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP and HTTPS around a function that answers. Every answer says by its headers that a stand-in gave it."""

from __future__ import annotations

import json
import socketserver
import ssl
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import NAME, NOTICE, VERSION
from .logs import log

LARGEST_BODY = 64 * 1024
DRAIN_SECONDS = 5.0

# method, path, body -> status, content type, content
Respond = Callable[[str, str, bytes], tuple[int, str, bytes]]


def json_bytes(page: dict) -> bytes:
    return json.dumps(page, ensure_ascii=False).encode() + b"\n"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, respond: Respond, certificate: tuple[str, str] | None = None):
        self.respond = respond
        self.busy = 0
        self.busy_lock = threading.Lock()
        self.tls = None
        if certificate:
            self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.tls.load_cert_chain(*certificate)
        super().__init__(("", port), _Handler)

    def server_bind(self) -> None:
        # Without the look-up of this machine's name, which a pod may wait for.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name=f"port {self.server_port}", daemon=True).start()

    def stop(self) -> None:
        """Take no more connections and let the requests under way end."""
        self.shutdown()
        self.server_close()
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.busy and time.monotonic() < deadline:
            time.sleep(0.02)

    def finish_request(self, request, client_address) -> None:
        # The handshake belongs here, in the connection's own thread: a client that is slow with it delays nobody.
        request.settimeout(_Handler.timeout)
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request, client_address) -> None:
        error = sys.exc_info()[1]
        # Clients that hang up, and probes that do not speak TLS, are everyday life.
        level = "debug" if isinstance(error, OSError) else "error"
        log(level, "a connection broke off", client=client_address[0], reason=f"{type(error).__name__}: {error}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True
    server: Server

    def handle_any(self) -> None:
        with self.server.busy_lock:
            self.server.busy += 1
        try:
            try:
                body = self.body()
            except ValueError:
                self.send_error(400, f"the body cannot be read, or is longer than {LARGEST_BODY} bytes")
                return
            self.reply(*self.server.respond("GET" if self.command == "HEAD" else self.command, self.path, body))
        finally:
            with self.server.busy_lock:
                self.server.busy -= 1

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self.chunks()
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= LARGEST_BODY:
            raise ValueError("too long")
        return self.rfile.read(length)

    def chunks(self) -> bytes:
        """kubectl sends its standard input in chunks."""
        content = b""
        while size := int(self.rfile.readline(64).partition(b";")[0], 16):
            if size < 0 or len(content) + size > LARGEST_BODY:
                raise ValueError("too long")
            content += self.rfile.read(size)
            self.rfile.readline(64)
        while self.rfile.readline(1024).strip():
            pass
        return content

    def reply(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Stand-In", NOTICE)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_error(self, code, message=None, explain=None) -> None:
        """What the standard library refuses by itself: the same form as any other page."""
        self.close_connection = True
        self.reply(int(code), "application/json", json_bytes({"error": message or HTTPStatus(code).phrase, "standin": True}))

    def version_string(self) -> str:
        return f"{NAME}/{VERSION}"

    def log_message(self, *args) -> None:
        """The path of a request may hold a token, so the application logs its route instead."""
