#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: Contributors to the cloudentity.platform collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: redis_module_check
short_description: Find Redis's search module on every node
version_added: 0.1.0
author: The cloudentity.platform contributors (@cloudentity-platform)
description:
  - Fails unless the module is loaded on every node, in an accepted version, and answers. Changes nothing - the answer is asked for with
    the name of an index that does not exist, in a slot that the node itself serves.
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - cloudentity.platform.redis_options
options:
  module_names:
    description: Names under which the module may list itself; RediSearch does as V(ft) or V(search), depending on its build.
    type: list
    elements: str
    default: [search, ft]
  min_version:
    description: Lowest version that is accepted, such as V(1.2) or V(2.6.12).
    type: str
  max_version:
    description: Highest version that is accepted. Only as many numbers count as are given, so that V(2.6) accepts V(2.6.15).
    type: str
seealso:
  - module: cloudentity.platform.redis_connection_check
"""

EXAMPLES = r"""
- name: The search module is on every node
  cloudentity.platform.redis_module_check:
    namespace: acp
    selector: app.kubernetes.io/name=redis-cluster,app.kubernetes.io/instance=acp-redis-cluster
    password_secret:
      name: acp-redis-cluster

- name: It is one of these versions
  cloudentity.platform.redis_module_check:
    endpoint: "{{ redis_cluster_endpoint }}"
    min_version: "2.6"
    max_version: "2.10"
"""

RETURN = r"""
nodes:
  description: One entry a node.
  returned: always, unless options or Kubernetes cannot be used
  type: list
  elements: dict
  contains:
    name:
      description: The pod, or address.
      type: str
      sample: acp-redis-cluster-0
    module:
      description: The name under which the module lists itself; null if it is missing.
      type: str
      sample: ft
    version:
      description: Its version.
      type: str
      sample: 1.2.0
    works:
      description: Whether it answers; null if that could not be found out.
      type: bool
    problem:
      description: What is wrong; null if all is well.
      type: str
      sample: "module_missing: no module search or ft is loaded"
"""

from ansible_collections.cloudentity.platform.plugins.module_utils import _argspec, _module_check, _session, _snapshot, _versions


def main() -> None:
    module = _argspec.build_module(
        {
            "module_names": {"type": "list", "elements": "str", "default": ["search", "ft"]},
            "min_version": {"type": "str"},
            "max_version": {"type": "str"},
        }
    )
    bounds = module.params["min_version"], module.params["max_version"]
    with _argspec.clear_failures(module):
        for bound in filter(None, bounds):
            _versions.parse(bound)
        snapshot = _snapshot.take(_session.start(module))
        nodes = _module_check.judge(snapshot, tuple(module.params["module_names"]), *bounds)
        if not nodes or any(node["problem"] for node in nodes):
            module.fail_json(msg=_module_check.message(nodes), nodes=nodes)
        module.exit_json(changed=False, nodes=nodes)


if __name__ == "__main__":
    main()
