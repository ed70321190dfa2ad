"""Every sample of the sheet with its first candidate, and whether that changed since an earlier result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from landfall import tables
from landfall.report import cohort
from landfall.stages.common import write_text

COLUMNS = ["rank", *tables.ALLELE, "gene", "hgvs_c", "location", "event", "score", "flagged"]


def run(samples: Sequence[tuple[str, Path, Path]], output: Path) -> None:
    """cohort.html. samples: name, prioritised.parquet and changes.parquet of each."""
    found = [
        cohort.Sample(
            name,
            tables.read(tables.PRIORITISED, prioritised, COLUMNS).slice(0, 1).to_pylist(),
            tables.read(tables.CHANGES, changes).to_pylist(),
            tables.metadata(changes),
        )
        for name, prioritised, changes in samples
    ]
    write_text(cohort.page(found), output)
