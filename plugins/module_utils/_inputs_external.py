# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the inputs of role redis_external, judged before anything is contacted. Rules as in _inputs."""

from __future__ import annotations

from ansible_collections.cloudentity.platform.plugins.module_utils import _address, _inputs
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError

_WAYS = ("addrs", "addrs_secret", "service")


def redis_external(inputs: dict, known: list, given: list) -> list:
    """All mistakes at once. known: names that the role declares; given: names that start with the prefix."""
    return [*_inputs.unknown(known, given), *_address_given(inputs), *_secrets(inputs), *_tls(inputs)]


def _address_given(inputs):
    ways = [f"redis_external_{name}" for name in _WAYS if inputs.get(name)]
    if not ways:
        yield "redis_external_addrs: empty, and so are redis_external_addrs_secret and redis_external_service; say where Redis is by one of the three"
    elif len(ways) > 1:
        yield f"{' and '.join(ways)}: all of them are given; keep the one that says where Redis is"
    addresses = inputs.get("addrs") or []
    for address in addresses:
        try:
            _address.split(str(address))
        except InputError as error:
            yield f"redis_external_addrs: {error}"
    if len(addresses) > 1 and not inputs.get("cluster", True):
        yield (
            f"redis_external_addrs: {len(addresses)} addresses, but redis_external_cluster is false; the platform takes two for a cluster, so give"
            " one, or set redis_external_cluster: true"
        )
    port = (inputs.get("service") or {}).get("port")
    if port is not None and not 0 < int(port) < 65536:
        yield f"redis_external_service: port {port} is not between 1 and 65535"


def _secrets(inputs):
    for name, other in (("addrs_secret", "key: addrs"), ("service", "port: 6379"), ("password_secret", "key: redis-password")):
        if inputs.get(name) and not inputs[name].get("name"):
            yield f"redis_external_{name}: no name; give {{name: ..., {other}}}"
    secret, username = inputs.get("password_secret") or {}, inputs.get("username")
    if username and not secret:
        yield f"redis_external_username: {username}, but redis_external_password_secret is empty; a user logs in with a password, so name its Secret"
    if username and secret.get("username_key"):
        yield "redis_external_username and username_key of redis_external_password_secret: both are given; keep one of them"


def _tls(inputs):
    if inputs.get("tls_enabled"):
        return
    for name in ("tls_ca_secret", "tls_client_secret", "tls_server_name"):
        if inputs.get(name):
            yield f"redis_external_{name}: set, but redis_external_tls_enabled is false; set it to true, or leave {name} out"
