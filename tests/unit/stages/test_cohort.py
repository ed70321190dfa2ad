"""The stage of the cohort page: it reads the columns that the page needs, of findings of every shape."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any, cast

import pytest

from landfall.audit.tables import CHANGES
from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.stages.job import Job
from landfall.stages.report import cohort
from landfall.testing.rows import candidate

JOINT = {
    "joint_with": "chrT-1200-G-A", "joint_phase": "cis", "joint_transcript": "T1", "joint_hgvs_c": "c.[140C>T;200G>A]",
    "coding_transcript": "T1", "coding_hgvs_c": "c.[140C>T;200G>A]",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "GENE c.140+259C>T"),
        (JOINT, "c.[140C>T;200G>A]"),
        ({"flagged": False}, "GENE c.140+259C>T"),
    ],
)
def test_the_page_of_a_cohort_has_the_finding(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    folder = tmp_path / "patient"
    folder.mkdir()
    table, none = folder / "prioritised.parquet", folder / "changes.parquet"
    parquet.write(PRIORITISED, parquet.from_rows(PRIORITISED, [candidate(**changes)]), table)
    parquet.write(CHANGES, parquet.from_rows(CHANGES, []), none, {})
    out = cohort.Outputs(tmp_path / "cohort.html")
    cohort.run(cast(Job, None), cohort.Inputs((table,), (none,)), out)
    text = unescape(re.sub(r"<[^>]+>", "", out.page.read_text()))
    assert said in text
