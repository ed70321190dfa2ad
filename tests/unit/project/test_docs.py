"""The manuals say what the code does."""

import re
from pathlib import Path

import pytest

from landfall.models import manual
from landfall.stages import results
from landfall.variants import alleles

ROOT = Path(__file__).resolve().parents[3]


def test_the_output_manual_holds_every_table() -> None:
    assert results.manual() in (ROOT / "docs" / "output.md").read_text()


@pytest.mark.parametrize("rule", [name for name, _, _ in alleles.SYNTAX_RULES])
def test_every_rule_of_normalisation_is_explained(rule: str) -> None:
    assert f"`{rule}`" in (ROOT / "docs" / "science.md").read_text()


def test_every_room_of_the_readme_exists() -> None:
    """A path in the table of rooms that was renamed would send a newcomer astray."""
    text = (ROOT / "README.md").read_text().split("## Which room")[1].split("\n## ")[0]
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


def test_the_manual_of_models_is_that_of_the_catalogue() -> None:
    assert (ROOT / "docs" / "models.md").read_text() == manual.manual()


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
