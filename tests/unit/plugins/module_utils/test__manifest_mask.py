# SPDX-License-Identifier: GPL-3.0-or-later
import base64

from ansible_collections.cloudentity.platform.plugins.module_utils import _manifest_mask
from ansible_collections.cloudentity.platform.plugins.module_utils._manifest_mask import CHANGED, HIDDEN

WORD = "p@ss,w0rd!{}\"'"


def test_secrets_show_their_keys_and_which_of_them_changed():
    before = {"kind": "Secret", "data": {"same": "YQ==", "other": "YQ==", "gone": "YQ=="}}
    after = {"kind": "Secret", "data": {"same": "YQ==", "other": "Yg==", "added": "Yg=="}}
    masked = _manifest_mask.pair(before, after)
    assert masked[0]["data"] == {"same": HIDDEN, "other": HIDDEN, "gone": HIDDEN}
    assert masked[1]["data"] == {"same": HIDDEN, "other": CHANGED, "added": HIDDEN}


def test_data_of_a_config_map_is_shown():
    obj = {"kind": "ConfigMap", "data": {"a": "b"}}
    assert _manifest_mask.pair(None, obj) == (None, obj)


def test_checksums_are_hidden_because_short_passwords_can_be_guessed_from_them():
    before, after = ({"kind": "StatefulSet", "spec": {"annotations": {"checksum/secret": value, "plain": "x"}}} for value in ("aa", "bb"))
    masked = _manifest_mask.pair(before, after)[1]
    assert masked["spec"]["annotations"] == {"checksum/secret": CHANGED, "plain": "x"}


def test_environment_variables_that_are_called_secret_are_hidden():
    before, after = ({"env": [{"name": "REDIS_PASSWORD", "value": value}, {"name": "MODE", "value": "x"}]} for value in ("one", "two"))
    assert _manifest_mask.pair(before, after)[1] == {"env": [{"name": "REDIS_PASSWORD", "value": CHANGED}, {"name": "MODE", "value": "x"}]}


def test_variables_are_compared_by_name_when_their_place_changed():
    before = {"env": [{"name": "A_TOKEN", "value": "one"}]}
    after = {"env": [{"name": "NEW_TOKEN", "value": "two"}, {"name": "A_TOKEN", "value": "one"}]}
    assert [item["value"] for item in _manifest_mask.pair(before, after)[1]["env"]] == [CHANGED, HIDDEN]


def test_lines_of_configuration_that_carry_a_password_are_hidden():
    text = "port 6379\nloadmodule /m.so OSS_GLOBAL_PASSWORD {0}\nrequirepass {0}\nmasterauth {0}\npassword: {0}\nmaxmemory 1gb\n"
    before, after = ({"kind": "ConfigMap", "data": {"redis.conf": text.format(word)}} for word in (WORD, "another"))
    masked = _manifest_mask.pair(before, after)
    assert WORD not in masked[0]["data"]["redis.conf"] and "another" not in masked[1]["data"]["redis.conf"]
    assert masked[1]["data"]["redis.conf"].splitlines()[:3] == ["port 6379", f"loadmodule /m.so OSS_GLOBAL_PASSWORD {CHANGED}", f"requirepass {CHANGED}"]
    assert masked[1]["data"]["redis.conf"].splitlines()[-1] == "maxmemory 1gb"


def test_censor_finds_every_form_of_a_secret():
    hidden = _manifest_mask.variants([WORD])
    forms = [WORD, base64.b64encode(WORD.encode()).decode(), "p%40ss%2Cw0rd%21%7B%7D%22%27", 'p@ss,w0rd!{}\\"\'']
    for form in forms:
        assert _manifest_mask.censor(f"-{form}-", hidden) == "-********-"


def test_censor_leaves_no_rest_of_the_longer_secret_and_no_key_changed():
    hidden = _manifest_mask.variants(["abc", "abcdef"])
    assert _manifest_mask.censor({"abc": ["xabcdefx", 1, None]}, hidden) == {"abc": ["x********x", 1, None]}


def test_lines_of_a_secret_text_are_found_where_a_template_indented_them():
    hidden = _manifest_mask.variants(["first-line\n}\nsecond-line\n"])
    assert _manifest_mask.censor("  first-line\n  }\n  second-line", hidden) == "  ********\n  }\n  ********"


def test_very_short_texts_do_not_blot_out_everything():
    assert _manifest_mask.variants(["a", "", "  ", 12]) == []


def test_secrets_in_takes_what_the_release_holds_in_the_same_places():
    secret_values = {"auth": {"password": "new", "enabled": True}, "users": ["a", {"pin": 1234}], "other": None}
    released = {"auth": {"password": "old", "mode": "public"}, "users": ["b", "c", "d"], "public": "x"}
    assert sorted(_manifest_mask.secrets_in(secret_values, released)) == ["1234", "a", "b", "c", "d", "new", "old"]
