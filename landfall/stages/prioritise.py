"""The ranked table."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from landfall import phenotype, provenance, ranking, tables
from landfall.settings import Sample, Settings
from landfall.stages.common import Reference, write_tsv

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    reference: Reference,
    variants: Path,
    scores: Sequence[Path],
    outcomes: Path,
    output: Path,
    tsv: Path,
) -> None:
    """tables.PRIORITISED as Parquet and as text."""
    patient = _patient(settings, sample, resolved)
    rows = ranking.prioritise(
        tables.read(tables.VARIANTS, variants).to_pylist(),
        [row for path in scores for row in tables.read(tables.SCORES, path).to_pylist()],
        tables.read(tables.OUTCOMES, outcomes).to_pylist(),
        reference.by_name,
        reference.genome,
        patient,
    )
    table = tables.from_rows(tables.PRIORITISED, rows)
    record = {
        "models": [tables.metadata(path) for path in scores],
        "settings": provenance.digest_of(settings.plain),
    }
    write_tsv(table, tsv)
    tables.write(tables.PRIORITISED, table, output, record)
    log.info("%d rows, %d flagged", len(rows), sum(row["flagged"] for row in rows))


def _patient(settings: Settings, sample: Sample, resolved: Mapping[str, Any]) -> ranking.Patient:
    from landfall.pedigree import read_ped

    family = read_ped(sample.ped) if sample.ped else None
    proband = resolved["proband"] or ""
    sex = family.sex(proband) if family else "unknown"
    matched = phenotype.candidate_genes(sample.hpo, 1) if sample.hpo else {}
    return ranking.Patient(sex, family, proband, matched, settings.flag_delta)
