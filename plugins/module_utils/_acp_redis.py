# SPDX-License-Identifier: GPL-3.0-or-later
"""Redis as the platform is told of it, and as it is: where the addresses lead, who answers there, whose password is whose. I/O only."""

from __future__ import annotations

import base64
import dataclasses
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils import (
    _access,
    _acp_config,
    _acp_objects,
    _address,
    _argspec,
    _connection_check,
    _endpoint,
    _snapshot,
)
from ansible_collections.cloudentity.platform.plugins.module_utils._acp_look import Look, Platform, Unread, join
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import CREDENTIALS, InputError, KubernetesError
from ansible_collections.cloudentity.platform.plugins.module_utils._resolve import DirectResolver, KubernetesResolver
from ansible_collections.cloudentity.platform.plugins.module_utils._session import Session

_DEFAULTS = {name: spec.get("default") for name, spec in _argspec.REDIS_ARG_SPEC.items()}


@dataclasses.dataclass(frozen=True)
class Found:
    """A Redis: the options that lead to it, the Secret with its password as (name, key), and its objects."""

    options: dict
    secret: tuple[str, str] | None
    statefulset: dict | None
    pods: list[dict]

    @property
    def namespace(self) -> str:
        return self.options["namespace"]


class _Files:
    """The platform's own certificates, where a Secret is asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def secret(self, _namespace: str, _name: str) -> dict[str, bytes]:
        return self._files


def connect_as_platform(look: Look, platform: Platform, settings: _acp_config.Redis) -> dict:
    """What _connection_check says with the platform's addresses, user, password and TLS."""
    tls, files = settings.tls, {}
    for name, given in (("ca.crt", tls.ca), ("tls.crt", tls.cert), ("tls.key", tls.key)):
        content = _file(look, platform, given) if tls.enabled and given else None
        if content:
            files[name] = content
    options = {
        **_DEFAULTS,
        "namespace": look.namespace,
        "addrs": list(settings.addrs),
        "login_user": settings.username if settings.password else None,
        "login_password": settings.password or None,
        "tls": tls.enabled,
        "tls_verify": tls.verify and (not tls.ca or "ca.crt" in files),
        "tls_ca_secret": "ca" if "ca.crt" in files else None,
        "tls_client_secret": "client" if "tls.crt" in files and "tls.key" in files else None,
        "search": settings.search,
        "connect_timeout": look.params["connect_timeout"],
    }
    return _connection_check.run(_session(options, look.kubernetes, _Files(files)))


def _file(look: Look, platform: Platform, given: str) -> bytes | None:
    """A certificate or key: the text itself, or what is mounted at the path."""
    if "-----BEGIN" in given:
        return given.encode()
    source = _acp_config.mounted(platform.spec, _acp_config.container(platform.spec), given)
    data, _changed = look.content(source.kind, look.namespace, source.name) if source.kind else (None, None)
    if data in (None, Unread) or source.key not in data:
        look.unread.append(f"{given} of the platform's TLS settings, so Redis was asked without it")
        return None
    return data[source.key].encode()


def _session(options: dict, kubernetes, secrets) -> Session:
    endpoint = _endpoint.read(options)

    def resolver():
        return DirectResolver() if endpoint.transport == "direct" else KubernetesResolver(kubernetes, endpoint.namespace, endpoint.port)

    return Session(endpoint, _access.read(endpoint, secrets), resolver)


def leads_to(look: Look, address: str) -> dict:
    """The Service that an address names, and where else there is one of that name."""
    host, port = _address.split(address)
    found: dict[str, t.Any] = {"address": address, "port": port, "service": None, "namespace": None, "exists": None, "created": None}
    found.update(ports=[], elsewhere=[])
    if _address.is_ip(host):
        return found
    names, certain = _address.service_names(host, look.namespace)
    for name in names:
        service = look.get(f"/api/v1/namespaces/{name.namespace}/services/{name.service}", "get Services", name.namespace)
        if service is Unread:
            return {**found, "service": name.service, "namespace": name.namespace}
        if service:
            ports = [entry["port"] for entry in service["spec"].get("ports", [])]
            created = service["metadata"]["creationTimestamp"]
            return {**found, "service": name.service, "namespace": name.namespace, "exists": True, "created": created, "ports": ports}
    if not certain:
        return found
    same = look.items("/api/v1/services", "list Services", "(all)", field_selector=f"metadata.name={names[0].service}")
    elsewhere = sorted(service["metadata"]["namespace"] for service in same)
    return {**found, "service": names[0].service, "namespace": names[0].namespace, "exists": False, "elsewhere": elsewhere}


def told(look: Look) -> Found | None:
    """The Redis that the module's options describe."""
    given = look.params["endpoint"] or {}
    if not (given or look.params["selector"] or look.params["addrs"]):
        return None
    options = {**look.params, "namespace": given.get("namespace") or look.namespace}
    secret = look.params["password_secret"] or given.get("password_secret") or {}
    selector = look.params["selector"] or given.get("selector") or ""
    pods = look.pods(options["namespace"], selector) if selector else []
    names = [name for name in (_acp_objects.owner(pod) for pod in pods) if name]
    statefulset = _statefulset(look, options["namespace"], names[0]) if names else None
    return Found(options, (secret["name"], secret.get("key") or "redis-password") if secret.get("name") else None, statefulset, pods)


def found_in(look: Look, namespace: str, tls: bool) -> Found | None:
    """The Redis that a StatefulSet of this namespace runs."""
    sets = look.items(f"/apis/apps/v1/namespaces/{namespace}/statefulsets", "list StatefulSets", namespace)
    statefulset = next((one for one in sets if _acp_objects.redis_port(one["spec"]["template"])), None)
    if statefulset is None:
        return None
    selector = join(statefulset["spec"]["selector"]["matchLabels"])
    secret = _password_secret(statefulset["spec"]["template"]["spec"])
    options = {
        **_DEFAULTS,
        "namespace": namespace,
        "selector": selector,
        "password_secret": {"name": secret[0], "key": secret[1]} if secret else None,
        "tls": tls,
        "tls_verify": False,
        "nodes": statefulset["spec"].get("replicas", 1),
        "connect_timeout": look.params["connect_timeout"],
    }
    return Found(options, secret, statefulset, look.pods(namespace, selector))


def _statefulset(look: Look, namespace: str, name: str) -> dict | None:
    found = look.get(f"/apis/apps/v1/namespaces/{namespace}/statefulsets/{name}", "get StatefulSets", namespace)
    return None if found is Unread else found


def _password_secret(spec: dict) -> tuple[str, str] | None:
    """Where Redis's pods have their password from: an environment variable, or a file that one names."""
    for own in spec["containers"]:
        for variable in own.get("env") or []:
            reference = (variable.get("valueFrom") or {}).get("secretKeyRef")
            if variable["name"] == "REDIS_PASSWORD" and reference:
                return reference["name"], reference["key"]
            if variable["name"] == "REDIS_PASSWORD_FILE":
                source = _acp_config.mounted(spec, own, variable.get("value") or "")
                if source.kind == "Secret":
                    return source.name, source.key
    return None


def password_of(look: Look, redis: Found) -> tuple[str | None, str]:
    """Redis's password, and where it stands."""
    if look.params["login_password"]:
        return look.params["login_password"], "option login_password"
    if not redis.secret:
        return None, ""
    name, key = redis.secret
    where = f"key {key} of Secret {name} in namespace {redis.namespace}"
    found = look.get(f"/api/v1/namespaces/{redis.namespace}/secrets/{name}", "get Secrets", redis.namespace)
    encoded = (found.get("data") or {}).get(key) if found not in (None, Unread) else None
    return (base64.b64decode(encoded).decode(errors="replace") if encoded else None), where


def snapshot(look: Look, redis: Found, settings: _acp_config.Redis | None) -> dict | None:
    """All nodes, read with Redis's own password; with the platform's, where that is the one that Redis really has."""
    options = {**redis.options, "search": bool(settings and settings.search)}
    try:
        taken = _snapshot.take(_session(options, look.kubernetes, look.kubernetes))
        if _only_error(taken) == CREDENTIALS and settings and settings.password:
            options.update(login_user=settings.username or None, login_password=settings.password)
            again = _snapshot.take(_session(options, look.kubernetes, look.kubernetes))
            return taken if _only_error(again) else again
        return taken
    except (InputError, KubernetesError) as error:
        look.unread.append(f"Redis itself: {error}")
        return None


def _only_error(taken: dict) -> str | None:
    """The kind of error that keeps every node from being read."""
    kinds = {node["error"]["kind"] if node["error"] else None for node in taken["nodes"]}
    return kinds.pop() if len(kinds) == 1 else None
