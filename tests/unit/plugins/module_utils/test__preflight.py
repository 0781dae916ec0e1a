# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
import yaml

from ansible_collections.cloudentity.platform.plugins.module_utils import _helm_release, _preflight

USER = "system:serviceaccount:ci:deployer"
WANTED = [
    {"verbs": ["get", "create"], "group": "apps", "resource": "statefulsets"},
    {"verbs": ["create"], "group": "", "resource": "pods", "subresource": "portforward"},
    {"verbs": ["list"], "resource": "nodes"},
    {"verbs": ["get"], "resource": "secrets", "namespace": "other", "name": "one"},
    {"verbs": ["get"], "resource": "pods", "namespace": ""},
]


def release(status="deployed", chart="redis-cluster"):
    payload = {"name": "redis", "namespace": "acp", "version": 2, "info": {"status": status}, "chart": {"metadata": {"name": chart, "version": "1"}}}
    return _helm_release.judge([payload])


def storage(**classes):
    return [{"metadata": {"name": name, "annotations": {_preflight.DEFAULT_CLASS[0]: value}}} for name, value in classes.items()]


def test_each_verb_is_asked_for_on_its_own_in_its_place():
    found = _preflight.permissions([*WANTED, WANTED[0]], "acp")
    assert [(permission.verb, permission.target, permission.namespace) for permission in found] == [
        ("get", "statefulsets.apps", "acp"),
        ("create", "statefulsets.apps", "acp"),
        ("create", "pods/portforward", "acp"),
        ("list", "nodes", ""),
        ("get", "secrets one", "other"),
        ("get", "pods", ""),
    ]
    assert found[2].attributes() == {"verb": "create", "group": "", "resource": "pods", "subresource": "portforward", "namespace": "acp"}
    assert found[3].attributes() == {"verb": "list", "group": "", "resource": "nodes"}


def test_missing_permissions_are_one_problem_for_each_place():
    problems = _preflight.permission_problems(_preflight.permissions(WANTED, "acp"), USER)
    assert [problem.splitlines()[0] for problem in problems] == [
        f"{USER} may not in namespace acp: get, create statefulsets.apps; create pods/portforward. Have an administrator apply:",
        f"{USER} may not in the whole cluster: list nodes; get pods. Have an administrator apply:",
        f"{USER} may not in namespace other: get secrets one. Have an administrator apply:",
    ]


def test_the_role_allows_exactly_what_is_missing():
    here = [permission for permission in _preflight.permissions(WANTED, "acp") if permission.namespace == "acp"]
    role, binding = yaml.safe_load_all(_preflight.role(here, "acp", USER))
    assert role["kind"] == "Role" and role["metadata"]["namespace"] == "acp"
    assert role["rules"] == [
        {"apiGroups": ["apps"], "resources": ["statefulsets"], "verbs": ["get", "create"]},
        {"apiGroups": [""], "resources": ["pods/portforward"], "verbs": ["create"]},
    ]
    assert binding["subjects"] == [{"kind": "ServiceAccount", "namespace": "ci", "name": "deployer"}]


def test_the_role_of_the_whole_cluster_and_of_a_person():
    role, binding = yaml.safe_load_all(_preflight.role(_preflight.permissions(WANTED[2:3], "acp"), "", "jane"))
    assert (role["kind"], binding["kind"], binding["roleRef"]["kind"]) == ("ClusterRole", "ClusterRoleBinding", "ClusterRole")
    assert "namespace" not in role["metadata"] and binding["subjects"][0]["name"] == "jane"


@pytest.mark.parametrize(
    "found, create, said",
    [
        (None, True, None),
        (None, False, "kubectl create namespace acp"),
        (403, True, "create_namespace: false"),
        (403, False, None),
        ({"status": {"phase": "Active"}}, False, None),
        ({"status": {"phase": "Terminating"}}, True, "is being deleted"),
    ],
)
def test_namespaces(found, create, said):
    problem = _preflight.namespace_problem("acp", found, create)
    assert problem is None if said is None else said in problem


@pytest.mark.parametrize(
    "wanted, classes, said",
    [
        ("", storage(standard="true"), None),
        ("", storage(standard="false"), "no default storage class, and none is named; it has: standard"),
        ("", [], "it has: none"),
        ("fast", storage(fast="false"), None),
        ("fast", storage(standard="true"), "Storage class fast does not exist; the cluster has: standard"),
        ("-", [], None),
    ],
)
def test_storage_classes(wanted, classes, said):
    problem = _preflight.storage_problem(wanted, classes)
    assert problem is None if said is None else said in problem


def test_secrets_are_named_by_their_keys_only():
    secret = {"data": {"password": "c2VjcmV0"}}
    assert _preflight.secret_problem("acp", "redis", "password", secret) is None
    assert _preflight.secret_problem("acp", "redis", "", secret) is None
    assert _preflight.secret_problem("acp", "redis", "redis-password", secret) == (
        "Secret redis in namespace acp has no key redis-password; it has: password."
    )
    assert "Create it with key password" in _preflight.secret_problem("acp", "redis", "password", None)


def test_charts():
    chart = {"name": "redis-cluster", "dependencies": [{"name": "common"}, {"name": "com"}]}
    assert _preflight.chart_problem("c", chart, "redis-cluster", None) is None
    assert "is chart redis-cluster, not acp" in _preflight.chart_problem("c", chart, "acp", None)
    assert _preflight.chart_problem("c", chart, "", ["common", "com-1.0.0.tgz"]) is None
    assert "depends on: com. Fetch them with: helm dependency build c" in _preflight.chart_problem("c", chart, "", ["common-1.17.1.tgz"])


def test_releases():
    assert _preflight.release_findings(None, "redis-cluster", None).problems == []
    assert _preflight.release_findings(release(), "redis-cluster", None).problems == []
    assert len(_preflight.release_findings(release("pending-upgrade"), "acp", None).problems) == 2
    assert _preflight.release_findings(release("uninstalled"), "acp", None).problems == []
    failed = _preflight.release_findings(release("failed"), "", None)
    assert failed.problems == [] and "revision 2) failed" in failed.warnings[0]


def test_all_problems_are_one_message():
    assert _preflight.message(["a."]) == "1 problem before anything was changed:\n1. a."
    assert _preflight.message(["a.", "b."]) == "2 problems before anything was changed:\n1. a.\n2. b."


def stateful_set(owner="acp", claims=("redis-data",)):
    return {
        "metadata": {"name": "acp-redis-cluster", "namespace": "acp", "annotations": {"meta.helm.sh/release-name": owner} if owner else {}},
        "spec": {"volumeClaimTemplates": [{"metadata": {"name": name}} for name in claims]},
    }


def test_the_owner_is_the_release_that_helm_notes():
    assert [_preflight.owner(stateful_set(name)) for name in ("acp", "")] == ["acp", ""]
    assert _preflight.owner({"metadata": {}}) == ""


def test_a_switched_layout_is_told_what_it_would_delete():
    manifest = [{"kind": kind, "metadata": {"name": name}} for kind, name in (("Deployment", "acp"), ("Service", "x"), ("StatefulSet", "cockroachdb"))]
    text = _preflight.owner_problem(stateful_set(), "acp", "acp-redis-cluster", manifest)
    assert "belongs to Helm release acp, not to acp-redis-cluster" in text and "deletes Deployment acp, StatefulSet cockroachdb, all at once" in text
    assert "volumes of acp-redis-cluster (redis-data) would stay" in text


def test_without_volumes_a_switch_loses_everything():
    text = _preflight.owner_problem(stateful_set(claims=()), "acp", "acp-redis-cluster", [])
    assert "deletes StatefulSet acp-redis-cluster" in text and "everything in it would be lost" in text


@pytest.mark.parametrize(("expected", "says"), [([], None), (["redis-cluster"], None), (["redis-cluster", "acp"], "no subchart acp")])
def test_a_stack_has_its_subcharts(expected, says):
    found = _preflight.subchart_problem("./stack", {"name": "stack", "dependencies": [{"name": "redis-cluster"}]}, expected)
    assert found is None if says is None else says in found
