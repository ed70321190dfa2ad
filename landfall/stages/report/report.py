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
from landfall.report.registry import TABLES
from landfall.splicing.tables import PROBABILITIES


def run(
    sample: Sample,
    reference: Reference,
    sources: Mapping[str, Path],
    probabilities: Sequence[Path],
    provenance: Path,
    output: Path,
) -> None:
    """report.html from the tables and the provenance.

    sources: files of the tables of report.registry.TABLES by name, but the probabilities; a section whose table is not
    among them states its absence.
    """
    tables = {name: parquet.read(TABLES[name], path) for name, path in sources.items()}
    tables[PROBABILITIES.name] = pa.concat_tables(
        [parquet.read(PROBABILITIES, path) for path in probabilities]
    )
    genes = set(tables[PRIORITISED.name]["gene"].to_pylist())
    page = build.build(
        inputs.ReportInputs(
            sample=sample.name,
            tables=tables,
            transcripts=[t for t in reference.transcripts if t.gene in genes],
            provenance=read_json(provenance),
            previous=parquet.metadata(sources[CHANGES.name]),
            files={name: path.name for name, path in sources.items()},
        )
    )
    write_text(page, output)
