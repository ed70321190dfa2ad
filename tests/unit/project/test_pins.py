"""One version of each package, wherever it is pinned."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
ON_PYPI = {"pytorch": "torch"}
NOT_LISTED = {"python", "pip"}
"""What an environment pins and a list of packages for pip does not."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


HASHED, UNHASHED = ROOT / "requirements.txt", ROOT / "requirements-torch.txt"


def blocks(path: Path) -> dict[str, tuple[str, str, int]]:
    """Each package of a list: its version, its marker and the number of its hashes."""
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        name, version, marker, hashes = re.fullmatch(
            r"([\w.-]+)==([\w.]+)(?: ; ([^-]+?))? *((?: *--hash=sha256:[0-9a-f]{64})*)", line
        ).groups()
        found[normal(name)] = (version, marker or "", hashes.count("--hash"))
    return found


def requirements() -> dict[str, str]:
    listed = blocks(HASHED) | blocks(UNHASHED)
    return {name: version for name, (version, _, _) in listed.items()}


def test_every_package_but_torch_is_pinned_by_the_hashes_of_its_files():
    assert [name for name, (_, _, hashes) in blocks(HASHED).items() if not hashes] == []
    assert set(blocks(UNHASHED)) == {"torch"}
    assert blocks(HASHED)["numpy"][2] > 20, "the files of every platform and version of Python"


def test_everything_that_the_project_and_torch_ask_for_is_listed():
    """pip refuses, among packages with hashes, one that is asked for and not listed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (torch,) = project["tool"]["uv"]["dependency-metadata"]
    asked = project["project"]["dependencies"] + torch["requires-dist"]
    asked += [text for extra in project["project"]["optional-dependencies"].values() for text in extra]
    assert {normal(re.match(r"[\w.-]+", text)[0]) for text in asked} <= set(requirements())
    assert (torch["name"], torch["version"]) == ("torch", requirements()["torch"])


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
    for words in ("--require-hashes -r /tmp/requirements.txt", "-r /tmp/requirements-torch.txt"):
        assert f"install --no-cache-dir {words}" in recipe
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
