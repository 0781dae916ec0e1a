# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks an image's registry whether it has the image, without fetching it (the registry API's HEAD of a manifest).

Reaches the network with the machine's proxy settings and trust store; what the answer amounts to is said in _image.
"""

from __future__ import annotations

import json
import socket
import ssl
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

from ansible.module_utils.urls import open_url

from ._image import ABSENT, DENIED, FOUND, UNKNOWN, Answer, challenge

TIMEOUT = 10
ENDPOINTS = {"docker.io": "registry-1.docker.io"}
MANIFESTS = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


def ask(image, auth: str | None = None) -> Answer:
    """auth: base64 of user:password for this registry; without it the request is anonymous."""
    host = ENDPOINTS.get(image.registry, image.registry)
    # As container engines do: a registry on this machine may do without TLS.
    scheme = "http" if host.split(":")[0] in ("localhost", "127.0.0.1") else "https"
    url = f"{scheme}://{host}/v2/{image.repository}/manifests/{image.digest or image.tag}"
    try:
        status, headers = _head(url, None)
        if status == 401:
            authorization = _authorization(headers.get("www-authenticate", ""), image, auth)
            if authorization:
                status, headers = _head(url, authorization)
        return _meaning(status)
    except HTTPError as error:  # the token service refused
        return Answer(DENIED, "the registry refuses the credentials") if auth and error.code in (400, 401, 403) else _meaning(error.code)
    except (URLError, OSError, ValueError) as error:
        return Answer(UNKNOWN, _reason(error))


def _head(url, authorization):
    headers = {"Accept": MANIFESTS}
    if authorization:
        headers["Authorization"] = authorization
    try:
        # The token is for this registry only; a redirect may lead elsewhere.
        response = open_url(url, method="HEAD", headers=headers, timeout=TIMEOUT, follow_redirects="safe", unredirected_headers=["Authorization"])
        return response.status, {name.lower(): value for name, value in response.headers.items()}
    except HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}


def _authorization(header, image, auth):
    """What the registry asks for: a token of its token service, or the credentials themselves."""
    scheme, wanted = challenge(header)
    if scheme == "basic":
        return f"Basic {auth}" if auth else None
    realm = urlsplit(wanted.get("realm", ""))
    if scheme != "bearer" or realm.scheme not in ("https", "http") or (auth and realm.scheme != "https" and realm.hostname not in ("localhost", "127.0.0.1")):
        return None
    query = urlencode({"service": wanted.get("service", ""), "scope": wanted.get("scope") or f"repository:{image.repository}:pull"})
    headers = {"Authorization": f"Basic {auth}"} if auth else {}
    response = open_url(f"{realm.geturl()}?{query}", headers=headers, timeout=TIMEOUT, unredirected_headers=["Authorization"])
    answer = json.loads(response.read())
    return f"Bearer {answer.get('token') or answer.get('access_token')}"


def _meaning(status):
    if status == 200:
        return Answer(FOUND)
    if status == 404:
        return Answer(ABSENT, "the registry has no such image or tag")
    if status in (401, 403):
        return Answer(DENIED, "the registry has no such image, or it is private")
    return Answer(UNKNOWN, f"it answers {status}")


def _reason(error):
    cause = getattr(error, "reason", error)
    text = str(cause)
    if isinstance(cause, socket.gaierror) or "Name or service not known" in text or "name resolution" in text:
        return "its name cannot be resolved"
    if isinstance(cause, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in text:
        return "its TLS certificate is not trusted here"
    if isinstance(cause, (TimeoutError, socket.timeout)) or "timed out" in text:
        return "no answer in time"
    return text or type(cause).__name__
