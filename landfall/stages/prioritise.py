"""The ranked table."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from landfall import one_copy, panels, phenotype, provenance, ranking, tables
from landfall.family import from_rows
from landfall.inputs import pedigree_of, profile_of
from landfall.settings import Sample, Settings
from landfall.stages.common import Reference, write_tsv

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    sample: Sample,
    family: Mapping[str, Any],
    reference: Reference,
    variants: Path,
    scores: Sequence[Path],
    outcomes: Path,
    calls: Path,
    regulation: Path | None,
    output: Path,
    pairs: Path,
    tsv: Path,
) -> None:
    """tables.PRIORITISED as Parquet and as text, and tables.PAIRS.

    family: summary of the stage of that name. regulation: tables.REGULATORY, None where no network of tracks runs.
    """
    patient = _patient(settings, sample, family, calls)
    ranked = ranking.prioritise(
        _of_sex(tables.read(tables.VARIANTS, variants).to_pylist(), family["x_copies"], settings),
        [row for path in scores for row in tables.read(tables.SCORES, path).to_pylist()],
        tables.read(tables.OUTCOMES, outcomes).to_pylist(),
        reference.by_name,
        reference.genome,
        patient,
        tables.read(tables.REGULATORY, regulation).to_pylist() if regulation else (),
    )
    table = tables.from_rows(tables.PRIORITISED, ranked.rows)
    record = {
        "models": [tables.metadata(path) for path in scores],
        "settings": provenance.digest_of(settings.undealt()),
    }
    tables.write(tables.PAIRS, tables.from_rows(tables.PAIRS, ranked.pairs), pairs, record)
    write_tsv(table, tsv)
    tables.write(tables.PRIORITISED, table, output, record)
    log.info("%d rows, %d flagged", len(ranked.rows), sum(row["flagged"] for row in ranked.rows))


def _of_sex(
    rows: Sequence[Mapping[str, Any]], x_copies: int | None, settings: Settings
) -> list[dict[str, Any]]:
    """Rows of tables.VARIANTS with the zygosity that the patient's number of X makes of it, and ``call_doubt``."""
    _, high = settings.filter.heterozygous_balance
    return [one_copy.judged(row, x_copies, settings.genome.build, high) for row in rows]


def _patient(settings: Settings, sample: Sample, family: Mapping[str, Any], calls: Path) -> ranking.Patient:
    rows = tables.read(tables.FAMILY_CALLS, calls).to_pylist()
    pedigree = pedigree_of(sample)
    build = settings.genome.build
    known = from_rows(rows, family["proband"], family["sex"], build, pedigree, family["x_copies"])
    profile = profile_of(sample, settings)
    return ranking.Patient(
        known,
        settings.inheritance,
        settings.flag_delta,
        phenotype.candidate_genes(profile.terms),
        profile,
        panels.read(sample.panel) if sample.panel else {},
        settings.filter.frequency.asked,
    )
