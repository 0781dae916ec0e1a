# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that all Redis modules share."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  endpoint:
    description:
      - The Redis as a provider role hands it on, for instance the fact C(redis_cluster_endpoint); it stands in for all options below.
      - An option that is set beside it wins over the value in here.
    type: dict
    suboptions:
      provider:
        description: The provider that made it; for information.
        type: str
      pending:
        description: Nothing is there yet (check mode of an install); for information.
        type: bool
      namespace:
        description: As the option O(namespace).
        type: str
      addrs:
        description: As the option O(addrs).
        type: list
        elements: str
      selector:
        description: As the option O(selector).
        type: str
      username:
        description: As the option O(login_user).
        type: str
      password_secret:
        description: As the option O(password_secret).
        type: dict
        suboptions:
          name:
            description: Name of the Secret.
            type: str
          key:
            description: Key in the Secret.
            type: str
            default: redis-password
      password_secret_previous:
        description: As the option O(password_secret_previous).
        type: dict
        suboptions:
          name:
            description: Name of the Secret.
            type: str
          key:
            description: Key in the Secret.
            type: str
            default: redis-password
      tls:
        description: How TLS is spoken.
        type: dict
        suboptions:
          enabled:
            description: As the option O(tls).
            type: bool
          verify:
            description: As the option O(tls_verify).
            type: bool
          server_name:
            description: As the option O(tls_server_name).
            type: str
          ca_secret:
            description: As the option O(tls_ca_secret).
            type: str
          client_secret:
            description: As the option O(tls_client_secret).
            type: str
      search:
        description: As the option O(search).
        type: bool
      cluster:
        description: As the option O(cluster).
        type: bool
      nodes:
        description: As the option O(nodes).
        type: int
      replicas:
        description: As the option O(replicas).
        type: int
      allow_unsupported:
        description: As the option O(allow_unsupported).
        type: bool
  transport:
    description:
      - The way to the nodes. V(kubernetes) forwards a port to each pod through the Kubernetes API, so that a kubeconfig is all it takes;
        V(direct) dials the addresses from where the module runs.
    type: str
    choices: [kubernetes, direct]
    default: kubernetes
  namespace:
    description: Namespace of the pods, Services and Secrets. Required where Kubernetes is used.
    type: str
  selector:
    description:
      - Label selector of the Redis pods. It names all nodes that there should be.
      - Without it, O(addrs) is where to start from, and the other nodes are found through what these announce.
    type: str
  addrs:
    description:
      - Addresses as the platform is given them, C(host:port) each.
      - With O(transport=kubernetes), the name of a Service leads to the pods behind it, and a name outside the cluster is dialled.
    type: list
    elements: str
  port:
    description: Redis's port in the pods that O(selector) names, where no container port is called C(tcp-redis) or C(redis).
    type: int
    default: 6379
  connect_timeout:
    description: Seconds that a node has for everything it is asked. All nodes are asked side by side, so that dead ones cost this once.
    type: float
    default: 10.0
  login_user:
    description: ACL user to log in with; Redis's default user if it is not set.
    type: str
  login_password:
    description: Password to log in with. It wins over O(password_secret).
    type: str
  login_password_file:
    description:
      - File with the password, where the module runs, for instance a mounted Secret; the end of its line is left out. It wins over O(password_secret).
    type: path
  login_password_previous:
    description:
      - The password that was valid before, while a rotation is under way. It is tried on the nodes that refuse the current one; the snapshot's
        C(password_accepted) says which these are.
    type: str
  login_password_previous_file:
    description: File with the previous password, as O(login_password_file). One that is not there means that no rotation is under way.
    type: path
  password_secret:
    description: The Kubernetes Secret that holds the password.
    type: dict
    suboptions:
      name:
        description: Name of the Secret.
        type: str
      key:
        description: Key in the Secret.
        type: str
        default: redis-password
  password_secret_previous:
    description:
      - The Kubernetes Secret that holds the previous password, as O(login_password_previous).
      - A Secret or key that is not there means that no rotation is under way, so that the place can be named for good.
    type: dict
    suboptions:
      name:
        description: Name of the Secret.
        type: str
      key:
        description: Key in the Secret.
        type: str
        default: redis-password
  tls:
    description: Whether Redis is spoken to by TLS; off if it is not set.
    type: bool
  tls_verify:
    description: Whether Redis's certificate is verified; it is if this is not set.
    type: bool
  tls_server_name:
    description: The name that Redis's certificate must be for; if it is not set, the name of the pod, of the Service, or the address that was dialled.
    type: str
  ca_certs:
    description: File with the certificates of the authorities that vouch for Redis; the system's own if nothing is set.
    type: path
  client_cert_file:
    description: File with the certificate to show to Redis.
    type: path
  client_key_file:
    description: File with the key of O(client_cert_file), not encrypted.
    type: path
  tls_ca_secret:
    description: Kubernetes Secret with C(ca.crt), instead of O(ca_certs).
    type: str
  tls_client_secret:
    description: Kubernetes Secret with C(tls.crt) and C(tls.key), instead of O(client_cert_file) and O(client_key_file).
    type: str
  search:
    description: Whether the search module is needed; it is if this is not set.
    type: bool
  cluster:
    description:
      - Whether Redis is spoken to as a cluster; it is if this is not set.
      - Without it, one address answers for everything, be it a single server or a proxy with shards behind it, as Redis Enterprise has.
        What only the nodes of a cluster can tell is then not judged.
    type: bool
  nodes:
    description: How many nodes there should be; not judged if it is not set.
    type: int
  replicas:
    description: How many replicas each primary should have; not judged if it is not set.
    type: int
  allow_unsupported:
    description: Whether a Redis version that the platform is not supported with is accepted.
    type: bool
requirements:
  - python >= 3.10
  - kubernetes >= 24.2.0 (unless O(transport=direct) is used without Secrets)
attributes:
  check_mode:
    description: Can run in check mode without changing what is managed.
    support: full
  diff_mode:
    description: Can show what would change.
    support: none
notes:
  - The Kubernetes account needs C(list) on pods, C(get) on services and secrets, and C(get) and C(create) on pods/portforward of the namespace;
    C(examples/rbac-validate.yml) in the collection is a Role with these.
  - Impersonation is refused, because the Kubernetes client does not apply it when it forwards a port.
"""
