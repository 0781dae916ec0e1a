# SPDX-License-Identifier: GPL-3.0-or-later
"""What the helm program's error output means, and what to do about it.

The output of Helm 3 and Helm 4, in; one message with its remedy, out. Knows no secrets: the caller censors the text first.
"""

from __future__ import annotations

import re

NOISE = re.compile(r"(?i)^(WARNING:|level=|time=|I\d{4} |W\d{4} |E\d{4} |coalesce|walk\.go|Pulled:|Digest:|Release \")")
# Pieces of Helm's text (lower case) that tell the kinds of failure apart; the first that fits counts.
CHART_SIGNS = (
    ("non-absolute urls should be in form", "Chart {chart} is neither a directory nor a file here, and no repository's chart (repo/chart) either"),
    ("missing in charts/ directory", "Chart {chart} lacks charts that it depends on ({detail}); run: helm dependency build {chart}"),
    ("chart.yaml file is missing", "Chart {chart} is not a chart: it has no Chart.yaml"),
    ("unable to detect chart", "Chart {chart} is not a chart: it has no Chart.yaml"),
    ("cannot load chart.yaml", "Chart {chart} has a broken Chart.yaml ({detail})"),
    ("requires kubeversion", "Chart {chart} does not support this cluster: {detail}"),
    ("no chart version found", "Chart {chart} does not exist in version {version}; look with: helm search repo {chart} --versions"),
    ("chart version not found", "Chart {chart} does not exist in version {version}; look with: helm search repo {chart} --versions"),
    ("not found in", "Chart {chart} is not in its repository in version {version} ({detail})"),
    ("could not locate a version", "Chart {chart} does not exist in version {version} ({detail})"),
    ("invalid chart reference", "Chart {chart} is no valid reference to a chart ({detail})"),
    ("is not a valid chart repository", "the repository of {chart} cannot be reached ({detail}); check chart_repo_url, proxy and firewall"),
    ("no cached repo found", "the repository of {chart} was never fetched on this machine; run: helm repo update"),
    ("no such file or directory", "Chart {chart} cannot be read ({detail})"),
)
REPOSITORY = re.compile(r"repo (\S+) not found")
PATH = re.compile(r'path "([^"]+)" not found')
OWNED = re.compile(r'(?i)install: (.*?) exists and cannot be imported|continue with \w+: (.*?) exists and cannot be imported')
NO_KIND = re.compile(r'no matches for kind "([^"]+)" in version "([^"]+)"')


def explain(stderr: str, chart: str, version: str = "", name: str = "") -> str:
    """One message. name: the release, empty when only the chart was asked for."""
    text = strip(stderr)
    low = text.lower()
    if "values don't meet the specifications" in low:
        return _schema(text, chart)
    if "another operation" in low and "in progress" in low:
        return f"Helm release {name} is busy or was left in a pending state: {text}"
    execution = re.search(r"execution error at \(([^)]+)\):\s*(.*)", text, re.S)
    if execution:
        return f"Chart {chart} refuses these values: {execution.group(2).strip()} (in {execution.group(1)})"
    owned = OWNED.search(text)
    if owned:
        what = owned.group(1) or owned.group(2)
        return (
            f"{what} exists already and does not belong to Helm release {name}. Delete or rename it, or hand it over: label"
            f" app.kubernetes.io/managed-by=Helm and the annotations meta.helm.sh/release-name={name} and meta.helm.sh/release-namespace."
        )
    if NO_KIND.search(text):
        kinds = ", ".join(sorted({f"{kind} ({api})" for kind, api in NO_KIND.findall(text)}))
        return f"Chart {chart} makes objects that the cluster does not know: {kinds}. Install their operator or CRDs first, or switch them off."
    if "cluster unreachable" in low:
        return f"Helm cannot reach the cluster: {_after(text, 'unreachable:')}"
    if "unknown flag" in low or ("invalid argument" in low and "dry-run" in low):
        return f"This helm is too old (3.13 or newer is needed): {text}"
    chart_message = _chart(text, low, chart, version)
    if chart_message:
        return chart_message
    if re.search(r"(?i)yaml parse error|error converting yaml|parse error at|template:|executing \"", text):
        return f"Chart {chart} cannot be rendered with these values: {text}"
    if "is forbidden" in low:
        return f"Helm lacks a permission: {text}"
    return f"helm failed on chart {chart}: {text or 'without a message'}"


def strip(stderr: str) -> str:
    """The error without warnings, log lines and the word Error."""
    lines = [line.rstrip() for line in stderr.splitlines() if line.strip() and not NOISE.match(line)]
    text = "\n".join(lines).strip()
    return re.sub(r"^(Error: )+", "", text).replace("INSTALLATION FAILED: ", "").replace("UPGRADE FAILED: ", "").strip()


def _chart(text, low, chart, version):
    """Failures to get or to load the chart."""
    named = f"Chart {chart}"
    missing = PATH.search(text)
    if missing:
        return f"{named} does not exist on this machine: nothing is at {missing.group(1)}. Check the path; it is looked up where the module runs."
    repository = REPOSITORY.search(text)
    if repository:
        return f"{named} cannot be had: no repository {repository.group(1)} is set up on this machine. Run helm repo add, or give chart_repo_url."
    if chart.startswith("oci://") and re.search(r"(?i)40[0134]\b|unauthorized|denied|not found|forbidden", text):
        denied = re.search(r"(?i)40[13]\b|unauthorized|denied|forbidden", text)
        cause = "the registry refuses access; run: helm registry login" if denied else "the registry has no such chart or version"
        return f"{named} {version} cannot be had: {cause} ({text})".replace("  ", " ")
    for sign, meaning in CHART_SIGNS:
        if sign in low:
            detail = text.splitlines()[-1]
            for before in ("directory: ", "Chart.yaml: ", "cannot be reached: ", "Error: "):
                detail = detail.split(before)[-1]
            return meaning.format(chart=chart, version=version or "given", detail=detail) + "."
    if re.search(r"dial tcp|no such host|i/o timeout|x509:|TLS handshake|connection refused|EOF$", text):
        return f"{named} cannot be had, its source cannot be reached from here: {text}. Check proxy and firewall, or use a local chart."
    return None


def _schema(text, chart):
    """helm's tree of schema violations as one line for each value."""
    found = []
    for line in text.splitlines():
        violation = re.match(r"\s*- at '([^']*)': (.*)", line)
        if violation and "validation failed" not in violation.group(2):
            found.append(f"{_dotted(violation.group(1))}: {violation.group(2)}")
        older = re.match(r"\s*- (\S+): (.*)", line)
        if older and not violation and older.group(1) != "at":
            found.append(f"{older.group(1)}: {older.group(2)}")
    listed = "".join(f"\n  - {line}" for line in found) or "\n" + text
    return f"Chart {chart} refuses these values:{listed}"


def _dotted(pointer):
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in pointer.strip("/").split("/")) or "values"


def _after(text, sign):
    return text.split(sign, 1)[1].strip() if sign in text else text
