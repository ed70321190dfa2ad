"""Each value of the report can be followed: section, file, what made it."""

from __future__ import annotations

from landfall.report.inputs import FURTHER
from landfall.report.sections.data_sources import SECTIONS, UNRECORDED, origins

FILES = {"assays": "assay"}
"""Tables whose file has another name."""


def test_every_table_that_the_report_reads_has_its_origin() -> None:
    named = [name for names, _ in SECTIONS.values() for name in names]
    read = {
        FILES.get(name, name)
        for name in ("prioritised", "outcomes", "ledger", "callset", "changes", *FURTHER)
    }
    assert read <= set(named)
    assert len(named) == len(set(named))


def test_a_row_has_the_digest_that_was_recorded() -> None:
    found = origins({"results": [{"name": "ledger.parquet", "sha256": "ab"}]})
    assert [(row.file, row.digest) for row in found] == [
        ("changes.parquet", UNRECORDED["changes"]),
        ("ledger.parquet", "ab"),
    ]


def test_a_record_without_results_says_nothing_of_them() -> None:
    assert origins({}) == []
