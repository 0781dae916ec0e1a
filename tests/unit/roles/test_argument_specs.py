# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role documents is what it does: defaults and argument_specs say the same."""

from pathlib import Path

import pytest
import yaml

ROLES = Path(__file__).parents[3] / "roles"


def load(role, *parts):
    return yaml.safe_load(ROLES.joinpath(role, *parts).read_text())


def options(role):
    return {name: option for entry in load(role, "meta", "argument_specs.yml")["argument_specs"].values() for name, option in entry["options"].items()}


@pytest.mark.parametrize("role", sorted(path.name for path in ROLES.iterdir()))
class TestRole:
    def test_every_default_is_documented_and_every_option_has_one(self, role):
        documented = options(role)
        without = {name for name, option in documented.items() if option.get("required")}
        assert set(load(role, "defaults", "main.yml")) == set(documented) - without

    def test_defaults_are_equal(self, role):
        defaults, documented = load(role, "defaults", "main.yml"), options(role)
        differ = {name for name, value in defaults.items() if "{{" not in str(value) and value != documented[name].get("default")}
        assert not differ

    def test_names_carry_the_prefix(self, role):
        internal = load(role, "vars", "main.yml") if (ROLES / role / "vars").exists() else {}
        assert all(name.startswith(role + "_") for name in options(role))
        assert all(name.startswith("__" + role + "_") for name in internal)
