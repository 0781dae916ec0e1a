# SPDX-License-Identifier: GPL-3.0-or-later
"""What the configuration says: files merged key by key, the later one wins. Reads no file and connects to nothing."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from .logs import LEVELS

USED = {
    "redis": {"enabled", "addrs", "username", "password", "redis_search", "tls", "pool_size", "max_retries"},
    "redis.tls": {"enabled", "ca", "cert", "key", "insecure_skip_verify"},
}


class ConfigError(Exception):
    pass


@dataclass(frozen=True)
class Tls:
    """ca, cert and key: a file's path, or the PEM text itself."""

    ca: str = ""
    cert: str = ""
    key: str = ""
    insecure_skip_verify: bool = False


@dataclass(frozen=True)
class Redis:
    addrs: tuple[tuple[str, int], ...]
    single: bool
    username: str
    password: str
    tls: Tls | None
    search: bool
    pool_size: int
    max_retries: int


@dataclass(frozen=True)
class Settings:
    redis: Redis
    port: int
    metrics_port: int
    certificate: tuple[str, str] | None
    refresh_tokens_in_sql: bool
    log_level: str
    unused: tuple[str, ...]


def parse(name: str, text: str) -> dict:
    """One file's tree. An empty file says nothing. A message names the place only: the text around it may be a password."""
    try:
        tree = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(f"{name}: not valid YAML" + (f" at line {mark.line + 1}" if mark else "")) from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ConfigError(f"{name}: a mapping is expected at the top")
    return tree


def merge(earlier: dict, later: dict) -> dict:
    """Mappings are merged, everything else (lists too) is replaced. A key without a value says nothing."""
    merged = dict(earlier)
    for key, value in later.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        elif value is not None or key not in merged:
            merged[key] = value
    return merged


def settings(tree: dict) -> Settings:
    """The settings that the stand-in uses. Raises one ConfigError that names all mistakes."""
    read = _Reader(tree)
    if not read.boolean("redis.enabled", True):
        read.mistakes.append("redis.enabled is false, but the stand-in keeps everything in Redis")
    tls = None
    if read.boolean("redis.tls.enabled", False):
        tls = Tls(
            ca=read.text("redis.tls.ca"),
            cert=read.text("redis.tls.cert"),
            key=read.text("redis.tls.key"),
            insecure_skip_verify=read.boolean("redis.tls.insecure_skip_verify", False),
        )
        if bool(tls.cert) != bool(tls.key):
            read.mistakes.append("redis.tls.cert and redis.tls.key belong together")
    redis = Redis(
        addrs=read.addresses("redis.addrs"),
        # As listed: the same address twice stands for a cluster, too.
        single=len(read.listed("redis.addrs")) == 1,
        username=read.text("redis.username"),
        password=read.text("redis.password"),
        tls=tls,
        search=read.boolean("redis.redis_search", False),
        pool_size=read.integer("redis.pool_size", 32, least=1),
        max_retries=read.integer("redis.max_retries", 3, least=0),
    )
    plain = read.boolean("server.dangerous_disable_tls", False)
    pair = (read.text("server.certificate.cert_path"), read.text("server.certificate.key_path"))
    if not plain and not all(pair):
        read.mistakes.append("server.certificate needs cert_path and key_path, unless server.dangerous_disable_tls is true")
    level = read.text("logging.level") or "info"
    if level not in LEVELS:
        read.mistakes.append(f"logging.level is none of {', '.join(LEVELS)}")
    result = Settings(
        redis=redis,
        port=read.integer("server.port", 8080 if plain else 8443, least=0),
        metrics_port=read.integer("standin.metrics_port", 9000, least=0),
        certificate=None if plain else pair,
        refresh_tokens_in_sql=read.boolean("storage.refresh_tokens.enabled", True),
        log_level=level,
        unused=tuple(f"{path}.{key}" for path, used in USED.items() for key in read.mapping(path) if key not in used),
    )
    if read.mistakes:
        raise ConfigError("; ".join(read.mistakes))
    return result


class _Reader:
    """Looks values up by dotted path and notes what is wrong with them, never the value itself."""

    def __init__(self, tree: dict):
        self.tree = tree
        self.mistakes: list[str] = []

    def value(self, path: str):
        node = self.tree
        for key in path.split("."):
            node = node.get(key) if isinstance(node, dict) else None
        return node

    def mapping(self, path: str) -> dict:
        value = self.value(path)
        return value if isinstance(value, dict) else {}

    def text(self, path: str) -> str:
        value = self.value(path)
        if isinstance(value, (dict, list)):
            self.mistakes.append(f"{path} is not a text")
            return ""
        return "" if value is None else str(value)

    def boolean(self, path: str, default: bool) -> bool:
        value = self.value(path)
        if value is None:
            return default
        known = {"true": True, "false": False}.get(str(value).lower())
        if known is None:
            self.mistakes.append(f"{path} is neither true nor false")
        return bool(known)

    def integer(self, path: str, default: int, least: int) -> int:
        value = self.value(path)
        if value is None:
            return default
        try:
            number = int(str(value))
        except ValueError:
            number = least - 1
        if number < least:
            self.mistakes.append(f"{path} is not a number from {least} up")
        return number

    def listed(self, path: str) -> list:
        value = self.value(path)
        listed = value.split(",") if isinstance(value, str) else value
        return listed if isinstance(listed, list) else []

    def addresses(self, path: str) -> tuple[tuple[str, int], ...]:
        """host:port, each once: the same address is often listed twice."""
        listed = self.listed(path)
        if not listed:
            self.mistakes.append(f"{path} lists no address")
        found = []
        for number, entry in enumerate(listed):
            host, _, port = str(entry).strip().rpartition(":")
            if not host or set(host) & set("@/ ") or not port.isdecimal() or not 0 < int(port) < 65536:
                self.mistakes.append(f"{path}[{number}] is not host:port")
            else:
                found.append((host.strip("[]"), int(port)))
        return tuple(dict.fromkeys(found))
