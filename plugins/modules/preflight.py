#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything that would stop an installation, told before it starts."""

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight
short_description: Everything that would stop an installation, told at once before it starts
version_added: 0.1.0
author: The cloudentity.platform contributors (@cloudentity-platform)
description:
  - Looks at all that an installation by Helm needs, and fails with all problems in one message, each with its remedy.
  - The cluster is reached, the account is allowed to do what it will have to do, the namespace, the storage class, Secrets, the chart,
    the installed release and the images are as they must be.
  - What cannot be known from where it runs (a registry that only the nodes reach) is a warning.
  - It changes nothing.
options:
  input_problems:
    description: What the caller already found wrong with its inputs. Reported first.
    type: list
    elements: str
    default: []
  input_warnings:
    description: What the caller warns of. Handed on.
    type: list
    elements: str
    default: []
  namespace:
    description: Namespace to install into.
    type: str
    required: true
  create_namespace:
    description: Whether the namespace will be created when it does not exist.
    type: bool
    default: false
  permissions:
    description: What the account must be allowed to do. Each verb is asked for by a SelfSubjectAccessReview.
    type: list
    elements: dict
    default: []
    suboptions:
      verbs:
        description: The verbs, such as V(get) or V(create).
        type: list
        elements: str
        required: true
      group:
        description: API group; empty for the core API.
        type: str
        default: ""
      resource:
        description: Resource in plural, such as V(statefulsets).
        type: str
        required: true
      subresource:
        description: Subresource, such as V(portforward).
        type: str
      name:
        description: Name of the one object that is meant.
        type: str
      namespace:
        description: Namespace; empty for the whole cluster. By default O(namespace), or the whole cluster for resources that have none.
        type: str
  storage_required:
    description: Whether volumes are needed.
    type: bool
    default: false
  storage_class:
    description: Storage class that must exist. Empty means the cluster's default, which must exist then. V(-) means volumes made by hand.
    type: str
    default: ""
  chart_ref:
    description: A chart's directory, its C(.tgz) file, C(repository/chart), or C(oci://...). Not looked at when it is not given.
    type: path
  chart_repo_url:
    description: URL of the chart's repository, when O(chart_ref) is only the chart's name.
    type: str
  chart_version:
    description: Version of the chart. The newest one without it.
    type: str
  chart_inputs:
    description:
      - Inputs of role C(redis_cluster), without their prefix, that chart C(redis-cluster) must honour.
      - The chart is or depends on one of that name. What its version cannot do is a problem that names the input.
    type: dict
  expected_chart_name:
    description: What the chart must be called.
    type: str
    default: ""
  expected_subcharts:
    description: Charts that the chart must depend on.
    type: list
    elements: str
    default: []
  stateful_set:
    description: StatefulSet that the release must own if it exists. Another release's cannot be taken over without an uninstall.
    type: str
  release_name:
    description:
      - Release to install or upgrade. It must not be in a pending state, and must not have come from another chart.
      - That its last upgrade failed is a warning only, since the next one goes on from there.
    type: str
  images:
    description:
      - Images that the nodes must be able to run. One that each node has is not asked for any further.
      - Otherwise its registry is asked. That it does not have it, or refuses it, is a problem; that it cannot be reached is a warning.
    type: list
    elements: str
    default: []
  image_pull_secrets:
    description: Names of Secrets with credentials for the registries.
    type: list
    elements: str
    default: []
  secrets:
    description: Secrets that must exist in the namespace.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the Secret.
        type: str
        required: true
      key:
        description: Key that it must have.
        type: str
  validate_certs:
    description: Whether to verify the API server's certificate. Without it the kubeconfig decides. Also by E(K8S_AUTH_VERIFY_SSL).
    type: bool
    default: null
    aliases: [verify_ssl]
extends_documentation_fragment:
  - kubernetes.core.helm_common_options
requirements:
  - helm >= 3.13 or helm 4, when a chart is given
  - Python library C(kubernetes)
  - Python library C(PyYAML)
notes:
  - Supports check mode; it does the same.
"""

EXAMPLES = r"""
- name: Can Redis be installed here?
  cloudentity.platform.preflight:
    namespace: example-redis
    create_namespace: true
    permissions:
      - {verbs: [get, create, update, patch], group: apps, resource: statefulsets}
      - {verbs: [create], resource: pods, subresource: portforward}
      - {verbs: [list], resource: nodes}
    storage_required: true
    release_name: acp-redis-cluster

- name: All mistakes in one message
  cloudentity.platform.preflight:
    input_problems:
      - "redis_cluster_nodes is 2; a cluster needs at least 3 primaries."
    namespace: example-missing
    storage_required: true
    storage_class: no-such-class
    secrets:
      - {name: acp-redis-cluster, key: redis-password}
  register: looked
  failed_when: looked.problems | length != 4
"""

RETURN = r"""
problems:
  description: What would stop the installation, each with its remedy. The module fails when there is one.
  type: list
  elements: str
  returned: always
  sample:
    - "Storage class fast does not exist; the cluster has: standard. Choose one of these, or switch persistence off."
warnings:
  description: What may stop it and cannot be known from here.
  type: list
  elements: str
  returned: when there are any
msg:
  description: All problems as one text.
  type: str
  returned: on failure
  sample: "1 problem before anything was changed:\n1. Namespace acp does not exist. ..."
cluster:
  description: The cluster that was reached; the version is null when it was not.
  type: dict
  returned: always
  sample: {host: "https://10.0.0.1:6443", version: v1.34.4}
chart:
  description:
    - Name, version and app_version of the chart; empty when none was asked for or it cannot be had.
    - And redis_version, the version of chart C(redis-cluster) that it is or depends on, when it does.
  type: dict
  returned: always
  sample: {name: redis-cluster, version: 7.6.4, app_version: 6.2.7, redis_version: 7.6.4}
release:
  description: The installed release, as RV(cloudentity.platform.helm_release_diff#module:release).
  type: dict
  returned: always
  sample:
    app_version: 6.2.7
    chart: redis-cluster
    chart_version: 7.6.4
    exists: true
    pending: false
    remedy: null
    revision: 3
    status: deployed
    updated: "2026-01-01T10:00:00.123456789Z"
"""

from ansible_collections.cloudentity.platform.plugins.module_utils import _preflight
from ansible_collections.cloudentity.platform.plugins.module_utils._helm import HelmModule
from ansible_collections.cloudentity.platform.plugins.module_utils._preflight_probe import Probe


def argument_spec():
    """The module's own options."""
    permission = {
        "verbs": {"type": "list", "elements": "str", "required": True},
        "group": {"type": "str", "default": ""},
        "resource": {"type": "str", "required": True},
        "subresource": {"type": "str"},
        "name": {"type": "str"},
        "namespace": {"type": "str"},
    }
    # Names of Secrets are no secrets.
    secret = {"name": {"type": "str", "required": True}, "key": {"type": "str", "no_log": False}}
    texts = {"type": "list", "elements": "str", "default": []}
    return {
        "input_problems": texts,
        "input_warnings": texts,
        "namespace": {"type": "str", "required": True},
        "create_namespace": {"type": "bool", "default": False},
        "permissions": {"type": "list", "elements": "dict", "default": [], "options": permission},
        "storage_required": {"type": "bool", "default": False},
        "storage_class": {"type": "str", "default": ""},
        "chart_ref": {"type": "path"},
        "chart_repo_url": {"type": "str"},
        "chart_version": {"type": "str"},
        "chart_inputs": {"type": "dict"},
        "expected_chart_name": {"type": "str", "default": ""},
        "expected_subcharts": texts,
        "stateful_set": {"type": "str"},
        "release_name": {"type": "str"},
        "images": texts,
        "image_pull_secrets": {**texts, "no_log": False},
        "secrets": {"type": "list", "elements": "dict", "default": [], "options": secret, "no_log": False},
    }


def main():
    """Run the module."""
    module = HelmModule(argument_spec=argument_spec())
    found = Probe(module).run()
    for warning in found.warnings:
        module.warn(warning)
    result = {"changed": False, "problems": found.problems, **found.data}
    if found.problems:
        module.fail(_preflight.message(found.problems), **result)
    module.end(**result)


if __name__ == "__main__":
    main()
