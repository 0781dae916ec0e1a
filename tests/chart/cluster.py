# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of the chart on the laboratory, looked at from inside its pods. It keeps nothing on disk, which is the hardest case."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from chart import RELEASE

NAMESPACE = f"redis-chart-tests-{os.getpid()}"  # two checkouts may share a laboratory
NODES = 6
PASSWORD = """p@ss,w0rd!{}"' and spaces"""
VALUES = {
    "image": {"registry": "lab.invalid", "repository": "redis-search", "tag": "6.2.11"},
    "metrics": {"enabled": True, "image": {"registry": "lab.invalid", "repository": "redis-exporter", "tag": "1"}},
    "cluster": {"nodes": NODES, "replicas": 1},
    "password": PASSWORD,
    "persistence": {"enabled": False},
    # One process namespace, so that one container sees the command lines of all.
    "redis": {"useAOFPersistence": "no", "settleSeconds": 3, "shareProcessNamespace": True},
}


def kubectl(*arguments: str, text: str = "", allowed_to_fail: bool = False) -> str:
    done = subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or allowed_to_fail, f"kubectl {' '.join(arguments)}: {done.stderr}\nThe laboratory must be up (make lab)."
    return done.stdout


@dataclass(frozen=True)
class Node:
    """A line of CLUSTER NODES."""

    id: str
    address: str
    flags: set[str]
    primary: str
    well: bool
    slots: list[str]


def parse(answer: str) -> dict[str, Node]:
    nodes = {}
    for words in (line.split() for line in answer.splitlines() if " connected" in line or " disconnected" in line):
        flags = set(words[2].split(","))
        well = words[7] == "connected" and not flags & {"fail", "fail?", "handshake", "noaddr"}
        nodes[words[0]] = Node(words[0], words[1].rsplit(":", 1)[0], flags, words[3], well, words[8:])
    return nodes


# One process for all nodes, because each kubectl costs a small machine more than all of them.
ASK_ALL = r"""
. /opt/redis/topology/topology.sh
for number in $(seq 0 $((nodes - 1))); do
  echo "pod $REDIS_CLUSTER_NAME-$number"
  printf 'CLUSTER INFO\nCLUSTER NODES\n' |
    timeout 3 sh -c '. /scripts/common; use_own_password; become_cli "$0"' "$REDIS_CLUSTER_NAME-$number.$REDIS_CLUSTER_DOMAIN" 2>&1
done
"""


class Cluster:
    pods = [f"{RELEASE}-{number}" for number in range(NODES)]

    def run(self, pod: str, script: str, text: str = "", allowed_to_fail: bool = False) -> str:
        arguments = ("exec", "--namespace", NAMESPACE, "--stdin", pod, "--container", RELEASE, "--", "sh", "-c", script)
        return kubectl(*arguments, text=text, allowed_to_fail=allowed_to_fail)

    def redis(self, pod: str, *commands: str) -> str:
        """Answers to commands, which follow redirections: any pod does for any key."""
        return self.run(pod, "sh /scripts/redis-cli -c", "\n".join(commands))

    def found(self) -> dict[str, dict]:
        items = json.loads(kubectl("get", "pods", "--namespace", NAMESPACE, "--output", "json"))["items"]
        return {item["metadata"]["name"]: item["status"] for item in items}

    def troubles(self) -> list[str]:
        """What keeps this from being a whole cluster in the eyes of each of its nodes and of Kubernetes."""
        troubles = []
        found = self.found()
        addresses = sorted(status.get("podIP", "") for status in found.values())
        # The first pod whose container runs asks; while none does, nobody answers.
        said = next(filter(None, (self.run(pod, ASK_ALL, allowed_to_fail=True) for pod in self.pods)), "")
        answers = dict(part.split("\n", 1) for part in said.split("pod ")[1:])
        for pod in self.pods:
            conditions = {condition["type"]: condition["status"] for condition in found.get(pod, {}).get("conditions", [])}
            if conditions.get("Ready") != "True":
                troubles.append(f"{pod} is not ready")
            answer = answers.get(pod, "")
            nodes = parse(answer)
            if "cluster_state:ok" not in answer:
                troubles.append(f"{pod}: {answer or 'no answer'}")
            if sorted(node.address for node in nodes.values() if node.well) != addresses or len(nodes) != NODES:
                troubles.append(f"{pod} sees {sorted((node.address, *node.flags) for node in nodes.values())}, the pods are at {addresses}")
            primaries = [node.id for node in nodes.values() if node.slots]
            if sorted(node.primary for node in nodes.values() if not node.slots) != sorted(primaries) or len(primaries) != NODES // 2:
                troubles.append(f"{pod}: not each of {primaries} has its replica")
        return troubles

    def primaries(self) -> dict[str, str]:
        """Pods that are primaries, each with its replica's pod."""
        nodes = parse(self.redis(self.pods[0], "CLUSTER NODES"))
        pod_at = {status["podIP"]: pod for pod, status in self.found().items()}
        return {pod_at[nodes[node.primary].address]: pod_at[node.address] for node in nodes.values() if "slave" in node.flags}


def wait_for(troubles: Callable[[], object], seconds: float) -> None:
    """Until there are none."""
    start = time.monotonic()
    while found := troubles():
        assert time.monotonic() - start < seconds, found
        time.sleep(1)
