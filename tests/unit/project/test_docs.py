"""The manuals say what the code does."""

import re
from pathlib import Path

import pytest

from landfall.io import markdown
from landfall.stages import manuals
from landfall.variants import alleles

ROOT = Path(__file__).resolve().parents[3]


GENERATED = manuals.generated()


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_a_generated_file_is_that_of_the_declarations(name: str) -> None:
    """After a change of a declaration: make manuals."""
    assert (ROOT / name).read_text() == GENERATED[name]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("docs/output.md", ["files of results", "INFO fields", "files of work", "files of resources"]),
        ("docs/output.md", ["files of score_cache", "tables"]),
        ("docs/science.md", ["rules"]),
        ("config/README.md", ["keys of columns", "keys of filter", "keys of downloads"]),
    ],
)
def test_a_document_has_its_generated_parts(name: str, parts: list[str]) -> None:
    found = [part for _, part, _ in markdown.PART.findall((ROOT / name).read_text())]
    assert [part for part in parts if part not in found] == []


@pytest.mark.parametrize("rule", [name for name, _, _ in alleles.SYNTAX_RULES])
def test_every_rule_of_normalisation_is_explained(rule: str) -> None:
    assert f"`{rule}`" in (ROOT / "docs" / "science.md").read_text()


def test_every_package_of_the_readme_exists() -> None:
    """The table of packages names every one, by paths that exist."""
    text = (ROOT / "README.md").read_text().split("## Packages")[1].split("\n## ")[0]
    rows = [row.split("`")[1::2] for row in text.splitlines() if row.startswith("| `")]
    assert {row[0] for row in rows} >= {
        f"{path.parent.name}/" for path in (ROOT / "landfall").glob("*/__init__.py")
    }
    named = [(row[0], part) for row in rows for part in row if part.endswith(("/", ".py", "Snakefile"))]
    bases = [ROOT, ROOT / "landfall"]
    missing = [
        part
        for room, part in named
        if not any((base / part).exists() for base in (*bases, *(base / room for base in bases)))
    ]
    assert missing == []


MANUALS = [ROOT / "README.md", ROOT / "config" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", MANUALS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_manual_points_to_exists(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text())
    own = [link for link in links if ":" not in link]
    assert [link for link in own if not (path.parent / link).exists()] == []
    modules = re.findall(r"python -m ((?:benchmarks|demo|landfall)\.[\w.]*\w)", path.read_text())
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").exists()] == []


def test_every_fault_names_a_test_that_shows_it() -> None:
    lines = (ROOT / "docs" / "faults.md").read_text().splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith(("| fault", "| ---"))]
    assert len(rows) > 15
    for row in rows:
        named = [part for part in row.split("`")[1::2] if part.startswith("tests/")]
        assert named, row
        assert all((ROOT / path).is_file() for path in named), row
