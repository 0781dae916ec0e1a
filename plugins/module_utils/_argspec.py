# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all Redis modules share, beside kubernetes.core's own. Described in the doc fragment redis_options."""

from __future__ import annotations

import contextlib
import copy

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError, KubernetesError
from ansible_collections.kubernetes.core.plugins.module_utils.args_common import AUTH_ARG_SPEC
from ansible_collections.kubernetes.core.plugins.module_utils.k8s.core import AnsibleK8SModule
from ansible_collections.kubernetes.core.plugins.module_utils.k8s.exceptions import CoreException

_SECRET_REF = {
    "type": "dict",
    "no_log": False,
    "options": {"name": {"type": "str"}, "key": {"type": "str", "default": "redis-password", "no_log": False}},
}

_EXPECTED = {
    "addrs": {"type": "list", "elements": "str"},
    "namespace": {"type": "str"},
    "selector": {"type": "str"},
    "password_secret": _SECRET_REF,
    "password_secret_previous": _SECRET_REF,
    "search": {"type": "bool"},
    "cluster": {"type": "bool"},
    "nodes": {"type": "int"},
    "replicas": {"type": "int"},
    "allow_unsupported": {"type": "bool"},
}

_ENDPOINT = {
    **_EXPECTED,
    "provider": {"type": "str"},
    "pending": {"type": "bool"},
    "username": {"type": "str"},
    "tls": {
        "type": "dict",
        "options": {
            "enabled": {"type": "bool"},
            "verify": {"type": "bool"},
            "server_name": {"type": "str"},
            "ca_secret": {"type": "str", "no_log": False},
            "client_secret": {"type": "str", "no_log": False},
        },
    },
}

REDIS_ARG_SPEC = {
    **_EXPECTED,
    "endpoint": {"type": "dict", "options": _ENDPOINT},
    "transport": {"type": "str", "choices": ["kubernetes", "direct"], "default": "kubernetes"},
    "port": {"type": "int", "default": 6379},
    "connect_timeout": {"type": "float", "default": 10.0},
    "login_user": {"type": "str"},
    "login_password": {"type": "str", "no_log": True},
    "login_password_file": {"type": "path", "no_log": False},
    "login_password_previous": {"type": "str", "no_log": True},
    "login_password_previous_file": {"type": "path", "no_log": False},
    "tls": {"type": "bool"},
    "tls_verify": {"type": "bool"},
    "tls_server_name": {"type": "str"},
    "ca_certs": {"type": "path"},
    "client_cert_file": {"type": "path"},
    "client_key_file": {"type": "path"},
    "tls_ca_secret": {"type": "str", "no_log": False},
    "tls_client_secret": {"type": "str", "no_log": False},
}


def build_module(own: dict | None = None) -> AnsibleK8SModule:
    """The module with the shared options and its own. Python's kubernetes is asked for only when it is needed."""
    return AnsibleK8SModule(
        module_class=AnsibleModule,
        argument_spec={**copy.deepcopy(AUTH_ARG_SPEC), **copy.deepcopy(REDIS_ARG_SPEC), **(own or {})},
        supports_check_mode=True,
        check_k8s=False,
        check_pyyaml=False,
    )


@contextlib.contextmanager
def clear_failures(module):
    """Bad options and an unusable Kubernetes API end the module with a message; all else that goes wrong is data."""
    try:
        yield
    except (InputError, KubernetesError, CoreException) as error:
        module.fail_json(msg=str(error))
