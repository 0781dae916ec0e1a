#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: Contributors to the cloudentity.platform collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: redis_cluster_check
short_description: Wait until Redis Cluster is as it should be
version_added: 0.1.0
author: The cloudentity.platform contributors (@cloudentity-platform)
description:
  - Takes snapshots of the cluster and judges them, until no check fails or the time is up. Fails with a message that says for each check what was
    observed, what was expected, and what to do.
  - It does not wait for what time cannot heal, such as a version that is not supported.
  - While it waits, it shows on standard error what it waits for, how far that is and how long it will try; a line when that changes, and every 15 seconds.
  - Changes nothing that lasts; see O(write_probe).
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - cloudentity.platform.redis_options
options:
  timeout:
    description: How long the checks may take to hold, in seconds. V(0) looks once.
    type: float
    default: 60.0
  interval:
    description: Seconds between two looks.
    type: float
    default: 2.0
  checks:
    description:
      - Run only these checks. C(reachable) and C(authenticated) are always run, because nothing can be said of nodes that cannot be read.
      - They are C(reachable), C(authenticated), C(cluster_state), C(slots_covered), C(no_open_slots), C(same_view), C(addresses_current), C(primaries),
        C(replicas_per_primary), C(replicas_on_other_hosts), C(replication_in_sync), C(version_supported), C(version_secure), C(persistence),
        C(eviction_policy), C(memory_headroom), C(module_loaded), C(search_works), C(search_complete), C(write_read_expire), C(password_required),
        C(tls_required).
    type: list
    elements: str
  skip_checks:
    description: Leave these checks out.
    type: list
    elements: str
  severity:
    description: How bad it is when a check does not hold, V(warning) or V(failed), by the name of the check.
    type: dict
  fail_on:
    description: Whether warnings make the module fail as well.
    type: str
    choices: [failed, warning]
    default: failed
  expect:
    description:
      - The site's own rules, JMESPath expressions over the snapshot (see M(cloudentity.platform.redis_cluster_info)) that have to come out true.
      - A rule does not hold when it comes out false, null, or as an empty string, list or object; V(0) holds.
      - The result says which value was found; of a comparison it shows both sides, such as C(2 >= 3 is false).
      - An expression that is not JMESPath is refused before anything is read, also one with a function that there is not, or with too few or too many
        arguments.
    type: list
    elements: str
  write_probe:
    description:
      - Whether each primary has to write, read, expire and delete a key of a unique name. The key is gone at once, and after 10 seconds in any case.
      - Not done in check mode; the check C(write_read_expire) is skipped then.
    type: bool
    default: true
  _look:
    description: What the action plugin of this module hands on from one look to the next. Not for playbooks.
    type: dict
requirements:
  - jmespath (for O(expect))
seealso:
  - module: cloudentity.platform.redis_cluster_info
"""

EXAMPLES = r"""
- name: Wait until the cluster is complete after an installation
  cloudentity.platform.redis_cluster_check:
    endpoint: "{{ redis_cluster_endpoint }}"
    timeout: 300

- name: Judge it once, strictly, and by the site's own rules
  cloudentity.platform.redis_cluster_check:
    namespace: acp
    selector: app.kubernetes.io/name=redis-cluster,app.kubernetes.io/instance=acp-redis-cluster
    password_secret:
      name: acp-redis-cluster
    nodes: 6
    replicas: 1
    timeout: 0
    severity:
      version_secure: failed
    skip_checks:
      - tls_required
    expect:
      - length(nodes[?role=='replica']) >= `3`
      - nodes[?role=='replica'] | length(@) >= `3`
      - min(nodes[].uptime_seconds) > `60`

- name: Only whether all slots are served
  cloudentity.platform.redis_cluster_check:
    endpoint: "{{ redis_cluster_endpoint }}"
    checks:
      - cluster_state
      - slots_covered
    write_probe: false
"""

RETURN = r"""
verdict:
  description: The worst status of all checks, V(ok), V(warning) or V(failed).
  returned: always, unless options or Kubernetes cannot be used
  type: str
  sample: warning
checks:
  description: The results, in the order of the catalogue; those of O(expect) come last.
  returned: always, unless options or Kubernetes cannot be used
  type: list
  elements: dict
  contains:
    id:
      description: The check, or V(expect).
      type: str
      sample: slots_covered
    status:
      description: V(ok), V(warning), V(failed), or V(skipped) where there was nothing to judge.
      type: str
      sample: failed
    observed:
      description: What was seen; of C(expect) the value found.
      type: str
      sample: 10923 of 16384 slots; nobody who answers serves 5461-10921
    expected:
      description: What should be; of C(expect) the expression.
      type: str
      sample: 16384 of 16384 slots, each once
    remedy:
      description: What to do; null where nothing is to be done.
      type: str
    nodes:
      description: The nodes concerned.
      type: list
      elements: str
snapshot:
  description: The last snapshot, as M(cloudentity.platform.redis_cluster_info) returns it.
  returned: always, unless options or Kubernetes cannot be used
  type: dict
attempts:
  description: How many looks were taken.
  returned: always, unless options or Kubernetes cannot be used
  type: int
  sample: 3
elapsed:
  description: Seconds from the first look to the end of the last one.
  returned: always, unless options or Kubernetes cannot be used
  type: float
  sample: 4.3
"""

from ansible.module_utils.basic import missing_required_lib
from ansible_collections.cloudentity.platform.plugins.module_utils import _argspec, _cluster_check, _expect, _session, _wait


def main() -> None:
    module = _argspec.build_module(
        {
            "timeout": {"type": "float", "default": 60.0},
            "interval": {"type": "float", "default": 2.0},
            "checks": {"type": "list", "elements": "str"},
            "skip_checks": {"type": "list", "elements": "str"},
            "severity": {"type": "dict"},
            "fail_on": {"type": "str", "choices": ["failed", "warning"], "default": "failed"},
            "expect": {"type": "list", "elements": "str"},
            "write_probe": {"type": "bool", "default": True},
            **_wait.LOOK_ARG_SPEC,
        }
    )
    if module.params["expect"] and _expect.JMESPATH_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("jmespath"), exception=_expect.JMESPATH_IMPORT_ERROR)
    with _argspec.clear_failures(module):
        rules = _cluster_check.rules(module.params)
        result = _cluster_check.run(_session.start(module), rules, write=module.params["write_probe"] and not module.check_mode)
        if result["msg"]:
            module.fail_json(**result)
        module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
