#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: Contributors to the cloudentity.platform collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: rollout_wait
short_description: Wait until the pods of StatefulSets and Deployments are ready
version_added: 0.1.0
author: The cloudentity.platform contributors (@cloudentity-platform)
description:
  - Waits until every StatefulSet and Deployment with the labels given is rolled out, by the rules of C(kubectl rollout status) - all pods are of the newest
    revision, and ready.
  - It does not wait for what will not become ready, such as an image that is not there or a container that dies again and again, and says which pod and why.
  - While it waits, it shows on standard error what it waits for, how far that is and how long it will try; a line when that changes, and every 15 seconds.
  - Pods of an older revision are not judged, because an upgrade may be what repairs them.
  - Changes nothing. Needs the permission to list StatefulSets, Deployments and pods.
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
options:
  namespace:
    description: Namespace of the StatefulSets and Deployments.
    type: str
    required: true
  selector:
    description: Labels of the StatefulSets and Deployments. That there is none is an error.
    type: str
    required: true
  timeout:
    description: How long the rollout may take, in seconds. V(0) looks once.
    type: float
    default: 600.0
  interval:
    description: Seconds between two looks.
    type: float
    default: 2.0
  grace:
    description: Seconds that are given to what may pass, such as an image that cannot be pulled or a Secret that is missing, before it is called hopeless.
    type: float
    default: 60.0
  schedule_grace:
    description: Seconds that a pod may wait for a place. A cluster that adds machines by itself needs minutes.
    type: float
    default: 180.0
  max_restarts:
    description: A container that waits to be started again after it died this often is called hopeless.
    type: int
    default: 4
  _look:
    description: What the action plugin of this module hands on from one look to the next. Not for playbooks.
    type: dict
requirements:
  - kubernetes (Python)
seealso:
  - module: cloudentity.platform.redis_cluster_check
"""

EXAMPLES = r"""
- name: Wait for the platform after an upgrade
  cloudentity.platform.rollout_wait:
    namespace: acp
    selector: app.kubernetes.io/name=acp,app.kubernetes.io/instance=acp
    timeout: 300
"""

RETURN = r"""
workloads:
  description: The StatefulSets and Deployments as they were at the last look.
  returned: always, unless options or Kubernetes cannot be used
  type: list
  elements: dict
  sample: [{kind: StatefulSet, name: acp-redis-cluster, replicas: 6, updated: 6, ready: 5, done: false}]
hopeless:
  description: What will not become ready, and why; empty otherwise.
  returned: always, unless options or Kubernetes cannot be used
  type: list
  elements: str
  sample: ["acp-7d4b9c-x2x7q: Pending, not ready; acp waits: ErrImageNeverPull Container image acp:2 is not present with pull policy of Never"]
attempts:
  description: How many looks were taken.
  returned: always, unless options or Kubernetes cannot be used
  type: int
  sample: 3
elapsed:
  description: Seconds from the first look to the end of the last one.
  returned: always, unless options or Kubernetes cannot be used
  type: float
  sample: 14.3
"""

import copy

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.cloudentity.platform.plugins.module_utils import _argspec, _rollout_wait, _wait
from ansible_collections.cloudentity.platform.plugins.module_utils._helm_cluster import Cluster, Unreachable
from ansible_collections.kubernetes.core.plugins.module_utils.args_common import AUTH_ARG_SPEC
from ansible_collections.kubernetes.core.plugins.module_utils.k8s.core import AnsibleK8SModule


def main() -> None:
    module = AnsibleK8SModule(
        module_class=AnsibleModule,
        argument_spec={
            **copy.deepcopy(AUTH_ARG_SPEC),
            "namespace": {"type": "str", "required": True},
            "selector": {"type": "str", "required": True},
            "timeout": {"type": "float", "default": 600.0},
            "interval": {"type": "float", "default": 2.0},
            "grace": {"type": "float", "default": 60.0},
            "schedule_grace": {"type": "float", "default": 180.0},
            "max_restarts": {"type": "int", "default": 4},
            **_wait.LOOK_ARG_SPEC,
        },
        supports_check_mode=True,
        check_pyyaml=False,
    )
    with _argspec.clear_failures(module):
        try:
            cluster = Cluster(module)
        except Unreachable as error:
            module.fail_json(msg=str(error))
        result = _rollout_wait.run(cluster, module.params, _wait.read(module.params))
        if result["msg"]:
            module.fail_json(**result)
        module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
