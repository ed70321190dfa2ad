"""What changed splice sites make of mRNA and protein."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from landfall import consequences, ranking, tables
from landfall.settings import Settings
from landfall.stages.common import Reference
from landfall.windows import Variant

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    reference: Reference,
    scores: Sequence[Path],
    probabilities: Sequence[Path],
    output: Path,
) -> None:
    """tables.OUTCOMES: what each scored variant does to its transcript, by the probabilities of the first model."""
    limits = outcome_settings(settings)
    kept = {
        ranking.key_of(row): row
        for path in probabilities[:1]
        for row in tables.read(tables.PROBABILITIES, path).to_pylist()
    }
    scored = dict.fromkeys(
        ranking.key_of(row)
        for row in tables.read(tables.SCORES, scores[0]).to_pylist()
        if row["status"] == "scored"
    )
    rows: list[dict[str, Any]] = []
    for key in scored:
        variant, transcript = Variant(*key[:4]), reference.by_name[key[0], key[4], key[5]]
        row = kept.get(key, {"start": variant.start, **NO_CHANGE})
        around = consequences.SiteProbabilities.of(row["start"], row)
        outcomes = consequences.predict_outcomes(variant, transcript, around, reference.genome, limits)
        rows += [outcome.row() for outcome in outcomes]
    tables.write(tables.OUTCOMES, tables.from_rows(tables.OUTCOMES, rows), output, tables.metadata(scores[0]))
    log.info("%d outcomes of %d scored variants", len(rows), len(scored))


def outcome_settings(settings: Settings) -> consequences.OutcomeSettings:
    """The settings of the configuration, the others at their defaults."""
    limits = settings.consequences
    return consequences.OutcomeSettings(
        min_delta=limits.min_delta,
        min_partner_delta=limits.min_partner_delta,
        pseudoexon_size=limits.pseudoexon_size,
    )


NO_CHANGE: Mapping[str, Any] = {"ref_acceptor": [0], "ref_donor": [0], "alt_acceptor": [0], "alt_donor": [0]}
"""Stands for the probabilities of a variant that changes too little for them to be kept."""
