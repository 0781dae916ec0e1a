# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of helm_release_diff: read the release, render the chart, ask the API server, put the answer together.

All input and output of the comparison is here; what the answers mean is in _helm_diff and _helm_release.
"""

from __future__ import annotations

from . import _helm_cluster, _helm_diff, _helm_release, _manifest, _manifest_mask
from ._helm_cluster import Refusal

TYPES = {_helm_diff.STRATEGIC: _helm_cluster.STRATEGIC, _helm_diff.MERGE: _helm_cluster.MERGE, _helm_diff.APPLY: _helm_cluster.APPLY}


class Stop(Exception):
    """Nothing can be compared; the text says why and what to do. release: what is known of it."""

    def __init__(self, text, release=None):
        super().__init__(text)
        self.release = release


class Comparison:
    """One release, one chart, one cluster."""

    def __init__(self, module, cluster):
        self.module, self.cluster = module, cluster
        self.name, self.namespace = module.params["release_name"], module.params["release_namespace"]
        self.context = module.params.get("context")

    def run(self) -> dict:
        """What the module returns."""
        params = self.module.params
        release = self._release()
        self.module.hide(_manifest_mask.secrets_in(params["secret_values"] or {}, release.values if release else {}))
        described = _helm_release.describe(release, self.context)
        if release and release.pending:
            text = _helm_release.pending_problem(release, self.context)
            if params["fail_on_pending"]:
                raise Stop(text, described)
            return self._result(release, described, [], {}, summary=text)
        values = _helm_diff.overlay(params["values"], params["secret_values"], release.values if release else None)
        rendered = self.module.render(values)
        chart = _chart(rendered)
        problem = _helm_release.chart_problem(release, chart["name"])
        if problem and not params["allow_chart_change"]:
            raise Stop(f"{problem}, or set allow_chart_change: true.", described)
        try:
            changes, volatile = self._compare(release, rendered, values)
        except _manifest.Unreadable as error:
            raise Stop(f"Chart {params['chart_ref']} or the release's manifest holds YAML that cannot be read: {error}.") from None
        unknown = _helm_diff.unknown(params["values"], rendered["chart"])
        return self._result(release, described, changes, chart, volatile=volatile, unknown=unknown)

    def _compare(self, release, rendered, values):
        """The changes, and what alone would be none."""
        standing = release if release and release.exists else None
        items = self._items(standing, rendered)
        if standing is None or not any(_helm_diff.differs(item) for item in items):
            return self._changes(standing, items), []
        settled, volatile = _helm_diff.settle(items, self._items(standing, self.module.render(values)))
        changes = self._changes(standing, settled)
        if volatile and (changes or standing.status != "deployed"):
            changes = self._changes(standing, items)  # the upgrade takes them along
        return changes, volatile

    def _release(self):
        release = self.cluster.release(self.name, self.namespace)
        if isinstance(release, Refusal):
            raise Stop(f"Helm release {self.name} in namespace {self.namespace} cannot be read: {release.message}")
        return release

    def _items(self, standing, rendered):
        """All objects and hooks of the release and of the rendered chart."""
        old = _manifest.documents(standing.manifest) if standing else []
        new = _manifest.documents(rendered.get("manifest", ""))
        old_hooks, new_hooks = _helm_diff.hooks(standing.hooks if standing else []), _helm_diff.hooks(rendered.get("hooks") or [])
        self.cluster.learn(obj["apiVersion"] for obj in [*new, *old, *new_hooks, *old_hooks])

        def key(obj):
            return self.cluster.key(obj, self.namespace)

        return _helm_diff.pair(old, new, key) + _helm_diff.pair(old_hooks, new_hooks, key, hook=True)

    def _changes(self, standing, items):
        items = _helm_diff.with_live(items, self.cluster.together(self._live, items))
        server_side = standing.server_side if standing else False
        answers = self.cluster.together(lambda item: self._answer(item, server_side), items)
        refused = [text for item, answer in zip(items, answers) for text in [_helm_diff.refused(item, answer[0])] if text]
        if refused:
            listed = "".join(f"\n  - {text}" for text in refused)
            raise Stop(f"The API server would refuse what chart {self.module.params['chart_ref']} asks for:{listed}")
        judged = [_helm_diff.judge(item, *answer) for item, answer in zip(items, answers)]
        return [change for change in judged if change]

    def _live(self, item):
        if item.hook:  # made and deleted by Helm as it needs them
            return None
        live = self.cluster.read(item.api_version, item.key)
        if isinstance(live, Refusal):
            raise Stop(f"{item.key} cannot be read: {live.message}")
        return live

    def _answer(self, item, server_side):
        """The API server's answer, and its refusal when the request may not overwrite what others set."""
        question = _helm_diff.ask(item, self.name, self.namespace, server_side)
        if question is None:
            return None, None
        way, body = question
        if way == _helm_diff.CREATE:
            return self.cluster.dry_create(item.api_version, item.key, body), None
        answer = self.cluster.dry_patch(item.api_version, item.key, body, TYPES[way])
        if not isinstance(answer, Refusal):
            return answer, None
        if answer.status == 409 and way == _helm_diff.APPLY:
            return self.cluster.dry_patch(item.api_version, item.key, body, TYPES[way], force=True), answer
        if answer.status == 415:
            question = _helm_diff.ask_custom(item)
            return question and self.cluster.dry_patch(item.api_version, item.key, question[1], TYPES[question[0]]), None
        return answer, None

    def _result(self, release, described, changes, chart, summary=None, volatile=(), unknown=()):
        exists, status = described["exists"], described["status"]
        changed = not described["pending"] and (bool(changes) or not exists or status != "deployed")
        revision = release.revision if release else 0
        return {
            "changed": changed,
            "release": described,
            "next_revision": revision + 1 if changed else revision,
            "chart": chart,
            "changes": [change.described() for change in changes],
            "blocked": [change.message for change in changes if change.blocks],
            "volatile": [str(key) for key in volatile],
            "unknown_values": list(unknown),
            "diff": self._diff(changes, revision),
            "summary": summary or _helm_diff.summary(changes, exists, status),
        }

    def _diff(self, changes, revision):
        sides = ["", ""]
        for change in changes:
            drift = ", changed in the cluster" if change.drift else ""
            hook = " hook" if change.item.hook else ""
            header = f"# {change.action}{hook}: {change.item.api_version} {change.item.key}{drift}\n"
            for place, obj in enumerate(_manifest_mask.pair(change.before, change.after)):
                if obj is not None:
                    sides[place] += f"---\n{header}{_manifest.yaml.safe_dump(obj, sort_keys=True, default_flow_style=False, width=1000)}"
        where = f"release {self.name} in {self.namespace}"
        return {
            "before": sides[0],
            "after": sides[1],
            "before_header": f"{where}, revision {revision}" if revision else f"{where}, not installed",
            "after_header": f"{where}, revision {revision + 1}" if changes else where,
        }


def _chart(rendered):
    metadata = rendered["chart"]["metadata"]
    return {"name": metadata["name"], "version": metadata["version"], "app_version": metadata.get("appVersion", "")}
