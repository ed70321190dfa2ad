"""The HTML report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from landfall.audit.tables import CHANGES
from landfall.io import parquet
from landfall.io.text import read_json, write_text
from landfall.ranking.tables import PRIORITISED
from landfall.report import build
from landfall.report.inputs import ReportInputs
from landfall.report.registry import TABLES
from landfall.splicing.tables import PROBABILITIES
from landfall.stages.job import Job, OnReference
from landfall.stages.results import table_of

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
    tables = {table_of(path.name).name: path for path in inputs.tables}
    read = {name: parquet.read(TABLES[name], path) for name, path in tables.items()}
    read[PROBABILITIES.name] = pa.concat_tables(
        [parquet.read(PROBABILITIES, path) for path in inputs.probabilities]
    )
    genes = set(read[PRIORITISED.name]["gene"].to_pylist())
    page = build.build(
        ReportInputs(
            sample=job.wildcards["sample"],
            tables=read,
            transcripts=[t for t in inputs.reference.transcripts if t.gene in genes],
            provenance=read_json(inputs.provenance),
            previous=parquet.metadata(tables[CHANGES.name]),
            files={name: path.name for name, path in tables.items()},
        )
    )
    write_text(page, outputs.report)
