# SPDX-License-Identifier: GPL-3.0-or-later
"""The numbers on the metrics port."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from . import NOTICE, VERSION

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    def __init__(self, trouble: Callable[[], str]):
        self.registry = CollectorRegistry()
        info = Gauge("acp_standin_info", NOTICE, ["version"], registry=self.registry)
        info.labels(VERSION).set(1)
        alive = Gauge("acp_standin_storage_up", "1 while Redis serves.", registry=self.registry)
        alive.set_function(lambda: 0 if trouble() else 1)
        self.requests = Counter("acp_standin_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry)
        self.seconds = Histogram("acp_standin_request_seconds", "Time to an answer.", ["method", "route"], registry=self.registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        self.requests.labels(method, route, status).inc()
        self.seconds.labels(method, route).observe(seconds)

    def respond(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        notice = f"# {NOTICE}\n".encode()
        if method != "GET":
            return 405, CONTENT_TYPE, notice
        if path.partition("?")[0] != "/metrics":
            return 404, CONTENT_TYPE, notice
        return 200, CONTENT_TYPE, notice + generate_latest(self.registry)
