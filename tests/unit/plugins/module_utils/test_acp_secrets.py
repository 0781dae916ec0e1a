# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be shown, and what no text may hold afterwards."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.cloudentity.platform.plugins.module_utils._acp_secrets import Secrets
from ansible_collections.cloudentity.platform.plugins.module_utils._manifest_mask import HIDDEN

WORD = "p@ss,w0rd!{}\"'"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_out_of_a_secret_only_what_says_where_redis_is_stays():
    redis = {"addrs": ["redis:6379"], "password": WORD, "pool_size": 7, "tls": {"enabled": True, "key": "x"}}
    tree = {"redis": redis, "system": {"secret": "s" * 32}, "off": None}
    assert Secrets().hide(tree, everything=True) == {
        "redis": {"addrs": ["redis:6379"], "password": HIDDEN, "pool_size": HIDDEN, "tls": {"enabled": True, "key": HIDDEN}},
        "system": {"secret": HIDDEN},
        "off": None,
    }


def test_out_of_a_config_map_what_is_called_a_secret_goes():
    tree = {"server": {"url": "https://acp", "port": 8443}, "mail": {"password": WORD, "use_tls": True}, "key": "-----BEGIN PRIVATE KEY-----\nabc\n"}
    assert Secrets().hide(tree) == {"server": {"url": "https://acp", "port": 8443}, "mail": {"password": HIDDEN, "use_tls": True}, "key": HIDDEN}


def test_a_password_in_an_url_or_a_line():
    secrets = Secrets()
    hidden = secrets.hide({"sql": {"url": "postgres://root:hush-hush@db:26257/x"}, "configmap": f"port 6379\nloadmodule /m.so OSS_GLOBAL_PASSWORD {WORD}\n"})
    assert hidden["sql"]["url"] == f"postgres://root:{HIDDEN}@db:26257/x"
    assert hidden["configmap"] == f"port 6379\nloadmodule /m.so OSS_GLOBAL_PASSWORD {HIDDEN}\n"
    assert "hush" not in secrets.scrub("hush-hush") and WORD not in secrets.scrub(WORD)


def test_values_of_a_release():
    data = {"redis": {"addrs": ["a:1"], "password": WORD}, "pin": "x"}
    hidden = {"redis": {"addrs": ["a:1"], "password": HIDDEN}, "pin": HIDDEN}
    plain = {"existingSecret": "acp-redis", "usePassword": True}
    assert Secrets().hide({"values": {"secretConfig": {"data": data}, **plain}}) == {"values": {"secretConfig": {"data": hidden}, **plain}}


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("after", ["", "x", "xy"])
def test_no_form_survives(before, after):
    secrets = Secrets(WORD)
    for text in (before + WORD + after, encoded(before + WORD + after)):
        scrubbed = secrets.scrub({"lines": [text]})["lines"][0]
        assert WORD not in scrubbed
        assert "***" in scrubbed
        assert encoded(WORD)[4:-4] not in scrubbed


def test_what_was_hidden_is_scrubbed_from_other_texts():
    secrets = Secrets()
    secrets.hide({"system": {"secret": "s3cret-of-the-system"}, "id": "short"}, everything=True)
    assert secrets.scrub("a s3cret-of-the-system, short") == "a ********, short"


def test_short_words_count_where_they_are_called_passwords():
    secrets = Secrets()
    secrets.hide({"password": "abc"}, everything=True)
    assert secrets.scrub("abc") == "********"
