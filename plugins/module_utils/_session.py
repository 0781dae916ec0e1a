# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a module has in its hands once its options are read: endpoint, ways, credentials, and the duty to keep them secret."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.cloudentity.platform.plugins.module_utils import _access, _endpoint, _failure
from ansible_collections.cloudentity.platform.plugins.module_utils._kubernetes import Kubernetes
from ansible_collections.cloudentity.platform.plugins.module_utils._resolve import DirectResolver, KubernetesResolver


@dataclasses.dataclass(frozen=True)
class Session:
    endpoint: _endpoint.Endpoint
    access: _access.Access
    resolver: t.Callable[[], t.Any]

    def scrub(self, text: str) -> str:
        return _failure.scrub(text, self.access.passwords)


def start(module) -> Session:
    """Raises InputError or KubernetesError."""
    endpoint = _endpoint.read(module.params)
    kubernetes = Kubernetes(module) if endpoint.needs_kubernetes else None
    access = _access.read(endpoint, kubernetes)

    def resolver():
        # A new one for each look: pods come and go.
        return KubernetesResolver(kubernetes, endpoint.namespace, endpoint.port) if endpoint.transport == "kubernetes" else DirectResolver()

    return Session(endpoint, access, resolver)
