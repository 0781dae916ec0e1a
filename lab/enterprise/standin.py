# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the operator of Redis Enterprise, for the laboratory only. It contains nothing of the vendor's.

It plays the statuses that the operator documents, and starts real Redis behind them: for a RedisEnterpriseCluster nothing but volume claims; for
a RedisEnterpriseDatabase a server that answers for everything, as the proxy would, or with ossCluster a cluster of as many primaries as there
are shards. Secret and Services have the operator's names and keys. Replication and licenses are not played.

Needs a service account with the rights in operator.yaml, Python 3.11 and redis-py; NAMESPACE says where.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import ssl
import time
import urllib.error
import urllib.request
import zlib
from pathlib import Path

import redis

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
NAMESPACE = os.environ["NAMESPACE"]
CLUSTERS = f"/apis/app.redislabs.com/v1/namespaces/{NAMESPACE}/redisenterpriseclusters"
DATABASES = f"/apis/app.redislabs.com/v1alpha1/namespaces/{NAMESPACE}/redisenterprisedatabases"
CORE = f"/api/v1/namespaces/{NAMESPACE}"
SETS = f"/apis/apps/v1/namespaces/{NAMESPACE}/statefulsets"

WHAT = "the laboratory's stand-in"
IMAGE = "lab.invalid/redis-search:6.2.11"
MODULES = [{"name": "search", "displayName": f"RediSearch ({WHAT})", "versions": ["1.2.0"]}]
STATES = ["PendingCreation", "BootstrappingFirstPod", "Initializing", "Running"]
SAVE = {"snapshotEvery1Hour": 3600, "snapshotEvery6Hour": 21600, "snapshotEvery12Hour": 43200}
UNITS = {"MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
SLOTS = 16384


def log(text: str) -> None:
    print(f"{WHAT} for the operator of Redis Enterprise: {text}", flush=True)


def ask(method: str, path: str, body: dict | None = None, kind: str = "application/json") -> dict | None:
    """The API server's answer; None for what is not there."""
    request = urllib.request.Request(f"https://kubernetes.default.svc{path}", json.dumps(body).encode() if body else None, method=method)
    request.add_header("Authorization", f"Bearer {(ACCOUNT / 'token').read_text()}")
    request.add_header("Content-Type", kind)
    try:
        with urllib.request.urlopen(request, timeout=10, context=ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from error


def have(path: str, owner: dict | None, api: str, kind: str, name: str, **content) -> dict:
    """Makes an object, or changes it to be like this. With its owner it goes."""
    metadata = {"name": name, "labels": {"app": "redis-enterprise", "cloudentity.platform/standin": "true"}}
    if owner:
        reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"]}
        metadata["ownerReferences"] = [reference]
    body = {"apiVersion": api, "kind": kind, "metadata": metadata, **content}
    return ask("PATCH", f"{path}/{name}?fieldManager=standin&force=true", body, "application/apply-patch+yaml")


def tell(path: str, resource: dict, **status) -> None:
    """Writes the status, and into the log what changed."""
    before = resource.get("status") or {}
    if any(before.get(key) != value for key, value in status.items()):
        name = resource["metadata"]["name"]
        log(f"{resource['kind']} {name} is {status.get('state') or status.get('status')}, its spec {status['specStatus']}")
        ask("PATCH", f"{path}/{name}/status", {"status": status}, "application/merge-patch+json")


def cluster(resource: dict) -> None:
    spec, state = resource.get("spec") or {}, (resource.get("status") or {}).get("state")
    nodes = spec.get("nodes", 3)
    if nodes < 3 or nodes % 2 == 0:
        tell(CLUSTERS, resource, state="Invalid", specStatus="Invalid")
        return
    volumes = spec.get("persistentSpec") or {}
    if volumes.get("enabled", True):
        for number in range(nodes):
            size = {"requests": {"storage": volumes.get("volumeSize") or "100Mi"}}
            have(
                f"{CORE}/persistentvolumeclaims", None, "v1", "PersistentVolumeClaim",
                f"redis-enterprise-storage-{resource['metadata']['name']}-{number}", spec={"accessModes": ["ReadWriteOnce"], "resources": size},
            )
    state = STATES[min(STATES.index(state) + 1, len(STATES) - 1)] if state in STATES else STATES[0]
    tell(
        CLUSTERS, resource, state=state, specStatus="Valid", modules=MODULES if state == "Running" else [],
        licenseStatus={"licenseState": f"none, this is {WHAT}"},
    )


def database(resource: dict, clusters: dict) -> None:
    spec, name = resource["spec"], resource["metadata"]["name"]
    rec = clusters.get((spec.get("redisEnterpriseCluster") or {}).get("name", next(iter(clusters), "")))
    if not rec or (rec.get("status") or {}).get("state") != "Running":
        tell(DATABASES, resource, status="pending", specStatus="Valid")
        return
    offered = {(module["name"], version) for module in MODULES for version in module["versions"]}
    if not {(module["name"], module["version"]) for module in spec.get("modulesList") or []} <= offered:
        tell(DATABASES, resource, status="creation-failed", specStatus="Invalid")
        return
    port = spec.get("databasePort") or 10000 + zlib.crc32(name.encode()) % 10000
    password = credentials(resource, port)
    pods = shards(resource, rec, port, password)
    started = (resource.get("status") or {}).get("createdTime")
    if pods is None or (spec.get("ossCluster") and not formed(pods, port, password, spec.get("tlsMode") == "enabled")):
        tell(DATABASES, resource, status="active-change-pending" if started else "pending", specStatus="Valid")
        return
    tell(
        DATABASES, resource, status="active", specStatus="Valid", observedGeneration=resource["metadata"]["generation"],
        createdTime=started or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), version=f"6.2 ({WHAT})", databaseUID="1",
        redisEnterpriseCluster=rec["metadata"]["name"], shardStatuses={"active": len(pods)},
        internalEndpoints=[{"host": f"redis-{port}.{rec['metadata']['name']}.{NAMESPACE}.svc.cluster.local", "port": port}],
    )


def credentials(resource: dict, port: int) -> str:
    """The password of the database's Secret, which also says how to get there."""
    name = resource["metadata"]["name"]
    secret = resource["spec"].get("databaseSecretName") or f"redb-{name}"
    there = ask("GET", f"{CORE}/secrets/{secret}")
    password = base64.b64decode(((there or {}).get("data") or {}).get("password", "")).decode() or secrets.token_urlsafe(24)
    data = {"port": str(port), "service_names": f"{name},{name}-headless"}
    if not there:
        data["password"] = password
        have(f"{CORE}/secrets", resource, "v1", "Secret", secret, data={key: encoded(value) for key, value in data.items()})
    elif any(there["data"].get(key) != encoded(value) for key, value in data.items()):
        ask("PATCH", f"{CORE}/secrets/{secret}", {"data": {key: encoded(value) for key, value in data.items()}}, "application/merge-patch+json")
    return password


def shards(resource: dict, rec: dict, port: int, password: str) -> list[str] | None:
    """Addresses of the pods that serve it; None while they do not, or not yet as wished."""
    spec, name = resource["spec"], resource["metadata"]["name"]
    certificate = (rec["spec"].get("certificates") or {}).get("proxyCertificateSecretName")
    configuration = conf(spec, port, password, certificate)
    have(f"{CORE}/secrets", resource, "v1", "Secret", f"{name}-standin", data={"redis.conf": encoded(configuration)})
    selector = {"redis.io/database": name}
    for service, more in ((name, {}), (f"{name}-headless", {"clusterIP": "None", "publishNotReadyAddresses": True})):
        ports = [{"name": "redis", "port": port, "targetPort": port}]
        have(f"{CORE}/services", resource, "v1", "Service", service, spec={"selector": selector, "ports": ports, **more})
    mounts = {"conf": {"secret": {"secretName": f"{name}-standin"}}, "data": {"emptyDir": {}}}
    if spec.get("tlsMode") == "enabled":
        mounts["tls"] = {"secret": {"secretName": certificate}}
    container = {
        "name": "redis",
        "image": IMAGE,
        "command": ["redis-server", "/conf/redis.conf"],
        "ports": [{"name": "redis", "containerPort": port}],
        "readinessProbe": {"tcpSocket": {"port": port}, "periodSeconds": 1},
        "volumeMounts": [{"name": volume, "mountPath": f"/{volume}"} for volume in mounts],
        "securityContext": {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}},
    }
    pod = {
        "terminationGracePeriodSeconds": 2,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 999, "fsGroup": 999},
        "containers": [container],
        "volumes": [{"name": volume, **source} for volume, source in mounts.items()],
    }
    count = spec.get("shardCount", 1) if spec.get("ossCluster") else 1
    state = have(
        SETS, resource, "apps/v1", "StatefulSet", f"{name}-standin",
        spec={
            "replicas": count,
            "serviceName": f"{name}-headless",
            "podManagementPolicy": "Parallel",
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {"labels": selector, "annotations": {"standin/conf": hashlib.sha256(configuration.encode()).hexdigest()}},
                "spec": pod,
            },
        },
    )
    status = state.get("status") or {}
    current = status.get("observedGeneration") == state["metadata"]["generation"] and status.get("updatedReplicas") == count
    if not current or status.get("readyReplicas") != count:
        return None
    found = ask("GET", f"{CORE}/pods?labelSelector=redis.io/database={name}")["items"]
    return sorted(item["status"]["podIP"] for item in found)


def conf(spec: dict, port: int, password: str, certificate: str | None) -> str:
    quoted = '"' + password.replace("\\", "\\\\").replace('"', '\\"') + '"'
    size, persistence = spec.get("memorySize", "100MB"), spec.get("persistence", "disabled")
    lines = [
        "dir /data",
        "save " + (f"{SAVE[persistence]} 1" if persistence in SAVE else '""'),
        f"appendonly {'yes' if persistence.startswith('aof') else 'no'}",
        f"appendfsync {'always' if persistence == 'aofAlways' else 'everysec'}",
        f"maxmemory {int(float(size[:-2]) * UNITS[size[-2:]])}",
        f"maxmemory-policy {spec.get('evictionPolicy', 'volatile-lru')}",
        f"requirepass {quoted}",
        f"masterauth {quoted}",
    ]
    if spec.get("ossCluster"):
        lines.append("cluster-enabled yes")
    if spec.get("modulesList"):
        lines.append(f"loadmodule /usr/lib/redis/redisearch.so OSS_GLOBAL_PASSWORD {quoted}")
    if spec.get("tlsMode") == "enabled" and certificate:
        lines += ["port 0", f"tls-port {port}", "tls-auth-clients no", "tls-cluster yes", "tls-replication yes"]
        lines += ["tls-cert-file /tls/certificate", "tls-key-file /tls/key", "tls-ca-cert-file /tls/certificate"]
    else:
        lines.append(f"port {port}")
    return "\n".join(lines) + "\n"


def formed(pods: list[str], port: int, password: str, tls: bool) -> bool:
    """Whether they are one cluster; makes them one."""
    options = {"ssl": True, "ssl_cert_reqs": "none", "ssl_check_hostname": False} if tls else {}
    nodes = [redis.Redis(host, port, password=password, protocol=2, decode_responses=True, socket_timeout=3, **options) for host in pods]
    if all(node.execute_command("CLUSTER INFO")["cluster_state"] == "ok" for node in nodes):
        return True
    for number, node in enumerate(nodes):
        info = node.execute_command("CLUSTER INFO")
        if info["cluster_slots_assigned"] == "0":
            first, last = (SLOTS * part // len(nodes) for part in (number, number + 1))
            node.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
            node.execute_command("CLUSTER ADDSLOTS", *range(first, last))
        nodes[0].execute_command("CLUSTER MEET", pods[number], port)
    return False


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def main() -> None:
    log(f"this is {WHAT}, not the vendor's operator; it watches namespace {NAMESPACE}")
    while True:
        try:
            clusters = {item["metadata"]["name"]: item for item in (ask("GET", CLUSTERS) or {"items": []})["items"]}
            for kind, item in [("RedisEnterpriseCluster", item) for item in clusters.values()]:
                cluster({"apiVersion": "app.redislabs.com/v1", "kind": kind, **item})
            for item in (ask("GET", DATABASES) or {"items": []})["items"]:
                database({"apiVersion": "app.redislabs.com/v1alpha1", "kind": "RedisEnterpriseDatabase", **item}, clusters)
        except (RuntimeError, OSError, redis.RedisError) as error:
            log(f"will try again: {error}")
        time.sleep(1)


if __name__ == "__main__":
    main()
