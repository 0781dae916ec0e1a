#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: Contributors to the cloudentity.platform collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: redis_cluster_info
short_description: Read all facts of a Redis Cluster in one go
version_added: 0.1.0
author: The cloudentity.platform contributors (@cloudentity-platform)
description:
  - Asks every node side by side and returns one snapshot as plain data. Changes nothing.
  - An unhealthy cluster is data, not a failure - a node that cannot be reached or logged in to keeps its place, with the reason in C(error).
    Only unusable options and an unusable Kubernetes API fail.
  - No password and no module argument is ever returned.
extends_documentation_fragment:
  - kubernetes.core.k8s_auth_options
  - cloudentity.platform.redis_options
seealso:
  - module: cloudentity.platform.redis_cluster_check
"""

EXAMPLES = r"""
- name: Read the cluster that a Helm release made
  cloudentity.platform.redis_cluster_info:
    namespace: acp
    selector: app.kubernetes.io/name=redis-cluster,app.kubernetes.io/instance=acp-redis-cluster
    password_secret:
      name: acp-redis-cluster
  register: redis

- name: Show which pod serves which slots
  ansible.builtin.debug:
    msg: "{{ item.name }} {{ item.role }} {{ item.slots }}"
  loop: "{{ redis.snapshot.nodes }}"
  loop_control:
    label: "{{ item.name }}"

- name: Read it in the middle of a rotation, and see which nodes still have the old password
  cloudentity.platform.redis_cluster_info:
    namespace: acp
    selector: app.kubernetes.io/name=redis-cluster,app.kubernetes.io/instance=acp-redis-cluster
    password_secret:
      name: acp-redis-cluster
    password_secret_previous:
      name: acp-redis-cluster
      key: redis-password-previous
  register: redis

- name: Read a cluster that can be dialled from here, by TLS
  cloudentity.platform.redis_cluster_info:
    transport: direct
    addrs:
      - redis.example.com:6379
    login_password: "{{ lookup('ansible.builtin.env', 'REDIS_PASSWORD') }}"
    tls: true
    ca_certs: /etc/ssl/certs/redis-ca.pem
"""

RETURN = r"""
snapshot:
  description: The cluster as it was seen. Facts that could not be read are null, lists then are empty.
  returned: success
  type: dict
  contains:
    taken_at:
      description: When, in UTC, ISO 8601.
      type: str
      sample: "2026-01-12T09:30:00.123+00:00"
    duration:
      description: How long it took, in seconds.
      type: float
      sample: 0.21
    namespace:
      description: Namespace of the pods; null where Kubernetes is not used.
      type: str
      sample: acp
    transport:
      description: The way to the nodes.
      type: str
      sample: kubernetes
    expected:
      description: What the options say that there should be - C(nodes), C(replicas), C(search), C(cluster), C(tls), C(password), C(addrs),
        C(allow_unsupported).
      type: dict
      sample:
        nodes: 3
        replicas: 0
        search: true
        cluster: true
        tls: false
        password: true
        addrs: ["acp-redis-cluster-headless:6379"]
        allow_unsupported: false
    cluster:
      description: The cluster in a few figures; C(state) is V(ok) only when every node that was read says so. C(state)
        and C(slots_assigned) are null with O(cluster=false).
      type: dict
      sample: {state: ok, slots_assigned: 16384, primaries: 3, replicas: 0, reachable: 3, versions: ["6.2.11"]}
    nodes:
      description: One entry a node, sorted by name.
      type: list
      elements: dict
      contains:
        name:
          description: The pod's name, or the address where there is no pod.
          type: str
          sample: acp-redis-cluster-0
        address:
          description: Address and port of the node.
          type: str
          sample: 10.244.0.7:6379
        addresses:
          description: All addresses at which it answered; of several only where addresses are dialled and other nodes announce another one.
          type: list
          elements: str
          sample: ["10.244.0.7:6379"]
        pod_ip:
          description: The pod's address.
          type: str
          sample: 10.244.0.7
        host:
          description: The Kubernetes node that the pod runs on.
          type: str
          sample: worker-1
        pod_phase:
          description: The pod's phase, V(Terminating) when it is being deleted.
          type: str
          sample: Running
        ready:
          description: Whether the pod is ready.
          type: bool
        memory_limit:
          description: Memory limit of Redis's container, in bytes; null when there is none.
          type: int
        reachable:
          description: Whether Redis answered.
          type: bool
        authenticated:
          description: Whether Redis accepted the credentials.
          type: bool
        error:
          description: Why the node could not be read, C(kind) and C(message). Kinds are V(address), V(tls), V(credentials), V(not_a_cluster),
            V(is_a_cluster), V(timeout), V(loading), V(other).
          type: dict
          sample: {kind: address, message: nothing listens on port 6379 in pod acp-redis-cluster-0 (connection refused)}
        tls:
          description: Whether it was spoken to by TLS.
          type: bool
        password_required:
          description: Whether a command without a password was refused.
          type: bool
        password_accepted:
          description: Which of the two passwords of a rotation let us in, V(current) or V(previous); null where none was accepted or needed.
          type: str
          sample: current
        id:
          description: The node's id in the cluster.
          type: str
          sample: 3b0a8b1d3ad0b0f3b1f1a0f8a3a5b6f0e9b7a1c2
        role:
          description: V(primary) or V(replica).
          type: str
          sample: primary
        primary_id:
          description: Id of a replica's primary.
          type: str
        shard:
          description: Number of the shard, counted by first slot; replicas carry their primary's.
          type: int
          sample: 0
        slots:
          description: Ranges of slots that it serves, first and last.
          type: list
          elements: list
          sample: [[0, 5460]]
        slot_count:
          description: How many slots that is.
          type: int
          sample: 5461
        open_slots:
          description: Slots that are being moved - C(slot), C(state) V(migrating) or V(importing), C(node) with the other node's id.
          type: list
          elements: dict
        version:
          description: Redis's version.
          type: str
          sample: 6.2.11
        mode:
          description: Redis's mode.
          type: str
          sample: cluster
        uptime_seconds:
          description: Seconds since Redis started.
          type: int
        modules:
          description: Modules that are loaded - C(name), C(version) as Redis counts it, C(semver). Never their arguments.
          type: list
          elements: dict
          sample: [{name: ft, version: 10200, semver: 1.2.0}]
        cluster:
          description: The node's CLUSTER INFO - C(state), C(slots_assigned), C(slots_ok), C(slots_pfail), C(slots_fail), C(known_nodes), C(size),
            C(current_epoch).
          type: dict
          sample: {state: ok, slots_assigned: 16384, slots_ok: 16384, slots_pfail: 0, slots_fail: 0, known_nodes: 3, size: 3, current_epoch: 3}
        view:
          description: The node's CLUSTER NODES - C(id), C(address), C(role), C(primary_id), C(flags), C(slots), C(open_slots), C(link) of each node it knows.
          type: list
          elements: dict
        replication:
          description: C(role), C(link_status), C(syncing), C(offset), C(last_io_seconds), C(connected_replicas), and C(lag_bytes), which is how far a replica
            was behind its primary; both were asked at nearly the same time.
          type: dict
          sample: {role: primary, link_status: null, syncing: null, offset: 4123, lag_bytes: null, last_io_seconds: null, connected_replicas: 0}
        persistence:
          description: C(aof), C(rdb_save) with the save points, C(loading), C(last_bgsave_ok), C(last_aof_ok).
          type: dict
          sample: {aof: true, rdb_save: "", loading: false, last_bgsave_ok: true, last_aof_ok: true}
        memory:
          description: C(used) and C(max) in bytes, 0 for no limit, and the eviction C(policy).
          type: dict
          sample: {used: 2618768, max: 0, policy: noeviction}
        keys:
          description: Number of keys.
          type: int
          sample: 0
        config:
          description: A few settings, by name; empty where CONFIG is refused.
          type: dict
          sample: {appendfsync: everysec, cluster-node-timeout: "15000"}
        search:
          description: Whether the search module answers (C(available)), whether it has a coordinator that asks all shards (C(coordinator)), the
            C(indexes) of this node, C(documents) with C(index), C(held) and C(found), which are how many documents of an index this node has and
            how many a search that comes here sees, and what else it answered (C(error)).
          type: dict
          sample: {available: true, coordinator: true, indexes: [sessions], documents: [{index: sessions, held: 20, found: 60}], error: null}
        write:
          description: Whether a key could be written, read, expired and deleted (C(ok)), and otherwise why not (C(error)). Tried by
            M(cloudentity.platform.redis_cluster_check) only.
          type: dict
          sample: {ok: null, error: null}
"""

from ansible_collections.cloudentity.platform.plugins.module_utils import _argspec, _session, _snapshot


def main() -> None:
    module = _argspec.build_module()
    with _argspec.clear_failures(module):
        module.exit_json(changed=False, snapshot=_snapshot.take(_session.start(module)))


if __name__ == "__main__":
    main()
