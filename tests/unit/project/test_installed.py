"""What ``pip install .`` leaves out would be missed only where nobody has the clone."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import landfall

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
BUILT = {".py", ".pyc", ".so"}
"""Suffixes of modules, which are installed by themselves, and of what is made from them."""


def test_an_installed_package_has_every_file_that_the_clone_has() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["landfall"]
    package = ROOT / "landfall"
    files = [path.relative_to(package) for path in package.rglob("*") if path.is_file()]
    data = [str(path) for path in files if path.suffix not in BUILT]
    assert "audit/qualify.json" in data
    assert [name for name in data if not any(fnmatch(name, pattern) for pattern in patterns)] == []


def test_the_version_is_written_once() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert landfall.__version__ in (ROOT / "CHANGELOG.md").read_text()
