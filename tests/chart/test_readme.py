# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart's README lists every value there is with its default, and nothing else; helm does not carry it along."""

from __future__ import annotations

import re
import subprocess
import tarfile

import yaml
from chart import CHART, VALUES

README = (CHART / "README.md").read_text()
CODE = re.compile(r"`([^`]+)`")


def rows(heading: str) -> list[list[str]]:
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line] for line in lines]


def default(key: str) -> object:
    value = VALUES
    for part in key.split("."):
        value = value[part]
    return value


def leaves(values: dict = VALUES, path: str = "") -> list[str]:
    found = []
    for key, value in values.items():
        inner = isinstance(value, dict) and value
        found += leaves(value, f"{path}{key}.") if inner else [f"{path}{key}"]
    return found


def test_every_value_is_listed_once():
    listed = [key for row in rows("Values") for key in CODE.findall(row[0])]
    assert len(listed) == len(set(listed))
    for key in listed:
        default(key)  # exists
    assert [leaf for leaf in leaves() if not any(leaf == key or leaf.startswith(f"{key}.") for key in listed)] == []


def test_defaults_are_the_charts():
    compared = 0
    for keys, _meaning, said in rows("Values"):
        if not said.startswith("`"):
            continue  # a group, described in words
        names, values = CODE.findall(keys), [yaml.safe_load(value) for value in CODE.findall(said)]
        if isinstance(default(names[0]), dict) and default(names[0]) and not isinstance(values[0], dict):
            continue  # the keys of a group
        actual = [default(name) for name in names]
        expected = values if len(values) == len(names) else values * len(names)
        assert [{"yes": True}.get(str(value), value) for value in actual] == expected, names
        compared += len(names)
    assert compared > 100


def test_every_heading_that_others_refer_to_is_there():
    scripts = "".join(path.read_text() for path in (CHART / "scripts").iterdir())
    for heading in re.findall(r"see README\.md, ([A-Za-z ]+)\)", scripts):
        assert f"\n## {heading}\n" in README
    assert "README.md lists what is supported and what is ours" in (CHART / "values.yaml").read_text()


def test_the_package_holds_what_helm_needs_and_no_more(tmp_path):
    subprocess.run(["helm", "package", str(CHART), "--destination", str(tmp_path)], check=True, capture_output=True)
    with tarfile.open(next(tmp_path.glob("*.tgz"))) as archive:
        names = {name.split("/", 1)[1].split("/")[0] for name in archive.getnames()}
    assert names == {"Chart.yaml", "values.yaml", "values.schema.json", "templates", "scripts"}
