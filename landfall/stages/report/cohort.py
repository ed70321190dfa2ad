"""Every sample of the sheet with its first candidate, and whether that changed since an earlier result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.audit.tables import CHANGES
from landfall.io import parquet
from landfall.io.text import write_text
from landfall.ranking.tables import PRIORITISED
from landfall.report import cohort
from landfall.stages.job import Job

SECTIONS = ()


@dataclass(frozen=True)
class Inputs:
    """tables.PRIORITISED and tables.CHANGES of each sample, in folders of its name."""

    prioritised: tuple[Path, ...]
    changes: tuple[Path, ...]


@dataclass(frozen=True)
class Outputs:
    """The page."""

    page: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    found = [
        cohort.Sample(
            prioritised.parent.name,
            parquet.rows(PRIORITISED, parquet.read(PRIORITISED, prioritised)),
            parquet.read(CHANGES, changes).to_pylist(),
            parquet.metadata(changes),
        )
        for prioritised, changes in zip(inputs.prioritised, inputs.changes, strict=True)
    ]
    write_text(cohort.page(found), outputs.page)
