# SPDX-License-Identifier: GPL-3.0-or-later
"""A release of the chart on the laboratory, looked at from inside its pods. It keeps nothing on disk, which is the hardest case."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from chart import RELEASE

NAMESPACE = "redis-chart-tests"
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


class Cluster:
    pods = [f"{RELEASE}-{number}" for number in range(NODES)]

    def run(self, pod: str, script: str, text: str = "", allowed_to_fail: bool = False) -> str:
        arguments = ("exec", "--namespace", NAMESPACE, "--stdin", pod, "--container", RELEASE, "--", "sh", "-c", script)
        return kubectl(*arguments, text=text, allowed_to_fail=allowed_to_fail)

    def redis(self, pod: str, *commands: str) -> str:
        """Answers to commands, which follow redirections: any pod does for any key."""
        return self.run(pod, "sh /scripts/redis-cli -c", "\n".join(commands))

    def on_all(self, script: str, pods: Iterable[str] = pods) -> dict[str, str]:
        """What each pod answers; one that cannot be asked answers nothing."""
        with ThreadPoolExecutor(NODES) as threads:
            return dict(zip(pods, threads.map(lambda pod: self.run(pod, script, allowed_to_fail=True), pods)))

    def addresses(self) -> dict[str, str]:
        items = json.loads(kubectl("get", "pods", "--namespace", NAMESPACE, "--output", "json"))["items"]
        return {item["metadata"]["name"]: item["status"].get("podIP", "") for item in items}

    def troubles(self) -> list[str]:
        """What keeps this from being a whole cluster in the eyes of each of its nodes."""
        found = []
        addresses = self.addresses()
        for pod, answer in self.on_all("sh /scripts/readiness && printf 'CLUSTER INFO\\nCLUSTER NODES\\n' | sh /scripts/redis-cli").items():
            nodes = parse(answer)
            if "cluster_state:ok" not in answer:
                found.append(f"{pod}: {answer or 'no answer'}")
            if sorted(node.address for node in nodes.values() if node.well) != sorted(addresses.values()) or len(nodes) != NODES:
                found.append(f"{pod} sees {sorted((node.address, *node.flags) for node in nodes.values())}, the pods are at {addresses}")
            primaries = [node.id for node in nodes.values() if node.slots]
            if sorted(node.primary for node in nodes.values() if not node.slots) != sorted(primaries) or len(primaries) != NODES // 2:
                found.append(f"{pod}: not each of {primaries} has its replica")
        return found

    def primaries(self) -> dict[str, str]:
        """Pods that are primaries, each with its replica's pod."""
        nodes = parse(self.redis(self.pods[0], "CLUSTER NODES"))
        pod_at = {address: pod for pod, address in self.addresses().items()}
        return {pod_at[nodes[node.primary].address]: pod_at[node.address] for node in nodes.values() if "slave" in node.flags}


def wait_for(troubles: Callable[[], object], seconds: float) -> None:
    """Until there are none."""
    start = time.monotonic()
    while found := troubles():
        assert time.monotonic() - start < seconds, found
        time.sleep(1)
