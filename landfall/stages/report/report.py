"""The report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from landfall.audit.tables import CHANGES
from landfall.config.sample_sheet import Sample
from landfall.genome.reference import Reference
from landfall.io import parquet
from landfall.io.text import read_json, write_text
from landfall.ranking.tables import PRIORITISED
from landfall.report import build, inputs
from landfall.splicing.tables import OUTCOMES, PROBABILITIES
from landfall.variants.tables import CALLSET, LEDGER


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
    prioritised = parquet.read(PRIORITISED, sources["prioritised"])
    genes = set(prioritised["gene"].to_pylist())
    page = build.build(
        inputs.ReportInputs(
            sample=sample.name,
            prioritised=prioritised,
            outcomes=parquet.read(OUTCOMES, sources["outcomes"]),
            probabilities=pa.concat_tables([parquet.read(PROBABILITIES, path) for path in probabilities]),
            ledger=parquet.read(LEDGER, sources["ledger"]),
            callset=parquet.read(CALLSET, sources["callset"]),
            transcripts=[t for t in reference.transcripts if t.gene in genes],
            provenance=read_json(sources["provenance"]),
            changes=parquet.read(CHANGES, sources["changes"]),
            previous=parquet.metadata(sources["changes"]),
            further={
                name: parquet.read(table, sources[name])
                for name, table in inputs.FURTHER.items()
                if name in sources
            },
        )
    )
    write_text(page, output)
