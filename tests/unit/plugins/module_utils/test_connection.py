# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocol over a real socket, with the other side played byte by byte."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils._connection import Connection
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import Failure


def ask(answer: bytes, commands=(("PING",),), close: bool = False, limit: float = 2.0, reason=lambda: None):
    """What comes of these commands when the other side answers so; the bytes that it got."""
    ours, theirs = socket.socketpair()
    got = []

    def other_side() -> None:
        got.append(theirs.recv(65536))
        for byte in range(0, len(answer), 7):
            theirs.sendall(answer[byte: byte + 7])
        if close:
            theirs.close()

    thread = threading.Thread(target=other_side)
    thread.start()
    connection = Connection(ours, time.monotonic() + limit, reason)
    try:
        return connection.ask(commands), got
    finally:
        thread.join()
        connection.close()
        theirs.close()


def test_answers_of_every_type():
    replies, got = ask(b"+OK\r\n:42\r\n$5\r\na\r\nbc\r\n$-1\r\n*2\r\n$1\r\nx\r\n*1\r\n:7\r\n*-1\r\n$2\r\n\xff!\r\n", [("A", 1)] * 7)
    assert [reply.value for reply in replies] == ["OK", 42, "a\r\nbc", None, ["x", [7]], None, "\\xff!"]
    assert got[0].startswith(b"*2\r\n$1\r\nA\r\n$1\r\n1\r\n") and got[0].count(b"*2") == 7


def test_an_error_is_an_answer_as_well():
    replies, _got = ask(b"-NOAUTH Authentication required.\r\n+OK\r\n", [("PING",), ("AUTH", "x")])
    assert replies[0].error == "NOAUTH Authentication required." and replies[1].value == "OK"


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (b"\x15\x03\x01\x00\x02\x02\x46", "tls", "speaks TLS"),
        (b"HTTP/1.1 400 Bad Request\r\n", "other", "not Redis"),
        (b"$notanumber\r\n", "other", "not Redis"),
        (b"", "other", "closed"),
        (b"-DENIED Redis is running in protected mode\r\n", "credentials", "protected mode"),
    ],
)
def test_what_is_not_an_answer(answer, kind, message):
    with pytest.raises(Failure, match=message) as caught:
        ask(answer, [("PING",), ("PING",)], close=True)
    assert caught.value.kind == kind


def test_one_deadline_for_everything():
    started = time.monotonic()
    with pytest.raises(Failure) as caught:
        ask(b"+OK\r\n", [("PING",), ("PING",)], limit=0.3)
    assert caught.value.kind == "timeout" and time.monotonic() - started < 1


def test_whoever_forwarded_the_port_may_know_why_it_was_closed():
    with pytest.raises(Failure, match="nothing listens"):
        ask(b"", close=True, reason=lambda: Failure("address", "nothing listens on port 6380"))
