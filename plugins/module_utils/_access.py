# SPDX-License-Identifier: GPL-3.0-or-later
"""What it takes to log in: the password and the TLS context, read from options, files and Kubernetes Secrets."""

from __future__ import annotations

import dataclasses
import os
import ssl
import tempfile

from ansible_collections.cloudentity.platform.plugins.module_utils._endpoint import Endpoint
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


@dataclasses.dataclass(frozen=True)
class Access:
    username: str
    password: str | None = dataclasses.field(repr=False)
    tls: ssl.SSLContext | None
    server_name: str


def read(endpoint: Endpoint, kubernetes) -> Access:
    """`kubernetes` is asked for Secrets only, and may be None when none is named."""
    return Access(endpoint.username, _password(endpoint, kubernetes), _tls(endpoint, kubernetes), endpoint.tls.server_name)


def _password(endpoint: Endpoint, kubernetes) -> str | None:
    if endpoint.password or not endpoint.password_secret:
        return endpoint.password or None
    name, key = endpoint.password_secret
    return _entry(kubernetes.secret(endpoint.namespace, name), key, f"Secret {name} in namespace {endpoint.namespace}").decode()


def _tls(endpoint: Endpoint, kubernetes) -> ssl.SSLContext | None:
    tls = endpoint.tls
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
            data = _entry(kubernetes.secret(endpoint.namespace, tls.ca_secret), "ca.crt", f"Secret {tls.ca_secret}")
            context.load_verify_locations(cadata=data.decode())
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file)
        elif tls.client_secret:
            data = kubernetes.secret(endpoint.namespace, tls.client_secret)
            where = f"Secret {tls.client_secret}"
            _load_pair(context, _entry(data, "tls.crt", where), _entry(data, "tls.key", where))
    except (OSError, ValueError) as error:
        raise InputError(f"The certificates for Redis cannot be read: {error}") from error
    return context


def _load_pair(context: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    """ssl reads a client's certificate from a file only: one that only we can read, and that is gone at once."""
    handle, path = tempfile.mkstemp()
    try:
        with os.fdopen(handle, "wb") as pair:
            pair.write(certificate.rstrip() + b"\n" + key)
        context.load_cert_chain(path)
    finally:
        os.unlink(path)


def _entry(data: dict, key: str, where: str) -> bytes:
    if key not in data:
        raise InputError(f"{where} has no key {key}; it has {', '.join(sorted(data)) or 'none'}.")
    return data[key]
