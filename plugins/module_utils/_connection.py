# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to one Redis node, over a socket that somebody else has opened: commands out, answers in.

It speaks RESP2 itself, because three things are needed that client libraries hide: the first command goes out before AUTH, errors
come back as Redis wrote them, and everything together has one deadline. It knows nothing of how the node is reached nor of
what the answers mean.
"""

from __future__ import annotations

import ssl
import time
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils import _failure
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import OTHER, TIMEOUT, TLS, Failure

_TLS_ALERT = b"\x15"


class Reply(t.NamedTuple):
    """An answer: a value (str, int, list, None), or the text of an error as Redis wrote it."""

    value: t.Any
    error: str | None = None


class _Closed(Exception):
    """The other side closed the connection."""


class Connection:
    def __init__(self, sock, deadline: float, reason: t.Callable[[], Failure | None] = lambda: None) -> None:
        """`deadline` is on the monotonic clock; reason() may know why the other side closed the socket."""
        self._sock = sock
        self._deadline = deadline
        self._reason = reason
        self._buffer = b""

    def ask(self, commands: t.Sequence[tuple]) -> list[Reply]:
        """All commands in one write, then all their answers in order."""
        replies: list[Reply] = []
        try:
            self._arm()
            self._sock.sendall(b"".join(_pack(command) for command in commands))
            while len(replies) < len(commands):
                replies.append(self._read())
            return replies
        except _Closed as error:
            # Some refusals are answered once, and then the door is shut.
            if replies and replies[-1].error:
                raise Failure(_failure.of_reply(replies[-1].error), replies[-1].error) from error
            raise self._reason() or Failure(OTHER, "the connection was closed") from error
        except TimeoutError as error:
            raise Failure(TIMEOUT, "it accepts connections but does not answer") from error
        except ssl.SSLError as error:
            # With TLS 1.3 a server refuses our certificate after the handshake only.
            raise Failure(TLS, f"TLS broke: {getattr(error, 'reason', None) or error}") from error
        except OSError as error:
            raise self._reason() or Failure(OTHER, f"the connection broke: {error.strerror or error}") from error

    def close(self) -> None:
        self._sock.close()

    def _arm(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)

    def _fill(self) -> None:
        self._arm()
        data = self._sock.recv(65536)
        if not data:
            raise _Closed
        self._buffer += data

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            if self._buffer.startswith(_TLS_ALERT):
                raise Failure(TLS, "it speaks TLS")
            self._fill()
        line, self._buffer = self._buffer.split(b"\r\n", 1)
        return line

    def _bulk(self, size: int) -> str:
        while len(self._buffer) < size + 2:
            self._fill()
        data, self._buffer = self._buffer[:size], self._buffer[size + 2:]
        return _text(data)

    def _read(self) -> Reply:
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return Reply(_text(rest))
        if kind == b"-":
            return Reply(None, _text(rest))
        if kind in b":$*" and rest.lstrip(b"-").isdigit():
            number = int(rest)
            if kind == b":":
                return Reply(number)
            if number < 0:
                return Reply(None)
            if kind == b"$":
                return Reply(self._bulk(number))
            return Reply([item.value for item in (self._read() for _item in range(number))])
        raise Failure(OTHER, "what answers is not Redis")


def _pack(command: tuple) -> bytes:
    parts = [str(part).encode() for part in command]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def _text(data: bytes) -> str:
    return data.decode(errors="backslashreplace")
