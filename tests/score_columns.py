"""The columns of the score of an unremarkable homozygous candidate, as a test's table needs them."""

from __future__ import annotations

from typing import Any

from landfall.ranking.coding_columns import NOTHING

SCORED: dict[str, Any] = {
    **NOTHING,
    "explanation": "Splicing unlikely to be damaged (0.22); absent from the population data.",
    "score": 1.0429,
    "score_effect": -0.5497,
    "score_rarity": 0.318,
    "score_known": 0.0,
    "score_inheritance": 1.2719,
    "score_partner": 0.0,
    "score_phenotype": 0.0027,
    "score_panel": 0.0,
    "best_inheritance_mode": "autosomal_recessive",
    "explaining_status": "fits",
    "effect_splicing": 0.22,
    "effect_coding": 0.0,
    "effect_regulation": None,
    "gene_moi": "autosomal_recessive;autosomal_recessive_comp_het",
}
