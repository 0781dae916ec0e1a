# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from acp_standin import config

LEAST = {"server": {"dangerous_disable_tls": True}, "redis": {"addrs": ["a:1"]}}


def test_later_files_win_key_by_key():
    first = config.parse("config.yaml", "redis: {enabled: true, addrs: [a:1], tls: {enabled: true, ca: /ca}}")
    second = config.parse("extraconfig.yaml", "redis: {redis_search: true, tls: {ca: /other}}")
    third = config.parse("secret.yaml", "redis: {addrs: [b:2, b:2], password: x}\nsystem: {secret: y}")
    assert config.merge(config.merge(first, second), third) == {
        "redis": {"enabled": True, "addrs": ["b:2", "b:2"], "redis_search": True, "password": "x", "tls": {"enabled": True, "ca": "/other"}},
        "system": {"secret": "y"},
    }
    assert first["redis"]["addrs"] == ["a:1"], "merging changes neither of the two"


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n"])
def test_an_empty_file_says_nothing(text):
    assert config.merge(LEAST, config.parse("extraconfig.yaml", text)) == LEAST


def test_a_key_without_a_value_says_nothing():
    assert config.merge(LEAST, {"redis": None, "new": None}) == {**LEAST, "new": None}


@pytest.mark.parametrize("text", ["- a\n", "text"])
def test_a_file_that_is_no_mapping_is_named(text):
    with pytest.raises(config.ConfigError, match=r"/secret/config\.yaml: a mapping is expected"):
        config.parse("/secret/config.yaml", text)


def test_a_syntax_error_is_told_without_the_text_around_it():
    with pytest.raises(config.ConfigError) as caught:
        config.parse("/secret/config.yaml", "redis:\n  password: [hunter2\n")
    assert str(caught.value) == "/secret/config.yaml: not valid YAML at line 3"


def test_the_same_address_twice_is_one_address():
    found = config.settings(config.merge(LEAST, {"redis": {"addrs": ["r-headless:6379", "r-headless:6379", "[::1]:7"]}}))
    assert found.redis.addrs == (("r-headless", 6379), ("::1", 7))


def test_what_is_not_said():
    found = config.settings(LEAST)
    assert (found.port, found.metrics_port, found.certificate) == (8080, 9000, None)
    assert (found.redis.search, found.redis.tls, found.refresh_tokens_in_sql) == (False, None, True)
    assert config.settings({**LEAST, "server": {"certificate": {"cert_path": "/c", "key_path": "/k"}}}).port == 8443


def test_settings_that_are_not_used_are_named():
    redis = {"addrs": ["a:1"], "streams": {}, "min_idle_conns": 3, "tls": {"enabled": True, "server_name": "x"}}
    assert config.settings({**LEAST, "redis": redis}).unused == ("redis.streams", "redis.min_idle_conns", "redis.tls.server_name")


def test_all_mistakes_are_told_at_once_and_no_value():
    with pytest.raises(config.ConfigError) as caught:
        config.settings(
            {
                "redis": {"addrs": ["x:hunter2", "u:hunter2@h:1", "hunter2:65536"], "redis_search": "hunter2", "tls": {"enabled": True, "cert": "/c"}, "pool_size": 0},
                "logging": {"level": "hunter2"},
            }
        )
    message = str(caught.value)
    for name in ("redis.addrs[0]", "redis.addrs[1]", "redis.addrs[2]", "redis.redis_search", "redis.tls.key", "redis.pool_size", "server.certificate", "logging.level"):
        assert name in message
    assert "hunter2" not in message


def test_redis_is_needed():
    with pytest.raises(config.ConfigError, match="redis.addrs lists no address"):
        config.settings({"server": LEAST["server"]})
    with pytest.raises(config.ConfigError, match="redis.enabled is false"):
        config.settings(config.merge(LEAST, {"redis": {"enabled": False}}))
