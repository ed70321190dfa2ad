"""What changed since an earlier result."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

from landfall.audit.reanalysis import Result, changes, differences
from landfall.audit.tables import CHANGES
from landfall.config.sample_sheet import Sample
from landfall.genome.tables import ALLELE
from landfall.io import parquet

log = logging.getLogger(__name__)


def run(sample: Sample, prioritised: Path, ledger: Path, provenance: Path, output: Path) -> None:
    """tables.CHANGES, without rows where the sheet names no earlier result; its metadata say which and what differs."""
    if sample.previous is None:
        parquet.write(CHANGES, parquet.from_rows(CHANGES, []), output, {"previous": None})
        return
    before, now = Result.of(sample.previous), Result.read(prioritised, ledger, provenance)
    rows = changes(before, now)
    record = {
        "previous": str(sample.previous),
        "created": before.record["created"],
        "differences": differences(before.record, now.record),
        "top": _top(before),
    }
    parquet.write(CHANGES, parquet.from_rows(CHANGES, rows), output, record)
    found = Counter(row["change"] for row in rows)
    log.info(
        "since %s: %s",
        sample.previous,
        ", ".join(f"{n} {kind}" for kind, n in sorted(found.items())) or "no change",
    )


def _top(before: Result) -> dict[str, object] | None:
    """The first candidate of the earlier result."""
    first = min(before.candidates.values(), key=lambda row: row["rank"], default=None)
    return {name: first[name] for name in (*ALLELE, "gene", "hgvs_c")} if first else None
