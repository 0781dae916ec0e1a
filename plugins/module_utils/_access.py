# SPDX-License-Identifier: GPL-3.0-or-later
"""What it takes to log in: the password and the TLS context, read from options, files and Kubernetes Secrets."""

from __future__ import annotations

import dataclasses
import functools
import os
import ssl
import tempfile
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils._endpoint import Endpoint, Password, Tls
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError, NotThere


@dataclasses.dataclass(frozen=True)
class Access:
    username: str
    # The current one first; during a rotation the previous one as well.
    passwords: tuple[str, ...] = dataclasses.field(repr=False)
    tls: ssl.SSLContext | None
    server_name: str


def read(endpoint: Endpoint, kubernetes) -> Access:
    """`kubernetes` is asked for Secrets only, and may be None when none is named."""

    @functools.cache
    def secret(name: str) -> dict[str, bytes]:
        return kubernetes.secret(endpoint.namespace, name)

    def entry(name: str, key: str) -> bytes:
        data = secret(name)
        if key not in data:
            raise NotThere(f"Secret {name} in namespace {endpoint.namespace} has no key {key}; it has {', '.join(sorted(data)) or 'none'}.")
        return data[key]

    return Access(endpoint.username, _passwords(endpoint, entry), _tls(endpoint.tls, entry), endpoint.tls.server_name)


def _passwords(endpoint: Endpoint, entry: t.Callable) -> tuple[str, ...]:
    found = [_password(endpoint.password, entry)]
    try:
        found.append(_password(endpoint.previous, entry))
    except NotThere:
        # Its place may be named for good: outside of a rotation nothing is there.
        pass
    return tuple(dict.fromkeys(password for password in found if password))


def _password(password: Password, entry: t.Callable) -> str | None:
    if password.given:
        return password.given
    if password.file:
        return _file(password.file)
    if password.secret:
        return entry(*password.secret).decode()
    return None


def _file(path: str) -> str:
    """A password file's line; editors end it, a mounted Secret does not."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read().rstrip("\r\n")
    except FileNotFoundError as error:
        raise NotThere(f"The password file {path} is not there.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The password file {path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}.") from error
    if not text:
        raise InputError(f"The password file {path} is empty.")
    return text


def _tls(tls: Tls, entry: t.Callable) -> ssl.SSLContext | None:
    if not tls.enabled:
        return None
    context = ssl.create_default_context()
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        if tls.ca_file:
            context.load_verify_locations(cafile=tls.ca_file)
        elif tls.ca_secret:
            context.load_verify_locations(cadata=entry(tls.ca_secret, "ca.crt").decode())
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file, _no_passphrase)
        elif tls.client_secret:
            _load_pair(context, entry(tls.client_secret, "tls.crt"), entry(tls.client_secret, "tls.key"))
    except (OSError, ValueError) as error:
        raise InputError(f"The certificates for Redis cannot be read: {error}") from error
    return context


def _load_pair(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    """ssl reads a client's certificate from a file only: one that only we can read, and that is gone at once."""
    handle, path = tempfile.mkstemp()
    try:
        with os.fdopen(handle, "wb") as pair:
            pair.write(certificate.rstrip() + b"\n" + key)
        context.load_cert_chain(path, None, _no_passphrase)
    finally:
        os.unlink(path)


def _no_passphrase() -> str:
    """Asked for by an encrypted key only; OpenSSL would ask the terminal otherwise, and wait."""
    raise InputError("The key of the client's certificate for Redis is encrypted; give one without a passphrase.")
