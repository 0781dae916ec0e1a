# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to a node: a TCP connection from here, or a port that Kubernetes forwards to a pod; TLS on top of either."""

from __future__ import annotations

import dataclasses
import socket
import ssl
import time
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils import _failure
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import TIMEOUT, TLS, Failure

if t.TYPE_CHECKING:
    from ansible_collections.cloudentity.platform.plugins.module_utils import _pods
    from ansible_collections.cloudentity.platform.plugins.module_utils._access import Access


@dataclasses.dataclass(frozen=True)
class Direct:
    host: str
    port: int

    def dial(self, timeout: float):
        try:
            return socket.create_connection((self.host, self.port), timeout), lambda: None
        except OSError as error:
            raise _failure.of_socket(error) from error


@dataclasses.dataclass(frozen=True)
class Forward:
    kubernetes: t.Any
    pod: _pods.Pod
    port: int

    def dial(self, timeout: float):
        return self.kubernetes.forward(self.pod, self.port)


@dataclasses.dataclass(frozen=True)
class Nowhere:
    """There is no way, and this is why."""

    failure: Failure

    def dial(self, timeout: float):
        raise self.failure


@dataclasses.dataclass(frozen=True)
class Target:
    """A node to be read: its name for people, its address, the way to it, and what Kubernetes knows of it."""

    name: str
    address: str
    route: Direct | Forward | Nowhere
    tls_name: str = ""
    pod: _pods.Pod | None = None


def open_socket(target: Target, access: Access, deadline: float):
    """A socket on which Redis can be spoken to, and a function that knows why the other side closed it."""
    sock, reason = target.route.dial(_left(deadline))
    if access.tls is None:
        return sock, reason
    # Half of the time: the other half tells why, should the node not speak TLS.
    sock.settimeout(_left(deadline) / 2)
    try:
        return access.tls.wrap_socket(sock, server_hostname=access.server_name or target.tls_name or None), reason
    except (OSError, ValueError) as error:
        sock.close()
        raise _no_handshake(error, target, reason(), deadline) from error


def _no_handshake(error: Exception, target: Target, closed: Failure | None, deadline: float) -> Failure:
    """Why there is no TLS; it takes a look without TLS to know."""
    if closed and closed.kind == _failure.ADDRESS:
        return closed
    if not isinstance(error, ssl.SSLCertVerificationError) and _answers_plainly(target, deadline):
        return Failure(TLS, "it does not speak TLS")
    if isinstance(error, TimeoutError):
        return Failure(TIMEOUT, "it accepts connections but does not answer")
    if isinstance(error, ssl.SSLError):
        return _failure.of_socket(error)
    return Failure(TLS, f"TLS handshake failed: {error}")


def _answers_plainly(target: Target, deadline: float) -> bool:
    """Whether a PING without TLS gets an answer that is Redis's."""
    try:
        sock, _reason = target.route.dial(_left(deadline))
    except Failure:
        return False
    try:
        sock.settimeout(max(0.05, _left(deadline) - 0.2))
        sock.sendall(b"PING\r\n")
        return sock.recv(1) in (b"+", b"-")
    except OSError:
        return False
    finally:
        sock.close()


def speaks_tls(target: Target, deadline: float) -> bool:
    """Whether the node answers a TLS handshake: asked when it broke off without a word."""
    try:
        sock, _reason = target.route.dial(_left(deadline))
    except Failure:
        return False
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        sock.settimeout(max(0.05, _left(deadline) - 0.2))
        context.wrap_socket(sock, server_hostname=target.tls_name or None).close()
        return True
    except ssl.SSLError as error:
        # A server that asks for our certificate speaks TLS, too.
        return error.reason is not None and "ALERT" in error.reason
    except (OSError, ValueError):
        return False
    finally:
        sock.close()


def _left(deadline: float) -> float:
    return max(0.05, deadline - time.monotonic())
