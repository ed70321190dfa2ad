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


RECIPES = [ROOT / "envs" / "Dockerfile", ROOT / "envs" / "landfall.def"]


@pytest.mark.parametrize("path", RECIPES, ids=lambda p: p.name)
def test_an_image_installs_the_requirements_and_pins_nothing_itself(path):
    recipe = path.read_text()
    assert "install --no-cache-dir -r /tmp/requirements.txt" in recipe
    assert "==" not in recipe
    bases = set(re.findall(r"python:([\d.]+)-slim", recipe))
    assert bases == {pins(environment)["python"] for environment in ENVIRONMENTS}


def test_a_rule_without_an_environment_would_run_in_the_users_own():
    for path in (ROOT / "workflow").rglob("*.smk"):
        for rule in re.split(r"^(?=rule )", path.read_text(), flags=re.MULTILINE)[1:]:
            if "script:" in rule:
                named = re.search(r"conda:\s+\"([^\"]+)\"", rule)
                assert named, rule
                assert (path.parent / named[1]).resolve() in ENVIRONMENTS, rule
