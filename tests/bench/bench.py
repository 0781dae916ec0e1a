#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the gate, and writes docs/benchmarks.md: on the laboratory against what one does without it, on loopback by size.

Runs in the laboratory's environment (`make bench`). Whatever it starts, it ends.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import cluster
from measure import Figure, once, runs

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = os.environ["ANSIBLE_COLLECTIONS_PATH"].split(":")

from ansible_collections.cloudentity.platform.plugins.module_utils import _node

SIZES = (6, 30, 100)
DEAD_TIMEOUT = 4
# What an operator asks, from the module's own list: the settings at once, and nothing twice.
COMMANDS = [" ".join(command) for command in _node.FACTS.values() if command[:2] != ("CONFIG", "GET")] + ["CONFIG GET *", "FT.INFO no-such-index"]
WRITES = ["SET bench:key value PX 10000", "GET bench:key", "PTTL bench:key", "DEL bench:key"]


class Ratio:
    """A figure against another one, and the goal where there is one."""

    def __init__(self, name: str, value: float, goal: float | None, what: str) -> None:
        self.name, self.value, self.goal, self.what = name, value, goal, what

    def row(self) -> str:
        met = "" if self.goal is None else f"{self.goal:g}, {'met' if self.value <= self.goal else 'missed'}"
        return f"| {self.name} | {self.value:.3f} | {met} | {self.what} |"


def module_file(playbook: list[str], scratch: pathlib.Path) -> str:
    """The program that Ansible makes of a task and starts where the module runs, kept after one real run."""
    where = scratch / f"kept-{len(list(scratch.iterdir()))}"
    once(playbook, lambda text: "PLAY RECAP" in text, {"ANSIBLE_KEEP_REMOTE_FILES": "1", "ANSIBLE_REMOTE_TEMP": str(where)})
    (found,) = where.glob("*/AnsiballZ_redis_cluster_check.py")
    return str(found)


def tasks(tag: str, scratch: pathlib.Path, **variables) -> list[str]:
    """A run of the tasks with this tag; its variables stand in a file, since one of them is a password."""
    (scratch / f"{tag}.json").write_text(json.dumps(variables))
    return ["ansible-playbook", str(HERE / "tasks.yml"), "--forks", "6", "--tags", tag, "--extra-vars", f"@{scratch / tag}.json"]


def reached(nodes: int):
    """A verdict that has seen so many nodes."""
    return lambda text: json.loads(text.strip().splitlines()[-1])["snapshot"]["cluster"]["reachable"] == nodes


@contextlib.contextmanager
def on_kubernetes(namespace: str):
    """Six nodes by the collection's own playbook; the namespace goes with the block."""
    delete = ["kubectl", "delete", "namespace", namespace, "--ignore-not-found"]
    subprocess.run([*delete, "--wait"], check=True, stdout=subprocess.DEVNULL)
    variables = {"redis_cluster_namespace": namespace, "redis_cluster_nodes": 6, "redis_cluster_replicas": 1}
    install = ["ansible-playbook", str(ROOT / "playbooks/redis.yml"), "--inventory", "bench,", "--extra-vars", json.dumps(variables)]
    install += ["--extra-vars", f"@{ROOT}/examples/group_vars/laboratory.yml"]
    print("six nodes on the laboratory ...", flush=True)
    try:
        once(install, lambda text: "failed=0" in text)
        yield
    finally:
        subprocess.run([*delete, "--wait=false"], check=False, stdout=subprocess.DEVNULL)


def against_others(namespace: str, count: int, scratch: pathlib.Path) -> tuple[list[Figure], list[Ratio]]:
    (scratch / "commands").write_text("\n".join(COMMANDS) + "\n")
    (scratch / "writes").write_text("\n".join(WRITES) + "\n")
    variables = {"bench_namespace": namespace, "bench_commands": COMMANDS, "bench_writes": WRITES}
    loop = [str(HERE / "shell-loop"), "", namespace, str(scratch / "commands"), str(scratch / "writes")]

    def gathered(text: str) -> bool:
        return text.count("cluster_state:ok") == text.count("redis_version:") == 6

    def played(text: str) -> bool:
        recap = text.partition("PLAY RECAP")[2]
        return "failed=0" in recap and "failed=1" not in recap and "unreachable=1" not in recap

    with on_kubernetes(namespace):
        verdict = runs("verdict, the module's process", [sys.executable, module_file(tasks("check", scratch, **variables), scratch)], reached(6), count)
        each = runs("shell loop, a kubectl exec for each command", [loop[0], "each", *loop[2:]], gathered, 3, warm=False)
        bulk = runs("shell loop, a kubectl exec for each node", [loop[0], "once", *loop[2:]], gathered, count)
        task = runs("verdict, ansible-playbook", tasks("check", scratch, **variables), played, count)
        exec_once, exec_each = tasks("once", scratch, **variables, bench_nodes=6), tasks("each", scratch, **variables, bench_nodes=3)
        task_bulk = runs("k8s_exec, a task for each node, ansible-playbook", exec_once, played, 1, warm=False)
        task_each = runs("k8s_exec, a task for each command, three of the six nodes, ansible-playbook", exec_each, played, 1, warm=False)
    return [verdict, each, bulk, task, task_each, task_bulk], [
        Ratio("verdict/shell-loop", verdict.seconds / each.seconds, 0.25, "process against process; one kubectl exec for each command and node"),
        Ratio("verdict/shell-loop-once", verdict.seconds / bulk.seconds, None, "the same, all commands of a node in one kubectl exec"),
        Ratio("verdict/k8s_exec", task.seconds / task_each.seconds, 0.1, "playbook against playbook; one k8s_exec for each command, on half of the nodes"),
        Ratio("verdict/k8s_exec-once", task.seconds / task_bulk.seconds, None, "the same, all commands of a node in one k8s_exec"),
    ]


def by_size(server: str, module: str, count: int, scratch: pathlib.Path) -> tuple[list[Figure], list[Ratio]]:
    figures, ratios = {}, []
    for nodes in SIZES:
        print(f"{nodes} nodes on loopback ...", flush=True)
        with cluster.started(server, module, nodes) as started:
            options = {"bench_addrs": started.addrs[:2], "bench_password": cluster.PASSWORD, "bench_timeout": DEAD_TIMEOUT}
            program = [sys.executable, module_file(tasks("direct", scratch, **options), scratch)]
            figures[nodes] = runs(f"verdict, {nodes} nodes on loopback", program, reached(nodes), count)
            if nodes == SIZES[0]:
                started.processes[-1].send_signal(signal.SIGSTOP)
                figures["dead"] = runs(f"verdict, {nodes} nodes of which one is dead, connect_timeout {DEAD_TIMEOUT} s", program, reached(nodes - 1), 3)
    small = figures[SIZES[0]]
    for nodes in SIZES[:0:-1]:
        goal = 3 if nodes == SIZES[-1] else None
        ratios.append(Ratio(f"{nodes}-nodes/{SIZES[0]}-nodes", figures[nodes].seconds / small.seconds, goal, "time of the module's process"))
    added = figures["dead"].seconds - small.seconds
    ratios.append(Ratio("dead-node/connect-timeout", added / DEAD_TIMEOUT, 1, "what a node that does not answer adds"))
    ratios.append(Ratio("memory-100-nodes/6-nodes", figures[SIZES[-1]].megabytes / small.megabytes, None, "peak memory of the module's process"))
    return list(figures.values()), ratios


def text_of(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def machine() -> list[str]:
    processor = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    memory = next(line.split()[1] for line in pathlib.Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return [
        f"{os.cpu_count()} processors ({processor or platform.machine()}), {int(memory) / 2**20:.0f} GB, Linux {platform.release()}",
        f"load when it began: {os.getloadavg()[0]:.1f}",
    ]


def versions(server: str) -> list[str]:
    from importlib.metadata import version

    kubernetes = json.loads(text_of("kubectl", "version", "--output", "json"))["serverVersion"]["gitVersion"]
    redis = text_of(server, "--version").split("v=")[1].split()[0]
    packages = ", ".join(f"{name} {version(name)}" for name in ("ansible-core", "kubernetes"))
    return [f"Python {platform.python_version()} with {packages}; Kubernetes {kubernetes} (kind), Redis {redis}"]


def document(figures: list[Figure], ratios: list[Ratio], where: list[str]) -> str:
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    lines = ["# Figures", "", f"Measured by `make bench` on {today}, which writes this file. Medians; the runs behind them stand beside them.", ""]
    lines += [f"- {line}" for line in where]
    lines += ["", "| figure | ratio | goal | what it compares |", "|---|---:|---|---|", *(ratio.row() for ratio in ratios)]
    lines += ["", "| what | median, s | peak memory, MB | runs, s |", "|---|---:|---:|---|", *(figure.row() for figure in figures)]
    lines += [
        "",
        "All of it gathers the same facts: the commands that the module sends to each node (its CONFIG GETs as one), and a write, read, expiry and",
        "deletion on each primary. The shell loop and the tasks judge nothing; the verdict does. Peak memory is that of the largest single process.",
        "The nodes are asked side by side by k8s_exec, too. By command it asks three of the six only and is run once, to keep this short: it is 45 calls of",
        "some seconds each, and the whole would take twice as long. The first run of the verdict is left out, as it fills caches.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--namespace", default="bench")
    parser.add_argument("--only", choices=["kubernetes", "loopback"], help="one half, printed and not written")
    options = parser.parse_args()
    # An ordinary end, so that everything that was started is ended.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit("ended by a signal"))
    home = os.environ.get("REDIS_TEST_DIR") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "cloudentity-platform/redis")
    server, module = os.path.join(home, "redis-server"), os.path.join(home, "redisearch.so")
    began, where = time.monotonic(), machine()
    figures, ratios = [], []
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        for half, part in (
            ("kubernetes", lambda: against_others(options.namespace, options.runs, scratch)),
            ("loopback", lambda: by_size(server, module, options.runs, scratch)),
        ):
            if options.only in (None, half):
                found, compared = part()
                figures += found
                ratios += compared
    finally:
        shutil.rmtree(scratch)
    text = document(figures, ratios, [*where, *versions(server)])
    print(f"\n{text}")
    if not options.only:
        (ROOT / "docs/benchmarks.md").write_text(text)
        print(f"written to docs/benchmarks.md after {time.monotonic() - began:.0f} s\n")
    for ratio in ratios:
        print(f"{ratio.name}: {ratio.value:.3f}")


if __name__ == "__main__":
    main()
