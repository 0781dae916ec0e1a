# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds bitnami.yml against charts at hand: python tests/charts_matrix/real.py DIRECTORY, which has a chart in each of its directories.

No test: the charts are not ours to ship. Run it when Bitnami releases a version, then write down what it found.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import matrix
import yaml


def present(values, path: str) -> bool:
    """Whether the chart's values have this key; below an empty section any is taken."""
    for name in path.split("."):
        if values == {}:
            return True
        if not isinstance(values, dict) or name not in values:
            return False
        values = values[name]
    return True


def main(directory: str) -> int:
    charts = {yaml.safe_load(path.read_text())["version"]: path.parent for path in Path(directory).glob("*/Chart.yaml")}
    wrong = []
    for version, chart in charts.items():
        values = yaml.safe_load((chart / "values.yaml").read_text())
        for path, entry in matrix.KNOWN["keys"].items():
            entry = entry if isinstance(entry, dict) else {}
            # A key may still be there without doing what it did: those have their own line in bitnami.yml.
            if path != "enabled" and matrix.has(version, entry) and not present(values, path):
                wrong.append(f"{version}: has no {path}")
    wanted = {f"{version}+{variant}": (version, case) for version in charts for variant, case in variants().items()}
    wanted = {name: case for name, case in wanted.items() if not matrix.refused(*case)}
    with tempfile.TemporaryDirectory() as scratch:
        for name, values in matrix.render(wanted, Path(scratch))["values"].items():
            try:
                matrix.template(charts[wanted[name][0]], values)
            except AssertionError as error:
                wrong.append(f"{name}: {str(error).strip().splitlines()[-1]}")
    print("\n".join(wrong) or f"{len(charts)} charts are as bitnami.yml says, and take the values of {len(wanted)} cases.")
    return bool(wrong)


def variants() -> dict:
    return {f"{tls}+{volumes}": {**matrix.IMAGE, **one, **two} for tls, one in matrix.TLS.items() for volumes, two in matrix.VOLUMES.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
