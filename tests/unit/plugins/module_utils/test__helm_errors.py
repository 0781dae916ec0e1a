# SPDX-License-Identifier: GPL-3.0-or-later
"""The error texts are those of helm 3.19 and helm 4.3."""

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _helm_errors

SCHEMA = """Error: values don't meet the specifications of the schema(s) in the following chart(s):
tiny:
- at '/cluster': validation failed
  - at '/cluster/nodes': got string, want integer
  - at '/cluster': additional properties 'foo' not allowed
"""
OLDER_SCHEMA = """Error: values don't meet the specifications of the schema(s) in the following chart(s):
tiny:
- cluster.nodes: Invalid type. Expected: integer, given: string
"""
OWNED = (
    'Error: {} to continue with install: ConfigMap "x" in namespace "acp" exists and cannot be imported into the current release:'
    ' invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"'
)


@pytest.mark.parametrize(
    "stderr, chart, said",
    [
        ('Error: path "./nope" not found', "./nope", "Chart ./nope does not exist on this machine: nothing is at ./nope"),
        ("Error: non-absolute URLs should be in form of repo_name/path_to_chart, got: nope.tgz", "nope.tgz", "neither a directory nor a file here"),
        ("Error: repo foo not found", "foo/bar", "no repository foo is set up on this machine. Run helm repo add"),
        (
            'Error: Get "https://127.0.0.1:9/v2/foo/tags/list": dial tcp 127.0.0.1:9: connect: connection refused',
            "oci://127.0.0.1:9/foo",
            "its source cannot be reached from here",
        ),
        (
            'Error: looks like "http://127.0.0.1:9" is not a valid chart repository or cannot be reached: Get "http://127.0.0.1:9/index.yaml":'
            " dial tcp 127.0.0.1:9: connect: connection refused",
            "redis",
            "check chart_repo_url",
        ),
        ('Error: chart "redis" matching 9.9.9 not found in foo index. (try \'helm repo update\')', "foo/redis", "is not in its repository in version 7.6.4"),
        ("Error: registry.example/foo:7.6.4: not found", "oci://registry.example/foo", "the registry has no such chart or version"),
        ("Error: failed to authorize: 401 Unauthorized", "oci://registry.example/foo", "run: helm registry login"),
        ("Error: Chart.yaml file is missing", "c", "Chart c is not a chart: it has no Chart.yaml"),
        ("Error: unable to detect chart at /c/Chart.yaml: open /c/Chart.yaml: no such file or directory", "c", "is not a chart: it has no Chart.yaml"),
        (
            "Error: An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing"
            " dependencies: found in Chart.yaml, but missing in charts/ directory: common",
            "c",
            "lacks charts that it depends on (common); run: helm dependency build c",
        ),
        ("Error: chart requires kubeVersion: >= 1.99 which is incompatible with Kubernetes v1.34.4", "c", "does not support this cluster"),
        (
            'Error: unable to build kubernetes objects from release manifest: resource mapping not found for name: "x" namespace: "" from "":'
            ' no matches for kind "Foo" in version "foo.io/v1"\nensure CRDs are installed first',
            "c",
            "does not know: Foo (foo.io/v1). Install their operator or CRDs first",
        ),
        ("Error: execution error at (tiny/templates/a.yaml:4:13): no: this", "c", "Chart c refuses these values: no: this (in tiny/templates/a.yaml:4:13)"),
        ("Error: execution error at (c/templates/NOTES.txt:1:6):\nPASSWORDS ERROR: not found in x", "c", "refuses these values: PASSWORDS ERROR"),
        ('Error: template: c/a.yaml:1:13: executing "c/a.yaml" at <.Values.a.b>: nil pointer', "c", "cannot be rendered with these values"),
        ('Error: c/a.yaml:1:13\n  executing "c/a.yaml" at <.Values.a.b.c>:\n    can\'t evaluate field b', "c", "cannot be rendered with these values"),
        ("Error: YAML parse error on c/a.yaml: error converting YAML to JSON: yaml: line 7: x", "c", "cannot be rendered with these values"),
        (OWNED.format("Unable"), "c", 'ConfigMap "x" in namespace "acp" exists already and does not belong to Helm release redis'),
        (OWNED.format("unable"), "c", 'ConfigMap "x" in namespace "acp" exists already'),
        ("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", "c", "Helm release redis is busy"),
        ("Error: Kubernetes cluster unreachable: the server has asked for credentials", "c", "Helm cannot reach the cluster: the server has asked"),
        ('Error: invalid argument "server" for "--dry-run" flag', "c", "This helm is too old (3.13 or newer is needed)"),
        ('Error: secrets is forbidden: User "x" cannot list resource "secrets"', "c", "Helm lacks a permission: secrets is forbidden"),
        ("Error: something new", "c", "helm failed on chart c: something new"),
        ("", "c", "helm failed on chart c: without a message"),
    ],
)
def test_each_failure_is_told_with_what_to_do(stderr, chart, said):
    assert said in _helm_errors.explain(stderr, chart, "7.6.4", "redis")


@pytest.mark.parametrize("stderr, lines", [(SCHEMA, 2), (OLDER_SCHEMA, 1)])
def test_schema_violations_are_one_line_for_each_value(stderr, lines):
    text = _helm_errors.explain(stderr, "c")
    assert len(text.splitlines()) == lines + 1
    assert "  - cluster.nodes: " in text and "validation failed" not in text


def test_warnings_are_no_part_of_the_error():
    stderr = 'WARNING: Kubernetes configuration file is group-readable.\nlevel=WARN msg="x"\ncoalesce.go:1: warning\nError: path "c" not found\n'
    assert _helm_errors.strip(stderr) == 'path "c" not found'
