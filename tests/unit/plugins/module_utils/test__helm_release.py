# SPDX-License-Identifier: GPL-3.0-or-later
import base64
import gzip
import json

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _helm_release


def stored(version, status, **more):
    return {
        "name": "redis",
        "namespace": "acp",
        "version": version,
        "info": {"status": status, "last_deployed": "2026-01-01T00:00:00Z"},
        "chart": {"metadata": {"name": "redis-cluster", "version": "7.6.4", "appVersion": "6.2.7"}},
        "manifest": f"revision: {version}",
        "config": {"a": version},
        **more,
    }


@pytest.mark.parametrize(
    "revisions, wanted",
    [
        ([], []),
        ([(1, "deployed")], [1]),
        ([(10, "deployed"), (9, "superseded"), (2, "superseded")], [10]),
        ([(1, "superseded"), (2, "deployed"), (3, "failed"), (4, "pending-upgrade")], [2, 4]),
        ([(1, "pending-install")], [1]),
    ],
)
def test_select_reads_the_last_and_the_deployed_one(revisions, wanted):
    assert _helm_release.select(revisions) == wanted


def test_decode_reads_secrets_and_config_maps():
    plain = json.dumps(stored(1, "deployed")).encode()
    config_map = base64.b64encode(gzip.compress(plain)).decode()
    secret = base64.b64encode(config_map.encode()).decode()
    uncompressed = base64.b64encode(base64.b64encode(plain)).decode()
    for payload in (config_map, secret, uncompressed):
        assert _helm_release.decode(payload)["version"] == 1


def test_judge_compares_with_the_deployed_revision_and_reports_the_last():
    release = _helm_release.judge([stored(4, "failed"), stored(2, "deployed")])
    assert (release.revision, release.status, release.deployed_revision) == (4, "failed", 2)
    assert release.manifest == "revision: 2" and release.values == {"a": 2}


def test_judge_takes_the_last_one_when_none_was_ever_deployed():
    assert _helm_release.judge([stored(1, "failed")]).manifest == "revision: 1"
    assert _helm_release.judge([]) is None


def test_a_release_does_not_show_what_it_holds():
    assert "revision: 1" not in repr(_helm_release.judge([stored(1, "deployed")]))


def test_only_helm_4_releases_are_applied_by_the_server():
    assert _helm_release.judge([stored(1, "deployed", apply_method="ssa")]).server_side
    assert not _helm_release.judge([stored(1, "deployed", apply_method="csa")]).server_side
    assert not _helm_release.judge([stored(1, "deployed")]).server_side


def test_an_uninstalled_release_is_no_release_but_its_number_counts_on():
    described = _helm_release.describe(_helm_release.judge([stored(3, "uninstalled")]))
    assert not described["exists"] and described["revision"] == 3


@pytest.mark.parametrize(
    "revisions, remedy",
    [
        ([stored(1, "pending-install")], "helm uninstall redis --namespace acp"),
        ([stored(2, "deployed"), stored(3, "pending-upgrade")], "helm rollback redis 2 --namespace acp"),
        ([stored(2, "deployed"), stored(3, "pending-rollback")], "helm rollback redis 2 --namespace acp"),
        ([stored(2, "deployed"), stored(3, "uninstalling")], "helm uninstall redis --namespace acp"),
    ],
)
def test_pending_releases_are_named_with_their_remedy(revisions, remedy):
    release = _helm_release.judge(revisions)
    assert release.pending
    assert _helm_release.describe(release)["remedy"] == remedy
    text = _helm_release.pending_problem(release)
    assert remedy in text and release.status in text and "2026-01-01" in text


def test_the_remedy_names_the_context_quoted_for_a_shell():
    release = _helm_release.judge([stored(1, "pending-install")])
    assert _helm_release.remedy(release, "my cluster").endswith("--kube-context 'my cluster'")


def test_a_release_at_rest_has_no_remedy():
    described = _helm_release.describe(_helm_release.judge([stored(1, "deployed")]))
    assert described["remedy"] is None and not described["pending"]
    assert set(described) == set(_helm_release.describe(None))


def test_another_chart_is_a_problem_the_same_one_is_not():
    release = _helm_release.judge([stored(1, "deployed")])
    assert "chart redis-cluster 7.6.4, not from chart acp" in _helm_release.chart_problem(release, "acp")
    assert _helm_release.chart_problem(release, "redis-cluster") is None
    assert _helm_release.chart_problem(_helm_release.judge([stored(1, "uninstalled")]), "acp") is None
    assert _helm_release.chart_problem(None, "acp") is None
