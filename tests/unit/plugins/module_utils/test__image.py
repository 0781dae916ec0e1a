# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _image
from ansible_collections.cloudentity.platform.plugins.module_utils._image import Answer

DIGEST = "sha256:" + "0" * 64


def node(name, *images, **spec):
    return {"metadata": {"name": name}, "spec": spec, "status": {"images": [{"names": list(images)}]}}


@pytest.mark.parametrize(
    "text, full",
    [
        ("redis", "docker.io/library/redis:latest"),
        ("redis:6.2", "docker.io/library/redis:6.2"),
        ("bitnami/redis:6.2", "docker.io/bitnami/redis:6.2"),
        ("index.docker.io/bitnami/redis:6.2", "docker.io/bitnami/redis:6.2"),
        ("localhost:5000/a/b:1", "localhost:5000/a/b:1"),
        ("localhost/b", "localhost/b:latest"),
        ("registry.example/a_b/c-d:v1.0", "registry.example/a_b/c-d:v1.0"),
        (f"ghcr.io/a/b@{DIGEST}", f"ghcr.io/a/b@{DIGEST}"),
        (f"ghcr.io/a/b:1@{DIGEST}", f"ghcr.io/a/b:1@{DIGEST}"),
    ],
)
def test_references_are_completed_as_container_engines_do(text, full):
    assert str(_image.parse(text)) == full


@pytest.mark.parametrize("text", ["", "A B", "redis:", "Redis:6", "redis@sha256:12", "https://ghcr.io/a/b:1", "a//b:1"])
def test_what_is_no_reference(text):
    assert _image.parse(text) is None


def test_nodes_are_asked_by_tag_or_by_digest():
    nodes = [node("a", "docker.io/library/redis:6.2"), node("b", f"docker.io/library/redis@{DIGEST}")]
    assert _image.lacking(_image.parse("redis:6.2"), nodes) == ["b"]
    assert _image.lacking(_image.parse(f"redis:6.2@{DIGEST}"), nodes) == ["a"]


def test_nodes_that_take_no_pods_do_not_count_unless_all_are_such():
    tainted = node("control", taints=[{"effect": "NoSchedule"}])
    soft = node("soft", taints=[{"effect": "PreferNoSchedule"}])
    assert _image.usable([tainted, node("cordoned", unschedulable=True), soft]) == [soft]
    assert _image.usable([tainted]) == [tainted]


def verdict(text, state, nodes=("a", "b"), missing=("a", "b"), credentials=False, reason="why"):
    return _image.verdict(_image.parse(text), nodes and list(nodes), list(missing), Answer(state, reason), credentials)


def test_an_image_that_the_registry_has_is_fine():
    assert verdict("redis:6.2", _image.FOUND) == (None, None)


def test_a_registry_that_cannot_be_asked_is_a_warning():
    problem, warning = verdict("redis:6.2", _image.UNKNOWN, reason="no answer in time")
    assert problem is None and "docker.io/library/redis:6.2 is on no node yet" in warning and "no answer in time" in warning


def test_an_image_that_does_not_exist_is_a_problem():
    assert "cannot be pulled: why. Check registry, repository and tag." in verdict("redis:6.2", _image.ABSENT)[0]
    assert "not checked on the nodes" in verdict("redis:6.2", _image.ABSENT, nodes=None)[0]


def test_an_image_that_some_nodes_have_is_a_warning_only():
    problem, warning = verdict("redis:6.2", _image.ABSENT, missing=["b"])
    assert problem is None and "not on b yet" in warning


def test_the_way_out_of_images_that_bitnami_removed():
    assert "Set the image's repository to bitnamilegacy/redis-cluster" in verdict("docker.io/bitnami/redis-cluster:6.2.7", _image.ABSENT)[0]
    assert "bitnamilegacy" not in verdict("registry.example/bitnami/redis-cluster:6.2.7", _image.ABSENT)[0]


def test_a_refusal_counts_where_the_nodes_can_know_no_more():
    assert verdict("ghcr.io/a/b:1", _image.DENIED)[0]
    assert verdict("1.dkr.ecr.eu-west-1.amazonaws.com/a:1", _image.DENIED) == (
        None,
        "Image 1.dkr.ecr.eu-west-1.amazonaws.com/a:1 is on no node yet, and registry 1.dkr.ecr.eu-west-1.amazonaws.com wants credentials (why)."
        " The nodes must have them.",
    )
    assert "name a pull secret" in verdict("registry.example/a:1", _image.DENIED, credentials=True)[0]


def test_pull_secrets_are_read_by_host():
    content = {"auths": {"https://index.docker.io/v1/": {"auth": "aaa"}, "ghcr.io": {"auth": "bbb"}, "other.example": {}}}
    assert _image.pull_credentials([content, {}]) == {"docker.io": "aaa", "ghcr.io": "bbb"}


def test_challenges_are_read():
    header = 'Bearer realm="https://auth.example/token",service="registry",scope="repository:a/b:pull"'
    assert _image.challenge(header) == ("bearer", {"realm": "https://auth.example/token", "service": "registry", "scope": "repository:a/b:pull"})
    assert _image.challenge('Basic realm="x"') == ("basic", {"realm": "x"})
