"""The manuals say what the code does."""

from pathlib import Path

import pytest

from landfall import tables, variants

ROOT = Path(__file__).resolve().parents[2]


def test_the_output_manual_holds_every_table() -> None:
    assert tables.manual() in (ROOT / "docs" / "output.md").read_text()


@pytest.mark.parametrize("rule", [name for name, _, _ in variants.SYNTAX_RULES])
def test_every_rule_of_normalisation_is_explained(rule: str) -> None:
    assert f"`{rule}`" in (ROOT / "docs" / "science.md").read_text()


def test_every_room_of_the_readme_exists() -> None:
    """A path in the table of rooms that was renamed would send a newcomer astray."""
    rows = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| ")][2:]
    quoted = [part for row in rows for part in row.split("`")[1::2]]
    named = [part for part in quoted if "/" in part or part.endswith((".py", "Snakefile"))]
    assert named
    missing = [name for name in named if not any((ROOT / base / name).exists() for base in ("", "landfall"))]
    assert missing == []
