# SPDX-License-Identifier: GPL-3.0-or-later
"""How things go wrong: the three kinds of exceptions, and what an error of a socket, of TLS or of Redis means.

No I/O here. Every text passes scrub() before anybody sees it.
"""

from __future__ import annotations

import socket
import ssl

ADDRESS = "address"
TLS = "tls"
CREDENTIALS = "credentials"
NOT_A_CLUSTER = "not_a_cluster"
IS_A_CLUSTER = "is_a_cluster"
MODULE_MISSING = "module_missing"
TIMEOUT = "timeout"
LOADING = "loading"
OTHER = "other"

_REPLIES = (
    ("LOADING", LOADING),
    ("NOAUTH", CREDENTIALS),
    ("WRONGPASS", CREDENTIALS),
    ("NOPERM", CREDENTIALS),
    ("DENIED", CREDENTIALS),
    ("ERR AUTH", CREDENTIALS),
    ("ERR invalid password", CREDENTIALS),
    ("ERR Client sent AUTH", CREDENTIALS),
    ("ERR This instance has cluster support disabled", NOT_A_CLUSTER),
    # Redis Enterprise, unless the database has the OSS Cluster API
    ("ERR not allowed", NOT_A_CLUSTER),
)


class InputError(Exception):
    """The options cannot be used as they are."""


class NotThere(InputError):
    """What an option names does not exist."""


class KubernetesError(Exception):
    """The Kubernetes API cannot be reached, or refuses what is needed."""


class Forbidden(KubernetesError):
    """The account lacks a right."""


class Failure(Exception):
    """One node or address cannot be used. This is data, not the end of the run."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def of_socket(error: OSError) -> Failure:
    """Dialling failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(TLS, f"certificate not accepted: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return Failure(TLS, f"TLS handshake failed: {getattr(error, 'reason', None) or error}")
    if isinstance(error, socket.gaierror):
        return Failure(ADDRESS, f"the name does not resolve: {error.strerror or error}")
    if isinstance(error, (socket.timeout, TimeoutError)):
        return Failure(TIMEOUT, "no answer in time")
    return Failure(ADDRESS, error.strerror or str(error))


def of_reply(text: str) -> str:
    """The kind of an error that Redis answered."""
    for start, kind in _REPLIES:
        if text.startswith(start):
            return kind
    return OTHER


def scrub(text: str, secrets: tuple) -> str:
    """The text without any of the secrets."""
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
