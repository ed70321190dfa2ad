"""The conda environment of each stage, read from the rules, and what it lacks."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

REPO = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
FROM_THE_HOST = {"snakemake"}
"""Snakemake lends itself to its scripts."""
IMPORTED_AS = {
    "google-crc32c": "google_crc32c",
    "hpo3": "pyhpo",
    "primer3-py": "primer3",
    "pyyaml": "yaml",
    "pytorch": "torch",
}


def module(package: str) -> str:
    return IMPORTED_AS.get(package.lower(), package.lower())


def needed() -> set[str]:
    """Modules of every package that landfall depends on."""
    names = {re.match(r"[\w.-]+", line)[0] for line in PROJECT["dependencies"]}
    return {module(name) for name in names - FROM_THE_HOST}


def held(environment: Path) -> set[str]:
    """Modules of the packages that an environment pins."""
    entries = yaml.safe_load(environment.read_text())["dependencies"]
    pins = [pin for entry in entries for pin in (entry["pip"] if isinstance(entry, dict) else [entry])]
    return {module(re.match(r"[\w.-]+", pin)[0]) for pin in pins}


@cache
def of_stages() -> Mapping[str, Path]:
    """The environment of each stage that a rule runs."""
    found: dict[str, Path] = {}
    for path in sorted((REPO / "workflow").rglob("*.smk")):
        for rule in re.split(r"^(?=rule |use rule )", path.read_text(), flags=re.MULTILINE)[1:]:
            stage = re.search(r"(?:\*\*stage\(\s*|stage=)\"([\w.]+)\"", rule)
            named = re.search(r"conda:\s+\"([^\"]+)\"", rule)
            if stage:
                environment = (path.parent / named[1]).resolve()
                assert found.setdefault(stage[1], environment) == environment, stage[1]
    return found


@cache
def variables() -> Mapping[str, str]:
    """What makes each job of a run lack what its environment lacks (own_packages/sitecustomize.py)."""
    lacks = {stage: sorted(needed() - held(path)) for stage, path in of_stages().items()}
    folder = Path(__file__).with_name("own_packages")
    return {"PYTHONPATH": str(folder), "LANDFALL_TEST_LACKS": json.dumps(lacks)}
