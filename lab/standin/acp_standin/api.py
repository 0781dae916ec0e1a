# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-in answers: a request in, a status and a page out. Knows neither sockets nor Redis."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from . import NAME, NOTICE, VERSION
from .store import Records, Unavailable

SESSION_KINDS = {"user": 3600, "admin": 1800, "temporary": 300}  # seconds, unless the request says how many
TOKEN_KINDS = {"access": 3600, "identity": 3600}
CODE_TTL = 60
REFRESH_TTL = 30 * 24 * 3600
LONGEST_TTL = 366 * 24 * 3600


@dataclass(frozen=True)
class Answer:
    status: int
    page: dict
    route: str


class Refused(Exception):
    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


class Api:
    """The families of records, and why Redis does not serve (empty when it does)."""

    def __init__(self, sessions: Records, tokens: Records, codes: Records, refresh_tokens: Records, trouble: Callable[[], str]):
        self.sessions = sessions
        self.tokens = tokens
        self.codes = codes
        self.refresh_tokens = refresh_tokens
        self.trouble = trouble
        self.routes = {
            ("GET", "/"): self.index,
            ("GET", "/alive"): self.alive,
            ("POST", "/sessions"): self.create_session,
            ("GET", "/sessions/{id}"): lambda one: self.found(self.sessions, one),
            ("DELETE", "/sessions/{id}"): self.end_session,
            ("POST", "/tokens"): self.create_token,
            ("GET", "/tokens/{id}"): lambda one: self.found(self.tokens, one),
            ("POST", "/codes"): self.create_code,
            ("POST", "/codes/{id}/redeem"): self.redeem_code,
            ("POST", "/refresh-tokens"): self.create_refresh_token,
            ("GET", "/refresh-tokens/{id}"): lambda one: self.found(self.refresh_tokens, one),
        }

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        route, identifier = _route(path.partition("?")[0])
        try:
            handler = self.routes.get((method, route))
            if handler is None:
                known = route in {known for _, known in self.routes}
                raise Refused(405, "this page takes another method") if known else Refused(404, "no such page; GET / lists them")
            if method == "POST" and not identifier:
                status, page = handler(_object(body))
            else:
                status, page = handler(identifier) if identifier else handler()
        except Refused as error:
            status, page = error.status, {"error": str(error)}
        except Unavailable as error:
            status, page = 503, {"error": f"Redis does not serve: {error}"}
        return Answer(status, {**page, "standin": True}, route if (method, route) in self.routes else "other")

    def index(self) -> tuple[int, dict]:
        return 200, {"name": NAME, "version": VERSION, "notice": NOTICE, "pages": [f"{method} {route}" for method, route in self.routes]}

    def alive(self) -> tuple[int, dict]:
        trouble = self.trouble()
        return (503, {"alive": False, "error": trouble}) if trouble else (200, {"alive": True})

    def create_session(self, wish: dict) -> tuple[int, dict]:
        kind = _kind(wish, SESSION_KINDS)
        return self.created("id", self.sessions, {"kind": kind, "subject": _subject(wish)}, _ttl(wish, SESSION_KINDS[kind]))

    def end_session(self, identifier: str) -> tuple[int, dict]:
        if not self.sessions.drop(identifier):
            raise Refused(404, "no such session, or it has expired")
        return 200, {"ended": True}

    def create_token(self, wish: dict) -> tuple[int, dict]:
        kind = _kind(wish, TOKEN_KINDS)
        return self.created("token", self.tokens, {"kind": kind, "subject": _subject(wish)}, _ttl(wish, TOKEN_KINDS[kind]))

    def create_code(self, wish: dict) -> tuple[int, dict]:
        return self.created("code", self.codes, {"subject": _subject(wish)}, _ttl(wish, CODE_TTL))

    def redeem_code(self, code: str) -> tuple[int, dict]:
        record = self.codes.take(code)
        if record is None:
            raise Refused(410, "the code was used before, has expired, or never was")
        return 200, {"redeemed": True, **record}

    def create_refresh_token(self, wish: dict) -> tuple[int, dict]:
        status, page = self.created("token", self.refresh_tokens, {"subject": _subject(wish)}, _ttl(wish, REFRESH_TTL))
        return status, {**page, "kept_in": self.refresh_tokens.place.name}

    def created(self, name: str, records: Records, fields: dict, ttl: int) -> tuple[int, dict]:
        identifier, record = records.create(fields, ttl)
        return 201, {name: identifier, **record}

    def found(self, records: Records, identifier: str) -> tuple[int, dict]:
        record = records.read(identifier)
        if record is None:
            raise Refused(404, "not known, or expired")
        return 200, record


def _route(path: str) -> tuple[str, str]:
    """/sessions/abc is /sessions/{id} with abc."""
    parts = path.strip("/").split("/")
    if len(parts) == 1 or not parts[1]:
        return f"/{parts[0]}", ""
    return "/".join(["", parts[0], "{id}", *parts[2:]]), parts[1]


def _object(body: bytes) -> dict:
    try:
        wish = json.loads(body or b"{}")
    except ValueError:
        raise Refused(400, "the body is not JSON") from None
    if not isinstance(wish, dict):
        raise Refused(400, "the body is not a JSON object")
    return wish


def _kind(wish: dict, kinds: dict) -> str:
    kind = wish.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise Refused(400, f"kind is one of {', '.join(kinds)}")
    return kind


def _subject(wish: dict) -> str:
    subject = wish.get("subject")
    if not isinstance(subject, str) or not subject:
        raise Refused(400, "subject is missing or not a text")
    return subject


def _ttl(wish: dict, default: int) -> int:
    ttl = wish.get("ttl", default)
    if isinstance(ttl, bool) or not isinstance(ttl, int) or not 0 < ttl <= LONGEST_TTL:
        raise Refused(400, f"ttl is a number of seconds from 1 to {LONGEST_TTL}")
    return ttl
