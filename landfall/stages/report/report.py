"""The report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from landfall.audit.tables import CHANGES
from landfall.io import parquet
from landfall.io.text import read_json, write_text
from landfall.ranking.tables import PRIORITISED
from landfall.report import build
from landfall.report import inputs as report_inputs
from landfall.splicing.tables import OUTCOMES, PROBABILITIES
from landfall.stages.job import Job, OnReference
from landfall.stages.results import table_of
from landfall.variants.tables import CALLSET, LEDGER

SECTIONS = ()


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``tables``: files of the results that are shown in the report; ``probabilities``: tables.PROBABILITIES of each
    model; ``provenance``: the record.
    """

    tables: tuple[Path, ...]
    probabilities: tuple[Path, ...]
    provenance: Path


@dataclass(frozen=True)
class Outputs:
    """The report."""

    report: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    """A section whose table is not among the files states its absence."""
    sources = {table_of(path.name).name: path for path in inputs.tables}
    prioritised = parquet.read(PRIORITISED, sources[PRIORITISED.name])
    genes = set(prioritised["gene"].to_pylist())
    page = build.build(
        report_inputs.ReportInputs(
            sample=job.wildcards["sample"],
            prioritised=prioritised,
            outcomes=parquet.read(OUTCOMES, sources[OUTCOMES.name]),
            probabilities=pa.concat_tables(
                [parquet.read(PROBABILITIES, path) for path in inputs.probabilities]
            ),
            ledger=parquet.read(LEDGER, sources[LEDGER.name]),
            callset=parquet.read(CALLSET, sources[CALLSET.name]),
            transcripts=[t for t in inputs.reference.transcripts if t.gene in genes],
            provenance=read_json(inputs.provenance),
            changes=parquet.read(CHANGES, sources[CHANGES.name]),
            previous=parquet.metadata(sources[CHANGES.name]),
            further={
                name: parquet.read(table, sources[name])
                for name, table in report_inputs.FURTHER.items()
                if name in sources
            },
        )
    )
    write_text(page, outputs.report)
