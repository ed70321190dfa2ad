"""Changes since an earlier result."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from landfall.audit.reanalysis import Result, changes, differences
from landfall.audit.tables import CHANGES
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.stages.job import Job

log = logging.getLogger(__name__)


SECTIONS = ("sample.previous",)


@dataclass(frozen=True)
class Inputs:
    """tables.PRIORITISED, tables.LEDGER and the record of this run; ``previous``: the same of the earlier result."""

    prioritised: Path
    ledger: Path
    provenance: Path
    previous: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Outputs:
    """tables.CHANGES."""

    changes: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    """No rows where the sheet names no earlier result; the metadata of the table name it and the differences."""
    previous = job.sample.previous
    if previous is None:
        parquet.write(CHANGES, parquet.from_rows(CHANGES, []), outputs.changes, {"previous": None})
        return
    before = Result.of(previous)
    now = Result.read(inputs.prioritised, inputs.ledger, inputs.provenance)
    rows = changes(before, now)
    record = {
        "previous": str(previous),
        "created": before.record["created"],
        "differences": differences(before.record, now.record),
        "top": _top(before),
    }
    parquet.write(CHANGES, parquet.from_rows(CHANGES, rows), outputs.changes, record)
    found = Counter(row["change"] for row in rows)
    log.info(
        "since %s: %s",
        previous,
        ", ".join(f"{n} {kind}" for kind, n in sorted(found.items())) or "no change",
    )


def _top(before: Result) -> dict[str, object] | None:
    """The first candidate of the earlier result."""
    first = min(before.candidates.values(), key=lambda row: row["rank"], default=None)
    return {name: first[name] for name in (*ALLELE, "gene", "hgvs_c")} if first else None
