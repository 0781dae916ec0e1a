# SPDX-License-Identifier: GPL-3.0-or-later
"""The helm program, called through kubernetes.core's helm module so that it reaches the cluster the same way.

Values go to it by standard input: no file, no argument ever holds them. Knows the command lines; judges nothing.
"""

from __future__ import annotations

import copy
import json

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible_collections.kubernetes.core.plugins.module_utils.helm import AnsibleHelmModule
from ansible_collections.kubernetes.core.plugins.module_utils.helm_args_common import HELM_AUTH_ARG_SPEC

from . import _helm_cluster, _helm_errors, _manifest, _manifest_mask

try:
    import yaml
except ImportError:  # reported by HelmModule
    yaml = None


class HelmError(Exception):
    """helm failed; the text says why and what to do."""


def auth_spec() -> dict:
    """kubernetes.core's options for helm. Without an own setting of validate_certs the kubeconfig's holds."""
    spec = copy.deepcopy(HELM_AUTH_ARG_SPEC)
    del spec["validate_certs"]["default"]
    return spec


class HelmModule(AnsibleHelmModule):
    """An Ansible module that runs helm and talks to the cluster with one set of options."""

    def __init__(self, argument_spec, **kwargs):
        super().__init__(module=AnsibleModule(argument_spec={**auth_spec(), **argument_spec}, supports_check_mode=True, **kwargs))
        for library, found in (("PyYAML", _manifest.yaml), ("kubernetes", _helm_cluster.kubernetes)):
            if found is None:
                self.fail_json(msg=missing_required_lib(library))
        # AWX hands on an empty answer as an empty text; it means "not given".
        self.params.update({name: None for name in auth_spec() if self.params.get(name) == ""})
        kubeconfig = self.params.get("kubeconfig")
        if isinstance(kubeconfig, str) and "\n" not in kubeconfig:
            # Only a kubeconfig given as data is secret; where a file is has to be said when it is the wrong one.
            self.no_log_values.discard(kubeconfig)
        self.hidden = []

    def hide(self, secrets: list) -> None:
        """These texts, in whatever form, appear nowhere in what the module says."""
        self.hidden = _manifest_mask.variants(secrets)

    def fail(self, msg: str, **result) -> None:
        """End with one message."""
        self.fail_json(msg=_manifest_mask.censor(msg, self.hidden), **_manifest_mask.censor(result, self.hidden))

    def end(self, **result) -> None:
        """End with a result."""
        self.exit_json(**_manifest_mask.censor(result, self.hidden))

    def render(self, values: dict) -> dict:
        """The release that an upgrade would store, rendered with the cluster at hand (so that lookup works)."""
        params = self.params
        command = [
            self.get_helm_binary(),
            *("upgrade", params["release_name"], params["chart_ref"], "--install", "--reset-values", "--dry-run=server", "--output", "json"),
            *("--namespace", params["release_namespace"], "--values", "-"),
            *self._source(),
        ]
        text = json.dumps(values)  # as YAML, PyYAML would leave a text such as 1e3 without quotes
        try:
            answer = self.run_helm_command(command, fails_on_error=False, data=text)
        except OSError as error:
            raise HelmError(f"The kubeconfig cannot be handed on to helm: {error}") from error
        out = self._answer(command, *answer)
        return json.loads(out[out.index("{"):])

    def show_chart(self) -> dict:
        """The chart's own description."""
        command = [self.get_helm_binary(), "show", "chart", self.params["chart_ref"], *self._source()]
        return yaml.safe_load(self._answer(command, *self.run_command(command)))

    def _source(self):
        options = (("--version", "chart_version"), ("--repo", "chart_repo_url"))
        return [part for flag, name in options if self.params.get(name) for part in (flag, self.params[name])]

    def _answer(self, command, code, out, error):
        if code != 0:
            error = _manifest_mask.censor(error, self.hidden)
            release = self.params.get("release_name") if "upgrade" in command else ""
            raise HelmError(_helm_errors.explain(error, self.params["chart_ref"], self.params.get("chart_version") or "", release))
        return out
