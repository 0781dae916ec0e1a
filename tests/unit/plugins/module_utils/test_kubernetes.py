# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said when the Kubernetes API refuses or is silent. The way through it is tested on a real one (tests/kubernetes)."""

from __future__ import annotations

import time
import types

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils import _kubernetes

REFUSED = '{"kind":"Status","message":"pods is forbidden: User \\"u\\" cannot list resource \\"pods\\" in the namespace \\"acp\\"","code":403}'


class Raised(Exception):
    """As the libraries raise it, with what they add."""

    def __init__(self, text: str, **more) -> None:
        super().__init__(text)
        vars(self).update(more)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Raised("(403)\nReason: Forbidden", body=REFUSED.encode()), 'pods is forbidden: User "u" cannot list resource "pods" in the namespace "acp"'),
        (Raised("Handshake status 403", resp_body=REFUSED.encode()), 'pods is forbidden: User "u" cannot list resource "pods" in the namespace "acp"'),
        (Raised("(502)\nReason: Bad Gateway", body="<html>"), "(502)"),
        (Raised("Max retries exceeded with url: /version", reason=OSError("Connection refused")), "Connection refused"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_the_reason_in_the_servers_own_words(error, reason):
    assert _kubernetes._reason(error) == reason


def test_a_right_that_is_missing_is_named():
    error = _kubernetes._forbidden("get and create pods/portforward", "acp", Raised("", body=REFUSED))
    assert "may not get and create pods/portforward in namespace acp: pods is forbidden" in str(error)
    assert "Grant it get and create on pods/portforward; see docs/access.md." in str(error)


def test_silence_has_an_end(monkeypatch):
    monkeypatch.setattr(_kubernetes, "_PATIENCE", 0.1)
    with pytest.raises(TimeoutError, match=r"does not answer within 0\.1 s"):
        _kubernetes._in_time(lambda: time.sleep(1))
    assert _kubernetes._in_time(lambda: types.SimpleNamespace(ok=True)).ok
