"""The report."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from landfall import report, tables
from landfall.settings import Sample
from landfall.stages.common import Reference


def run(
    sample: Sample,
    reference: Reference,
    sources: Mapping[str, Path],
    probabilities: Sequence[Path],
    output: Path,
) -> None:
    """report.html from the tables and the provenance.

    sources: prioritised, outcomes, ledger, callset, provenance, and any of report.FURTHER; a section whose table is
    not among them says so.
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
            provenance=json.loads(sources["provenance"].read_text()),
            further={
                name: tables.read(table, sources[name])
                for name, table in report.FURTHER.items()
                if name in sources
            },
        )
    )
    scratch = output.with_name(f".{output.name}.partial")
    scratch.write_text(page, encoding="utf-8")
    os.replace(scratch, output)
