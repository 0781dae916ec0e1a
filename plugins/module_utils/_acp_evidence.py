# SPDX-License-Identifier: GPL-3.0-or-later
"""Gathers the evidence that a diagnosis is made of, as plain data. I/O in an order; no judgement."""

from __future__ import annotations

import dataclasses
import datetime

from ansible_collections.cloudentity.platform.plugins.module_utils import _acp_config, _acp_objects, _acp_redis, _checks
from ansible_collections.cloudentity.platform.plugins.module_utils._acp_look import Look, Platform
from ansible_collections.cloudentity.platform.plugins.module_utils._checks_search import search_module
from ansible_collections.cloudentity.platform.plugins.module_utils._failure import InputError, KubernetesError

# All that a diagnosis asks for is read; a key is not even written for a moment.
_NOT_RUN = ["write_read_expire"]
_ONE_SIDED = ("it speaks TLS", "it does not speak TLS")
_LOOKUP = ("no such host", "server misbehaving")


@dataclasses.dataclass
class Evidence:
    """`facts` is what is judged; the rest is for the support bundle."""

    facts: dict
    snapshot: dict | None
    objects: list[dict] = dataclasses.field(repr=False)


def gather(look: Look) -> Evidence:
    platform = look.platform()
    settings, configuration = _configuration(look, platform)
    pods = [_acp_objects.pod(pod) for pod in platform.pods]
    facts = {
        "taken_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "namespace": look.namespace,
        "release": look.params["release_name"],
        "deployment": _acp_objects.deployment(platform.deployment),
        "pods": pods,
        "sources": platform.sources,
        "configuration": configuration,
        "redis": _told_of_redis(platform, settings),
        "addresses": [],
        "connection": None,
        "dns": None,
    }
    if settings and not settings.problems:
        try:
            facts["addresses"] = [_acp_redis.leads_to(look, address) for address in dict.fromkeys(settings.addrs)]
            facts["connection"] = _acp_redis.connect_as_platform(look, platform, settings)
        except InputError as error:
            facts["redis"]["problems"].append(str(error))
        except KubernetesError as error:
            look.unread.append(f"The way to Redis: {error}")
    redis = _find(look, facts, settings)
    snapshot = _acp_redis.snapshot(look, redis, settings) if redis else None
    facts.update(_about(look, redis, snapshot, settings))
    facts["logs"] = look.logs(pods) + look.logs(facts["redis_pods"])
    if any(word in line for log in facts["logs"] for line in log["lines"] for word in _LOOKUP):
        dns = [_acp_objects.pod(pod) for pod in look.pods("kube-system", "k8s-app=kube-dns")]
        facts["dns"] = {"pods": len(dns), "ready": sum(pod["ready"] for pod in dns)} if dns else None
    names = [look.params["release_name"], *(pod["name"] for pod in facts["redis_pods"]), *([facts["statefulset"]["name"]] if facts["statefulset"] else [])]
    facts["events"] = look.events(names)
    facts["unread"] = list(dict.fromkeys(look.unread))
    objects = [*filter(None, [platform.deployment, redis.statefulset if redis else None]), *platform.pods, *(redis.pods if redis else [])]
    return Evidence(facts, snapshot, objects)


def _configuration(look: Look, platform: Platform) -> tuple[_acp_config.Redis | None, dict]:
    """What it says of Redis, if all of it could be read; and all of it, for people."""
    shown: dict = {}
    for source, tree in platform.files:
        shown = _acp_config.merge(shown, look.secrets.hide(tree, everything=source.kind == "Secret"))
    whole = platform.sources and not any(source["problem"].startswith("could not be read") for source in platform.sources)
    return _acp_config.redis(platform.tree) if whole else None, shown


def _told_of_redis(platform: Platform, settings: _acp_config.Redis | None) -> dict | None:
    if settings is None:
        return None
    keys = ("enabled", "addrs", "username", "password", "redis_search", "tls.enabled", "tls.insecure_skip_verify")
    return {
        "addrs": list(settings.addrs),
        "username": settings.username,
        "password": bool(settings.password),
        "search": settings.search,
        "tls": settings.tls.enabled,
        "tls_verify": settings.tls.verify,
        "problems": list(settings.problems),
        "said_by": {key: _acp_config.origin(platform.files, f"redis.{key}") for key in keys},
    }


def _find(look: Look, facts: dict, settings: _acp_config.Redis | None) -> _acp_redis.Found | None:
    """The Redis that it is about: the one described; else the one beside the platform, unless the platform is well served by another."""
    redis = _acp_redis.told(look)
    if redis:
        return redis
    tls = bool(settings and settings.tls.enabled)
    # Where the platform failed for TLS on one side only, Redis has what the platform has not.
    tls = tls != any(failure["message"] in _ONE_SIDED for failure in (facts["connection"] or {}).get("failures", []))
    led = next((entry["namespace"] for entry in facts["addresses"] if entry["exists"]), None)
    served = facts["connection"] and not facts["connection"]["failures"]
    places = [led, look.namespace] if served else [look.namespace, led]
    for place in dict.fromkeys(place for place in places if place):
        redis = _acp_redis.found_in(look, place, tls)
        if redis:
            return redis
    return None


def _about(look: Look, redis: _acp_redis.Found | None, snapshot: dict | None, settings: _acp_config.Redis | None) -> dict:
    if redis is None:
        return {"redis_namespace": None, "described": False, "redis_pods": [], "statefulset": None, "password": None, "module_loaded": None, "checks": []}
    password, where = _acp_redis.password_of(look, redis)
    look.secrets.add(password)
    read = [node for node in snapshot["nodes"] if node["role"]] if snapshot else []
    return {
        "redis_namespace": redis.namespace,
        "described": bool(look.params["endpoint"] or look.params["selector"] or look.params["addrs"]),
        "redis_pods": [_acp_objects.pod(pod) for pod in redis.pods],
        "statefulset": _acp_objects.statefulset(redis.statefulset),
        "password": {"where": where, "known": password is not None, "same": password == settings.password if password is not None and settings else None},
        "module_loaded": all(search_module(node) for node in read) if read else None,
        "checks": _checks.run(snapshot, _checks.choose(None, _NOT_RUN)) if snapshot else [],
    }
