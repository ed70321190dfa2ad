"""Draft criteria for the leading candidates."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from landfall import classified, evidence, ranking, tables
from landfall.settings import Settings
from landfall.stages.common import Reference

log = logging.getLogger(__name__)


def run(settings: Settings, reference: Reference, prioritised: Path, outcomes: Path, output: Path) -> None:
    """tables.EVIDENCE for every allele that is flagged or among the first."""
    rows = evidence.leading(tables.read(tables.PRIORITISED, prioritised).to_pylist(), settings.evidence.top)
    predicted = by_key(tables.read(tables.OUTCOMES, outcomes).to_pylist())
    known = _classified(settings, reference, rows)
    drafted = []
    for row in rows:
        case = evidence.Case(
            row=row,
            outcomes=predicted.get(ranking.key_of(row), []),
            transcript=reference.by_name.get((row["chrom"], row["gene"], row["transcript"])),
            genome=reference.genome,
            settings=settings.evidence,
            frequencies=settings.filter.frequency.asked,
            classified=known,
            others=evidence.other_candidates(row, rows),
        )
        drafted += evidence.table_rows(row, evidence.assess(case))
    tables.write(
        tables.EVIDENCE, tables.from_rows(tables.EVIDENCE, drafted), output, tables.metadata(outcomes)
    )
    log.info("%d candidates judged", len(rows))


def by_key(rows: Sequence[Mapping[str, Any]]) -> dict[ranking.Key, list[Mapping[str, Any]]]:
    """Rows by allele, gene and transcript, in their order."""
    groups: dict[ranking.Key, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(ranking.key_of(row), []).append(row)
    return groups


def _classified(
    settings: Settings, reference: Reference, rows: Sequence[Mapping[str, Any]]
) -> list[classified.Classified] | None:
    """Classified alleles around the candidates; None where no file is configured."""
    if settings.evidence.clinvar is None:
        return None
    alleles = pd.DataFrame(rows, columns=["chrom", "pos", "ref"])
    return classified.read_classified(settings.evidence.clinvar, reference.genome, alleles)
