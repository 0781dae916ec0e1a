# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as text: host:port, [v6]:port, and what a name inside a Kubernetes cluster refers to. No I/O."""

from __future__ import annotations

import dataclasses
import ipaddress

from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError


def split(address: str) -> tuple[str, int]:
    """Host and port of `host:port` or `[v6]:port`."""
    host, colon, port = address.strip().rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        host = ""
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise InputError(f"{address!r} is not an address: write host:port, an IPv6 address in brackets")
    return host, int(port)


def join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@dataclasses.dataclass(frozen=True)
class ServiceName:
    """A Service, or with `pod` one pod behind a headless Service."""

    service: str
    namespace: str
    pod: str | None = None


def service_names(host: str, namespace: str) -> tuple[list[ServiceName], bool]:
    """What a host name may mean inside the cluster, and whether it cannot be anything else.

    A name without a dot, or one that goes on with `.svc`, is the cluster's own. Any other with dots may be a Service of another
    namespace (`name.namespace`, `pod.name.namespace`) or lie outside.
    """
    labels = host.rstrip(".").split(".")
    if len(labels) == 1:
        return [ServiceName(labels[0], namespace)], True
    if "svc" in labels[1:]:
        labels = labels[: labels.index("svc", 1)]
        certain = True
    else:
        certain = False
    if len(labels) == 1:
        return [ServiceName(labels[0], namespace)], True
    if len(labels) == 2:
        # In the order of a pod's search domains: its own namespace comes first.
        own = [] if certain else [ServiceName(labels[1], namespace, labels[0])]
        return [*own, ServiceName(labels[0], labels[1])], certain
    if len(labels) == 3:
        return [ServiceName(labels[1], labels[2], labels[0])], certain
    return [], False
