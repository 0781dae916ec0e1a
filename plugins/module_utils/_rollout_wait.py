# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits until a rollout is complete, or never will be. Reads only; the judgement is _rollout's."""

from __future__ import annotations

import time

from ansible_collections.cloudentity.platform.plugins.module_utils import _rollout, _text, _wait
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError, KubernetesError
from ansible_collections.cloudentity.platform.plugins.module_utils._helm_cluster import Cluster, Refusal, Unreachable

_KINDS = {"statefulsets": "StatefulSet", "deployments": "Deployment"}


def run(cluster: Cluster, params: dict, wait: _wait.Wait) -> dict:
    """What became of it; `msg` is None unless the module has to fail."""
    namespace, selector = params["namespace"], params["selector"]
    patience = _rollout.Patience(params["grace"], params["schedule_grace"], params["max_restarts"])
    started = time.monotonic() - wait.waited
    since = wait.state

    def look() -> _rollout.Judgement:
        nonlocal since
        found = [
            {**resource, "kind": kind}
            for plural, kind in _KINDS.items()
            for resource in _list(cluster, f"/apis/apps/v1/namespaces/{namespace}/{plural}", selector)
        ]
        if not found:
            raise InputError(f"There is no StatefulSet or Deployment with {selector} in namespace {namespace}, so there is nothing to wait for.")
        pods = [_list(cluster, f"/api/v1/namespaces/{namespace}/pods", _selector(resource)) for resource in found]
        judgement = _rollout.judge(list(zip(found, pods)), since, time.monotonic() - started, patience)
        since = judgement.since
        return judgement

    outcome = wait.until(look, lambda judgement: judgement.done or bool(judgement.hopeless))
    judgement = outcome.result
    return {
        "msg": None if judgement.done else _message(judgement, outcome.seconds),
        "workloads": judgement.workloads,
        "hopeless": judgement.hopeless,
        "attempts": outcome.attempts,
        "elapsed": outcome.seconds,
        **wait.report(outcome, judgement.text, judgement.since),
    }


def _message(judgement: _rollout.Judgement, seconds: float) -> str:
    if judgement.hopeless:
        return "\n".join([f"It will not become ready, seen after {seconds:g} s:", *(f"- {reason}" for reason in judgement.hopeless)])
    states = [f"- {line}" for line in _text.pods(judgement.waiting)] if judgement.waiting else []
    return "\n".join([f"After {seconds:g} s it still {judgement.text}:", *states])


def _selector(resource: dict) -> str:
    """The labels by which a workload knows its pods."""
    return ",".join(f"{name}={value}" for name, value in resource["spec"]["selector"].get("matchLabels", {}).items())


def _list(cluster: Cluster, path: str, selector: str) -> list[dict]:
    try:
        answer = cluster.request("get", path, label_selector=selector)
    except Unreachable as error:
        raise KubernetesError(str(error)) from error
    if isinstance(answer, Refusal):
        raise KubernetesError(f"The Kubernetes API refused to list {path.rpartition('/')[2]} in namespace {path.split('/')[-2]}: {answer.message}")
    return answer["items"]
