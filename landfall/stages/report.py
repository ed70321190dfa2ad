"""The report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from landfall import report, tables
from landfall.settings import Sample
from landfall.stages.common import Reference, read_json, write_text


def run(
    sample: Sample,
    reference: Reference,
    sources: Mapping[str, Path],
    probabilities: Sequence[Path],
    output: Path,
) -> None:
    """report.html from the tables and the provenance.

    sources: prioritised, outcomes, ledger, callset, provenance, changes, and any of report.FURTHER; a section whose
    table is not among them says so.
    """
    prioritised = tables.read(tables.PRIORITISED, sources["prioritised"])
    genes = set(prioritised["gene"].to_pylist())
    page = report.build(
        report.ReportInputs(
            sample=sample.name,
            prioritised=prioritised,
            outcomes=tables.read(tables.OUTCOMES, sources["outcomes"]),
            probabilities=pa.concat_tables(
                [tables.read(tables.PROBABILITIES, path) for path in probabilities]
            ),
            ledger=tables.read(tables.LEDGER, sources["ledger"]),
            callset=tables.read(tables.CALLSET, sources["callset"]),
            transcripts=[t for t in reference.transcripts if t.gene in genes],
            provenance=read_json(sources["provenance"]),
            changes=tables.read(tables.CHANGES, sources["changes"]),
            previous=tables.metadata(sources["changes"]),
            further={
                name: tables.read(table, sources[name])
                for name, table in report.FURTHER.items()
                if name in sources
            },
        )
    )
    write_text(page, output)
