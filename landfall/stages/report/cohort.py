"""Every sample of the sheet with its first candidate, and whether that changed since an earlier result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from landfall.audit.tables import CHANGES
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.io.text import write_text
from landfall.ranking.tables import PRIORITISED
from landfall.report import cohort

COLUMNS = ["rank", *ALLELE, "gene", "hgvs_c", "location", "event", "score", "flagged"]


def run(samples: Sequence[tuple[str, Path, Path]], output: Path) -> None:
    """cohort.html. samples: name, prioritised.parquet and changes.parquet of each."""
    found = [
        cohort.Sample(
            name,
            parquet.rows(PRIORITISED, parquet.read(PRIORITISED, prioritised, COLUMNS).slice(0, 1)),
            parquet.read(CHANGES, changes).to_pylist(),
            parquet.metadata(changes),
        )
        for name, prioritised, changes in samples
    ]
    write_text(cohort.page(found), output)
