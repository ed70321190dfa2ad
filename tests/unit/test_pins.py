"""One version of each package, wherever it is pinned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
ON_PYPI = {"pytorch": "torch"}
NOT_LISTED = {"python", "pip"}
"""What an environment pins and a list of packages for pip does not."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements() -> dict[str, str]:
    lines = (ROOT / "requirements.txt").read_text().split()
    return {normal(name): version for name, version in (line.split("==") for line in lines)}


def pins(path: Path) -> dict[str, str]:
    """Package to version of an environment, the packages of pip included, by their names for pip."""
    found = {}
    for entry in yaml.safe_load(path.read_text())["dependencies"]:
        for text in entry["pip"] if isinstance(entry, dict) else [entry]:
            name, version = re.fullmatch(r"([\w.-]+)==?([\w.]+)", text).groups()
            found[normal(ON_PYPI.get(name, name))] = version
    return found


def test_there_are_environments():
    assert ENVIRONMENTS


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda p: p.name)
def test_an_environment_pins_what_requirements_pin(path):
    listed = requirements()
    ours = {name: version for name, version in pins(path).items() if name not in NOT_LISTED}
    assert ours == {name: listed.get(name, "absent from requirements.txt") for name in ours}


def test_environments_agree_with_each_other():
    every = [set(pins(path).items()) for path in ENVIRONMENTS]
    versions: dict[str, set[str]] = {}
    for name, version in set().union(*every):
        versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
