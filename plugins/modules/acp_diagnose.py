#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: Contributors to the cloudentity.platform collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: acp_diagnose
short_description: Say why the platform does not work
version_added: 0.1.0
author: The cloudentity.platform contributors (@cloudentity-platform)
description:
  - Reads the platform's Deployment, pods, logs (also of containers that have ended), events and configuration, merges its configuration files as the
    platform does, connects to Redis with what they say, looks at Redis itself with Redis's own password, and names one cause, its proof and its remedy.
  - Does not fail because something is wrong; see RV(healthy). Changes nothing but the file O(bundle).
  - Never returns a secret. Passwords are compared in memory only and taken out of every text, in plain and in base64.
  - What this account may not read is listed in RV(evidence.unread) and does not count.
options:
  namespace:
    description: Namespace of the platform; also of Redis, unless O(endpoint) names another one.
    type: str
    required: true
  release_name:
    description: Name of the platform's Helm release.
    type: str
    default: acp
  endpoint:
    description:
      - The Redis that the platform is meant to use, as a provider role hands it on, for instance the fact C(redis_cluster_endpoint).
      - If neither this nor O(selector) nor O(addrs) is set, it is found through the platform's configuration and the StatefulSets in its namespace.
  log_lines:
    description: How many lines of each container's log are read.
    type: int
    default: 500
  bundle:
    description:
      - File to write a support bundle to, a C(.tar.gz) with the diagnosis, the snapshot of Redis, the checks, the merged configuration, pods, events,
        logs, and the values of the Helm releases, all without secrets. An existing file is replaced. Not written in check mode.
    type: path
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - cloudentity.platform.redis_options
notes:
  - To see everything, the account needs further C(get) on deployments, statefulsets, configmaps and pods/log, and C(list) on statefulsets and events;
    for some causes also C(list) on services of all namespaces, and on pods of C(kube-system).
seealso:
  - module: cloudentity.platform.redis_connection_check
  - module: cloudentity.platform.redis_cluster_check
"""

EXAMPLES = r"""
- name: Say why the platform does not work
  cloudentity.platform.acp_diagnose:
    namespace: acp
  register: diagnosis

- name: Show it
  ansible.builtin.debug:
    msg: "{{ diagnosis.msg }}"

- name: With what the provider role has handed on, and a bundle for the support
  cloudentity.platform.acp_diagnose:
    namespace: acp
    endpoint: "{{ redis_cluster_endpoint }}"
    bundle: /tmp/acp-diagnosis.tar.gz
"""

RETURN = r"""
healthy:
  description: Whether nothing is wrong.
  returned: always, unless options or Kubernetes cannot be used
  type: bool
  sample: false
cause:
  description: The cause that hides all others; null when nothing is wrong.
  returned: always, unless options or Kubernetes cannot be used
  type: dict
  contains:
    id:
      description:
        - In Kubernetes, V(not_installed), V(scaled_down), V(pods_refused), V(object_missing), V(image_pull), V(memory_killed), V(memory_short),
          V(unschedulable), V(platform_ends), V(not_ready), V(memory_killed_before).
        - In the configuration, V(configuration_invalid), V(configuration_old), V(restart_pending), V(password_drift), V(search_off), V(single_address).
        - On the way to Redis, V(dns), V(other_namespace), V(name_unknown), V(redis_down), V(address), V(tls_missing), V(tls_unexpected),
          V(tls_certificate), V(password_missing), V(password_differs), V(password_old_in_redis), V(login_refused), V(module_missing),
          V(connection_fails).
        - In Redis, V(redis_unhealthy), V(redis_unfit).
      type: str
      sample: password_differs
    title:
      description: What is wrong.
      type: str
      sample: The platform's password for Redis is not Redis's password
    proof:
      description: The facts that show it.
      type: list
      elements: str
      sample: ["redis.password (Secret acp, key config.yaml) differs from key redis-password of Secret acp-redis-cluster in namespace acp"]
    remedy:
      description: What to do.
      type: str
findings:
  description: What else is wrong, in the order in which to look at it; each as RV(cause).
  returned: always, unless options or Kubernetes cannot be used
  type: list
  elements: dict
evidence:
  description: What it was judged by, without secrets.
  returned: always, unless options or Kubernetes cannot be used
  type: dict
  contains:
    configuration:
      description: The platform's configuration as it merges it; secret values are hidden.
      type: dict
    sources:
      description: The files that it is merged from, with when they were changed (C(changed)) and what is wrong with them (C(problem)).
      type: list
      elements: dict
    deployment:
      description: The platform's Deployment; null if there is none.
      type: dict
    pods:
      description: Its pods and their containers.
      type: list
      elements: dict
    redis_pods:
      description: Redis's pods and their containers.
      type: list
      elements: dict
    logs:
      description: The last lines of each container's log.
      type: list
      elements: dict
    events:
      description: Events about these objects, the last one last.
      type: list
      elements: dict
    connection:
      description: What came of connecting as the platform does, as M(cloudentity.platform.redis_connection_check) returns it; null if it was not tried.
      type: dict
    checks:
      description: Redis's checks, as M(cloudentity.platform.redis_cluster_check) returns them.
      type: list
      elements: dict
    unread:
      description: What could not be read.
      type: list
      elements: str
bundle:
  description: The file that was written.
  returned: when O(bundle) is set
  type: str
  sample: /tmp/acp-diagnosis.tar.gz
msg:
  description: All of it in words.
  returned: always
  type: str
"""

from ansible_collections.cloudentity.platform.plugins.module_utils import _acp_diagnose, _argspec


def main() -> None:
    module = _argspec.build_module(
        {
            "namespace": {"type": "str", "required": True},
            "release_name": {"type": "str", "default": "acp"},
            "log_lines": {"type": "int", "default": 500},
            "bundle": {"type": "path"},
        }
    )
    with _argspec.clear_failures(module):
        module.exit_json(**_acp_diagnose.run(module))


if __name__ == "__main__":
    main()
