# SPDX-License-Identifier: GPL-3.0-or-later
"""The endpoint: where Redis is, how to log in, what is expected there. Read from a module's options, checked together. No I/O."""

from __future__ import annotations

import dataclasses

from ansible_collections.cloudentity.platform.plugins.module_utils import _address
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


@dataclasses.dataclass(frozen=True)
class Tls:
    enabled: bool = False
    verify: bool = True
    server_name: str = ""
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    ca_secret: str = ""
    client_secret: str = ""


@dataclasses.dataclass(frozen=True)
class Password:
    """Where a password stands; the first of the three that is set counts."""

    given: str | None = dataclasses.field(default=None, repr=False)
    file: str | None = None
    secret: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.given or self.file or self.secret)

    @property
    def needs_kubernetes(self) -> bool:
        return bool(self.secret and not (self.given or self.file))


@dataclasses.dataclass(frozen=True)
class Endpoint:
    addrs: tuple[str, ...]
    selector: str
    namespace: str
    port: int
    transport: str
    connect_timeout: float
    username: str
    password: Password
    previous: Password
    tls: Tls
    search: bool
    cluster: bool
    nodes: int | None
    replicas: int | None
    allow_unsupported: bool

    @property
    def needs_kubernetes(self) -> bool:
        return bool(
            self.transport == "kubernetes"
            or self.password.needs_kubernetes
            or self.previous.needs_kubernetes
            or (self.tls.enabled and (self.tls.ca_secret or self.tls.client_secret))
        )

    @property
    def expected(self) -> dict:
        return {
            "nodes": self.nodes,
            "replicas": self.replicas,
            "search": self.search,
            "cluster": self.cluster,
            "tls": self.tls.enabled,
            "password": bool(self.password),
            "addrs": list(self.addrs),
            "allow_unsupported": self.allow_unsupported,
        }


def read(params: dict) -> Endpoint:
    """The endpoint that the options describe. An option set beside `endpoint` wins over the endpoint's own value."""
    given = params.get("endpoint") or {}
    given_tls = given.get("tls") or {}

    def pick(option: str, fallback=None, source: dict | None = None, key: str | None = None):
        value = params.get(option)
        if value is None:
            value = (given if source is None else source).get(key or option)
        return fallback if value is None else value

    def password(suffix: str) -> Password:
        secret = pick(f"password_secret{suffix}", {})
        return Password(
            given=params.get(f"login_password{suffix}"),
            file=params.get(f"login_password{suffix}_file"),
            secret=(secret["name"], secret.get("key") or "redis-password") if secret.get("name") else None,
        )

    endpoint = Endpoint(
        addrs=tuple(address.strip() for address in pick("addrs", []) if address.strip()),
        selector=pick("selector", ""),
        namespace=pick("namespace", ""),
        port=params["port"],
        transport=params["transport"],
        connect_timeout=params["connect_timeout"],
        username=pick("login_user", "", key="username"),
        password=password(""),
        previous=password("_previous"),
        tls=Tls(
            enabled=pick("tls", False, given_tls, "enabled"),
            verify=pick("tls_verify", True, given_tls, "verify"),
            server_name=pick("tls_server_name", "", given_tls, "server_name"),
            ca_file=params.get("ca_certs"),
            cert_file=params.get("client_cert_file"),
            key_file=params.get("client_key_file"),
            ca_secret=pick("tls_ca_secret", "", given_tls, "ca_secret"),
            client_secret=pick("tls_client_secret", "", given_tls, "client_secret"),
        ),
        search=pick("search", True),
        cluster=pick("cluster", True),
        nodes=pick("nodes"),
        replicas=pick("replicas"),
        allow_unsupported=pick("allow_unsupported", False),
    )
    problems = _problems(endpoint)
    if problems:
        raise InputError("; ".join(problems))
    return endpoint


def _problems(endpoint: Endpoint) -> list[str]:
    found = []
    for address in endpoint.addrs:
        try:
            _address.split(address)
        except InputError as error:
            found.append(str(error))
    if not endpoint.addrs and not endpoint.selector:
        found.append("nothing says where Redis is: set endpoint, selector or addrs")
    if not endpoint.cluster and len(endpoint.addrs) != 1:
        found.append("cluster is false, so addrs has to list one address: the platform takes two for a cluster")
    if endpoint.transport == "direct" and not endpoint.addrs:
        found.append("transport direct needs addrs: a selector means nothing without Kubernetes")
    if endpoint.needs_kubernetes and not endpoint.namespace:
        found.append("namespace is not set, and pods, services or secrets are to be read from it")
    if bool(endpoint.tls.cert_file) != bool(endpoint.tls.key_file):
        found.append("client_cert_file and client_key_file belong together")
    if endpoint.username and not endpoint.password:
        found.append("login_user is set without a password: set login_password, login_password_file or password_secret")
    if endpoint.previous and not endpoint.password:
        found.append("a previous password is set without a current one")
    for option, password in (("login_password", endpoint.password), ("login_password_previous", endpoint.previous)):
        if password.given and password.file:
            found.append(f"{option} and {option}_file are both set")
    if not 0 < endpoint.port < 65536:
        found.append(f"port {endpoint.port} is not between 1 and 65535")
    if endpoint.connect_timeout <= 0:
        found.append("connect_timeout must be more than 0 seconds")
    return found
