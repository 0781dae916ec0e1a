#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a Helm upgrade would change, told without a Helm plugin."""

from __future__ import annotations

DOCUMENTATION = r"""
module: helm_release_diff
short_description: What a Helm upgrade would change in the cluster
version_added: 0.1.0
author: The cloudentity.platform contributors (@cloudentity-platform)
description:
  - Renders a chart with the cluster at hand and compares the result with the manifest of the installed release and with the live objects.
  - Unlike M(kubernetes.core.helm), which compares values and chart version, it sees a change in a chart's template, objects that
    were changed or deleted in the cluster since, and it sees that values which differ may change nothing. It needs no Helm plugin.
  - The API server is asked in dry-run mode what it would do, so that defaults which it fills in are not taken for changes, and fields
    that cannot be changed in place, quotas and admission policies are known before anything happens.
  - It never changes anything.
options:
  release_name:
    description: Name of the release.
    type: str
    required: true
    aliases: [name]
  release_namespace:
    description: Namespace of the release. It may not exist yet.
    type: str
    required: true
    aliases: [namespace]
  chart_ref:
    description: A chart's directory, its C(.tgz) file, C(repository/chart), or C(oci://...).
    type: path
    required: true
  chart_repo_url:
    description: URL of the chart's repository, when O(chart_ref) is only the chart's name.
    type: str
  chart_version:
    description: Version of the chart. The newest one without it.
    type: str
  values:
    description: Values for the chart, as in O(kubernetes.core.helm#module:release_values).
    type: dict
    default: {}
    aliases: [release_values]
  secret_values:
    description:
      - Values that nobody may see, merged over O(values) key by key.
      - Their texts, and what the installed release holds in the same places, are censored in all that the module returns, also where
        a chart writes them into something else than a Secret. So give passwords here and nothing common such as a number.
    type: dict
  allow_chart_change:
    description: Whether the installed release may have come from a chart of another name.
    type: bool
    default: false
  fail_on_pending:
    description:
      - Whether to fail when another run works on the release or left it behind half done (C(pending-install), C(pending-upgrade),
        C(pending-rollback), C(uninstalling)). When it does not fail, nothing is compared, and RV(release.remedy) says how to free it.
    type: bool
    default: true
  validate_certs:
    description: Whether to verify the API server's certificate. Without it the kubeconfig decides. Also by E(K8S_AUTH_VERIFY_SSL).
    type: bool
    default: null
    aliases: [verify_ssl]
extends_documentation_fragment:
  - kubernetes.core.helm_common_options
requirements:
  - helm >= 3.13 or helm 4
  - Python library C(kubernetes)
  - Python library C(PyYAML)
notes:
  - The value C(global.cloudentityPlatformRevision) is taken from the installed release, whatever O(values) say. A caller may set it to
    RV(next_revision) when it upgrades with M(kubernetes.core.helm), which otherwise does nothing where only a template changed.
  - What a chart makes up anew each time it is rendered (certificates, passwords without C(lookup)) is no reason for an upgrade; it is
    found by rendering twice and told in RV(volatile). A chart that writes the release's revision into its objects always differs.
  - For custom resources only what the manifests say counts, because Helm 3 repairs nothing else in them.
  - Supports check mode; it does the same.
"""

EXAMPLES = r"""
- name: Make a small chart
  ansible.builtin.command:
    cmd: helm create {{ chart_dir }}/example
    creates: "{{ chart_dir }}/example/Chart.yaml"

- name: What would the upgrade change?
  cloudentity.platform.helm_release_diff:
    release_name: example
    release_namespace: default
    chart_ref: "{{ chart_dir }}/example"
    values:
      replicaCount: 3
    secret_values:
      auth: {password: "{{ vault_password | default('only-an-example') }}"}
  register: planned

- name: Upgrade only when it changes something
  kubernetes.core.helm:
    release_name: example
    release_namespace: default
    chart_ref: "{{ chart_dir }}/example"
    release_values:
      replicaCount: 3
      global: {cloudentityPlatformRevision: "{{ planned.next_revision }}"}
  when: planned is changed
"""

RETURN = r"""
changed:
  description: Whether an upgrade would change anything, the release itself included.
  type: bool
  returned: always
summary:
  description: The changes in one line.
  type: str
  returned: always
  sample: 2 to create, 1 to update
changes:
  description: Each object that would change.
  type: list
  elements: dict
  returned: always
  contains:
    action:
      description:
        - V(create), V(update), V(delete) as it says.
        - V(recreate) when a field differs that cannot be changed in place, so that the upgrade would fail.
        - V(keep) when the chart no longer has the object, which asks to be left in the cluster.
      type: str
      sample: update
    api_version:
      description: API version of the object.
      type: str
      sample: apps/v1
    kind:
      description: Kind of the object.
      type: str
      sample: StatefulSet
    namespace:
      description: Its namespace; null for objects of the whole cluster.
      type: str
      sample: acp
    name:
      description: Its name.
      type: str
      sample: acp-redis-cluster
    paths:
      description: The fields that differ.
      type: list
      elements: str
      sample: ["spec.template.spec.containers[redis].image"]
    drift:
      description: The manifests are the same; the object was changed or deleted in the cluster since the last upgrade.
      type: bool
    hook:
      description: The object is a hook of the chart. It is compared with the release's hook only. Tests do not count.
      type: bool
    message:
      description: What to do, for V(recreate) and V(keep).
      type: str
blocked:
  description: What would make the upgrade fail, each with its remedy; empty when it would go through.
  type: list
  elements: str
  returned: always
  sample:
    - >-
      spec.volumeClaimTemplates[data].spec.resources.requests.storage of StatefulSet acp/acp-redis-cluster cannot be changed in place.
      Undo the change, or delete the object first and keep its pods: kubectl delete statefulset acp-redis-cluster --namespace acp
      --cascade=orphan
volatile:
  description:
    - Objects that differ from the release only because the chart makes up a part of them anew each time.
    - Alone they are no change. When something else changes, the upgrade changes them too, and RV(changes) holds them.
  type: list
  elements: str
  returned: always
  sample: ["Secret acp/acp-redis-cluster-crt"]
unknown_values:
  description:
    - Paths in O(values) that the chart's own values do not have, so that it does not read them. Each is warned of.
    - Sections of subcharts are not looked into, nor is C(global).
  type: list
  elements: str
  returned: always
  sample: [redis.useAOFPersistance]
release:
  description: The installed release.
  type: dict
  returned: always
  contains:
    exists:
      description: Whether it is installed.
      type: bool
    revision:
      description: Its last revision; 0 when there was none.
      type: int
      sample: 3
    status:
      description: The state that Helm keeps of it; null when there was none.
      type: str
      sample: deployed
    chart:
      description: Name of its chart.
      type: str
      sample: redis-cluster
    chart_version:
      description: Version of its chart.
      type: str
      sample: 7.6.4
    app_version:
      description: The application's version that the chart names.
      type: str
      sample: 6.2.7
    updated:
      description: When it was last changed.
      type: str
      sample: "2026-01-01T10:00:00.123456789Z"
    pending:
      description: Another run works on it, or left it behind half done.
      type: bool
    remedy:
      description: The command that frees a pending release; null otherwise.
      type: str
      sample: helm rollback acp-redis-cluster 2 --namespace acp
next_revision:
  description: The revision that the release will have after an upgrade that this module asks for; the present one when nothing changes.
  type: int
  returned: always
  sample: 4
chart:
  description: Name, version and app_version of the chart that was rendered; empty when the release is pending.
  type: dict
  returned: always
  sample: {name: redis-cluster, version: 7.6.4, app_version: 6.2.7}
diff:
  description:
    - The objects that would change, before and after, as YAML.
    - Data of Secrets, checksums, and lines that carry a password are masked; a changed one reads V(*** (changed\)).
  type: dict
  returned: always
"""

from ansible_collections.cloudentity.platform.plugins.module_utils._helm import HelmError, HelmModule
from ansible_collections.cloudentity.platform.plugins.module_utils._helm_cluster import Cluster, Unreachable
from ansible_collections.cloudentity.platform.plugins.module_utils._helm_compare import Comparison, Stop


def main():
    """Run the module."""
    module = HelmModule(
        argument_spec={
            "release_name": {"type": "str", "required": True, "aliases": ["name"]},
            "release_namespace": {"type": "str", "required": True, "aliases": ["namespace"]},
            "chart_ref": {"type": "path", "required": True},
            "chart_repo_url": {"type": "str"},
            "chart_version": {"type": "str"},
            "values": {"type": "dict", "default": {}, "aliases": ["release_values"]},
            "secret_values": {"type": "dict", "no_log": True},
            "allow_chart_change": {"type": "bool", "default": False},
            "fail_on_pending": {"type": "bool", "default": True},
        },
    )
    try:
        result = Comparison(module, Cluster(module)).run()
        for path in result["unknown_values"]:
            module.warn(f"Chart {result['chart']['name']} {result['chart']['version']} has no value {path}: what is given there does nothing.")
        module.end(**result)
    except Stop as stop:
        module.fail(str(stop), **({"release": stop.release} if stop.release else {}))
    except (HelmError, Unreachable) as error:
        module.fail(str(error))


if __name__ == "__main__":
    main()
