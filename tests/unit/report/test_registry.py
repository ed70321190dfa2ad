"""Sections of the report: each declared once, its values followed from section to file to what made it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from landfall.report import templating
from landfall.report.build import build
from landfall.report.inputs import ReportInputs
from landfall.report.origins import origins
from landfall.report.registry import REQUIRED, SECTIONS, TABLES
from landfall.report.section import Link, Section, with_parts
from landfall.report.view import ReportView
from landfall.splicing.tables import PROBABILITIES
from landfall.variants.tables import LEDGER
from tests.unit.report import report_example as example

RECORD = {"results": [{"name": "ledger.parquet", "sha256": "ab"}]}


def test_every_table_that_the_report_reads_has_one_origin() -> None:
    """The curves of probabilities lie in the working folder and have a sentence of their own."""
    printed = Counter(
        table.name
        for section in with_parts(SECTIONS)
        for origin in section.origins
        for table in (*origin.tables, *origin.beside)
    )
    assert set(TABLES) - {PROBABILITIES.name} <= set(printed)
    assert set(printed.values()) == {1}


def test_what_must_be_there_is_read_by_a_section() -> None:
    assert {table.name for table in REQUIRED} <= set(TABLES)


def test_a_section_is_the_only_one_of_its_id_and_its_template_is_there() -> None:
    declared = list(with_parts(SECTIONS))
    assert len({section.id for section in declared}) == len(declared)
    folder = Path(templating.__file__).parent / "templates"
    assert all((folder / section.template).is_file() for section in declared)


def test_the_navigation_leads_to_the_sections_and_to_the_findings() -> None:
    view = ReportView(example.full(), SECTIONS)
    links = [link for section in SECTIONS if (part := section.render(view)) for link in part.links]
    assert links[:3] == [
        Link("summary", "Summary"),
        Link("case-1", "ALPHA1 c.752+784C>T"),
        Link("case-3", "GAMMA3 c.374+1G>A"),
    ]
    assert Link("candidates", "Candidates") in links
    assert links[-1] == Link("methods", "Methods")


def test_a_section_without_context_is_left_out() -> None:
    absent: Section[Any] = Section("none", "None", "no_such_template", lambda _: None, nav="None")
    assert absent.render(None) is None
    assert 'id="changes"' not in build(example.full())


def test_a_row_of_an_origin_has_the_digest_that_was_recorded() -> None:
    found = origins(SECTIONS, replace(example.full(), provenance=RECORD))
    assert [(row.file, row.digest) for row in found] == [
        ("changes.parquet", "written after this record was made"),
        ("ledger.parquet", "ab"),
    ]


def test_a_table_whose_file_has_another_name_is_found_by_it() -> None:
    inputs = ReportInputs("x", {}, provenance=RECORD, files={LEDGER.name: "other.parquet"})
    assert [row.file for row in origins(SECTIONS, inputs)] == ["changes.parquet"]


def test_a_record_without_results_gives_no_origin() -> None:
    assert origins(SECTIONS, replace(example.full(), provenance={})) == []
