#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: Contributors to the cloudentity.platform collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: redis_connection_check
short_description: Connect to Redis as the platform would
version_added: 0.1.0
author: The cloudentity.platform contributors (@cloudentity-platform)
description:
  - Connects and logs in to every address, and to every node that these announce, as the platform's cluster client does. Changes nothing.
  - Fails where the platform would fail, and names the kind of failure, its cause, what to do, and the line that the platform would log.
  - With O(transport=kubernetes), the name of a Service is followed to its pods, so that a Service or port that does not exist shows as well.
options:
  addrs:
    description:
      - Addresses as the platform is given them, C(host:port) each. Required here, by itself or in O(endpoint).
      - The platform takes a single address for a single server, so list at least two; the same one twice will do. A Redis that is no cluster
        gets one address, and O(cluster=false).
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - cloudentity.platform.redis_options
seealso:
  - module: cloudentity.platform.redis_module_check
"""

EXAMPLES = r"""
- name: Prove the platform's addresses and password before the platform is installed
  cloudentity.platform.redis_connection_check:
    namespace: acp
    addrs:
      - acp-redis-cluster-headless:6379
      - acp-redis-cluster-headless:6379
    password_secret:
      name: acp-redis-cluster

- name: The same with what the provider role has handed on
  cloudentity.platform.redis_connection_check:
    endpoint: "{{ redis_cluster_endpoint }}"

- name: A Redis outside Kubernetes
  cloudentity.platform.redis_connection_check:
    transport: direct
    addrs:
      - redis-1.example.com:6379
      - redis-2.example.com:6379
    login_user: platform
    login_password: "{{ lookup('ansible.builtin.env', 'REDIS_PASSWORD') }}"
    tls: true
    search: false
"""

RETURN = r"""
addresses:
  description: Where each address leads, and what is wrong there.
  returned: always, unless options or Kubernetes cannot be used
  type: list
  elements: dict
  contains:
    address:
      description: The address as it was given.
      type: str
      sample: acp-redis-cluster-headless:6379
    nodes:
      description: The pods, or addresses, behind it.
      type: list
      elements: str
      sample: [acp-redis-cluster-0, acp-redis-cluster-1, acp-redis-cluster-2]
    kind:
      description: Kind of the first failure; null where all is well.
      type: str
      sample: credentials
announced:
  description: Nodes that were not behind any address, but announced by those that were; they were connected to as well.
  returned: always, unless options or Kubernetes cannot be used
  type: list
  elements: str
kind:
  description: Kind of the failure that hides all others; null where all is well.
  returned: always, unless options or Kubernetes cannot be used
  type: str
  sample: credentials
failures:
  description: One entry a failing node, the kind that hides others first.
  returned: always, unless options or Kubernetes cannot be used
  type: list
  elements: dict
  contains:
    kind:
      description: V(address), V(tls), V(credentials), V(not_a_cluster), V(is_a_cluster), V(module_missing), or V(timeout), V(loading), V(other).
      type: str
      sample: credentials
    address:
      description: The address that led there.
      type: str
      sample: acp-redis-cluster-headless:6379
    node:
      description: The pod, or address.
      type: str
      sample: acp-redis-cluster-0
    message:
      description: What was seen.
      type: str
      sample: WRONGPASS invalid username-password pair or user is disabled.
    cause:
      description: What that means.
      type: str
      sample: it connects, but cannot log in
    remedy:
      description: What to do.
      type: str
    platform_line:
      description: The end of the platform's fatal log line that this leads to; null where it is not known.
      type: str
      sample: "failed to create redis client: failed to get redis info: ERR no responses received"
"""

from ansible_collections.cloudentity.platform.plugins.module_utils import _argspec, _connection_check, _platform, _session


def main() -> None:
    module = _argspec.build_module()
    with _argspec.clear_failures(module):
        session = _session.start(module)
        result = _connection_check.run(session)
        if result["failures"]:
            module.fail_json(msg=_platform.message(result["failures"]), **result)
        for hint in _connection_check.hints(session.endpoint):
            module.warn(hint)
        module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
