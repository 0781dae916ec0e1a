# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that make the verdict and its reports; the work is in module_utils."""

from __future__ import annotations

import datetime
import json

from ansible_collections.cloudentity.platform.plugins.module_utils import _report_html, _report_junit, _verdict


def redis_verdict(evidence: dict, environment: str, version: str) -> dict:
    return _verdict.reach(evidence, environment, version, datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds"))


def redis_report_entry(verdict: dict) -> str:
    return json.dumps(_verdict.entry(verdict))


def redis_report_html(verdict: dict, history: list[str] | None = None) -> str:
    return _report_html.render(verdict, history or [])


class FilterModule:
    def filters(self):
        return {
            "redis_verdict": redis_verdict,
            "redis_report_entry": redis_report_entry,
            "redis_report_html": redis_report_html,
            "redis_report_junit": _report_junit.render,
        }
