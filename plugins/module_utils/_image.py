# SPDX-License-Identifier: GPL-3.0-or-later
"""Container images by name: what a reference means, whether the nodes have it, what a registry's answer amounts to.

Pure judgement; _image_registry asks the registries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HUB = "docker.io"
# Registries where nothing but the request decides; elsewhere the nodes may hold credentials of their own (a cloud's
# credential provider, a mirror), so that a refusal here means little.
PUBLIC = (HUB, "ghcr.io", "quay.io", "registry.k8s.io", "mcr.microsoft.com", "public.ecr.aws")
LEGACY_HINT = (
    " Bitnami removed its versioned images from docker.io/bitnami; the old ones are in docker.io/bitnamilegacy. Set the image's"
    " repository to {legacy}, or mirror it."
)
FOUND, ABSENT, DENIED, UNKNOWN = "found", "absent", "denied", "unknown"


@dataclass(frozen=True)
class Reference:
    """registry/repository:tag@digest, with what Docker fills in when it is left out."""

    registry: str
    repository: str
    tag: str
    digest: str

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}" + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    @property
    def names(self) -> set:
        """The names under which a node lists it."""
        base = f"{self.registry}/{self.repository}"
        return {f"{base}@{self.digest}"} if self.digest else {f"{base}:{self.tag}"}


@dataclass(frozen=True)
class Answer:
    """What a registry says: found, absent, denied or unknown, with the reason."""

    state: str
    reason: str = ""


def parse(text: str) -> Reference | None:
    """None when it is no image reference."""
    match = re.match(r"^([a-zA-Z0-9.:/_-]+?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$", text.strip())
    if not match:
        return None
    name, tag, digest = match.groups()
    first, slash, rest = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        registry, repository = first, rest
    else:
        registry, repository = HUB, name if slash else f"library/{name}"
    if registry == "index.docker.io":
        registry = HUB
    part = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
    if not re.match(rf"^{part}(?:/{part})*$", repository):
        return None
    return Reference(registry, repository, tag or ("" if digest else "latest"), digest or "")


def usable(nodes: list) -> list:
    """The nodes that any pod may go to; all of them when each has a taint."""
    return [node for node in nodes if not _closed(node)] or nodes


def lacking(image: Reference, nodes: list) -> list:
    """Names of the nodes that do not have the image yet."""
    return [node["metadata"]["name"] for node in nodes if not image.names & _present(node)]


def verdict(image: Reference, nodes: list | None, missing_on: list, answer: Answer, credentials: bool) -> tuple:
    """(problem, warning) about an image that not every node has. nodes: None when they may not be listed."""
    somewhere = nodes is not None and len(missing_on) < len(nodes)
    where = f"not on {_names(missing_on)} yet" if somewhere else "on no node yet"
    if nodes is None:
        where = "not checked on the nodes"
    if answer.state == FOUND:
        return None, None
    if answer.state == UNKNOWN:
        return None, (
            f"Image {image} is {where}, and its registry {image.registry} cannot be asked from here ({answer.reason}). The nodes must be"
            " able to pull it."
        )
    if answer.state == DENIED and not credentials and image.registry not in PUBLIC:
        return None, f"Image {image} is {where}, and registry {image.registry} wants credentials ({answer.reason}). The nodes must have them."
    text = f"Image {image} is {where} and cannot be pulled: {answer.reason}.{_remedy(image, answer)}"
    return (None, text) if somewhere else (text, None)


def pull_credentials(secrets: list) -> dict:
    """{registry: base64 of user:password} out of decoded .dockerconfigjson contents."""
    found = {}
    for content in secrets:
        for server, entry in (content.get("auths") or {}).items():
            host = re.sub(r"^https?://", "", server).split("/")[0]
            host = HUB if host in ("index.docker.io", "registry-1.docker.io") else host
            if entry.get("auth"):
                found[host] = entry["auth"]
    return found


def challenge(header: str) -> tuple:
    """Scheme and parameters of a WWW-Authenticate header."""
    scheme, _space, rest = header.strip().partition(" ")
    return scheme.lower(), dict(re.findall(r'(\w+)="([^"]*)"', rest))


def _remedy(image, answer):
    if image.registry == HUB and image.repository.startswith("bitnami/"):
        return LEGACY_HINT.format(legacy=image.repository.replace("bitnami/", "bitnamilegacy/", 1))
    if answer.state == DENIED:
        return " Check its name, or name a pull secret that has access."
    return " Check registry, repository and tag."


def _present(node):
    return {name for image in node.get("status", {}).get("images") or [] for name in image.get("names") or []}


def _closed(node):
    spec = node.get("spec", {})
    return bool(spec.get("unschedulable")) or any(taint.get("effect") in ("NoSchedule", "NoExecute") for taint in spec.get("taints") or [])


def _names(nodes):
    return ", ".join(nodes[:3]) + (f" and {len(nodes) - 3} more nodes" if len(nodes) > 3 else "")
