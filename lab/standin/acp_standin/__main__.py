# SPDX-License-Identifier: GPL-3.0-or-later
"""acp-standin server start [flags of the platform] --config a,b,c"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from functools import reduce

from . import NOTICE, VERSION, config, connection, logs
from .api import Api
from .logs import log
from .metrics import Metrics
from .server import Server, json_bytes
from .store import InMemory, InRedis, Records, Watch

END = {signal.SIGTERM, signal.SIGINT}


def main() -> int:
    # The first process of a container has no default handlers.
    for number in END:
        signal.signal(number, lambda *_: sys.exit(0))
    options, ignored = _arguments()
    log("info", NOTICE, version=VERSION)
    if ignored:
        log("info", "flags of the platform that the stand-in does not know are ignored", flags=ignored)
    try:
        settings = _settings(options.config)
    except config.ConfigError as error:
        logs.fatal(str(error), "failed to load configuration")
        return 1
    logs.set_level(settings.log_level)
    if settings.unused:
        log("info", "settings of redis that the stand-in does not use", settings=settings.unused)
    try:
        client = connection.connect(settings.redis, log)
    except connection.StorageError as error:
        log("error", "the stand-in ends; its last line is the platform's own", version=VERSION)
        logs.fatal(str(error), "failed to create storage")
        return 1
    # From here on a signal waits, in all threads, until it is asked for.
    signal.pthread_sigmask(signal.SIG_BLOCK, END)
    try:
        servers = _start(settings, InRedis(client, settings.redis.pool_size), with_metrics=options.metrics)
    except OSError as error:
        logs.fatal(str(error), "failed to start server")
        return 1
    signal.sigwait(END)
    for server in servers:
        server.stop()
    log("info", "stopped")
    return 0


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="acp-standin", description=NOTICE, allow_abbrev=False)
    parser.add_argument("command", nargs=2, metavar="server start")
    parser.add_argument("--config", action="append", required=True, metavar="A,B,C", help="files, merged key by key, the later one wins")
    parser.add_argument("--metrics", action="store_true", help="serve metrics")
    options, ignored = parser.parse_known_args()
    if options.command != ["server", "start"]:
        parser.error("the stand-in knows one command only: server start")
    return options, ignored


def _settings(lists: list[str]) -> config.Settings:
    layers = []
    for path in ",".join(lists).split(","):
        try:
            with open(path, encoding="utf-8") as file:
                layers.append(config.parse(path, file.read()))
        except OSError as error:
            raise config.ConfigError(f"open {path}: {os.strerror(error.errno).lower()}") from error
        except UnicodeDecodeError as error:
            raise config.ConfigError(f"{path}: not a UTF-8 text") from error
    return config.settings(reduce(config.merge, layers, {}))


def _start(settings: config.Settings, in_redis: InRedis, with_metrics: bool) -> list[Server]:
    watch = Watch(in_redis.check, log)
    api = Api(
        sessions=Records("session", in_redis),
        tokens=Records("token", in_redis),
        codes=Records("code", in_redis),
        refresh_tokens=Records("refresh-token", InMemory() if settings.refresh_tokens_in_sql else in_redis),
        trouble=watch.trouble,
    )
    metrics = Metrics(watch.trouble)

    def respond(method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        begin = time.monotonic()
        answer = api.answer(method, path, body)
        seconds = time.monotonic() - begin
        metrics.count(method, answer.route, answer.status, seconds)
        level = "debug" if answer.route == "/alive" else "info"
        log(level, "request", method=method, route=answer.route, status=answer.status, ms=round(seconds * 1000, 1))
        return answer.status, "application/json", json_bytes(answer.page)

    servers = [Server(settings.port, respond, settings.certificate)]
    if with_metrics:
        servers.append(Server(settings.metrics_port, metrics.respond))
    watch.start()
    for server in servers:
        server.start()
    log(
        "info",
        "serving",
        port=servers[0].server_port,
        https=settings.certificate is not None,
        metrics_port=servers[1].server_port if with_metrics else None,
        redis_search=settings.redis.search,
        refresh_tokens="kept in memory, which stands in for SQL" if settings.refresh_tokens_in_sql else "kept in Redis",
    )
    return servers


if __name__ == "__main__":
    sys.exit(main())
