"""A row of the prioritised table, built in code."""

from __future__ import annotations

from typing import Any

from landfall.ranking.coding_columns import NOTHING
from landfall.ranking.tables import PARENT_COLUMNS

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
    "clinvar": None,
    "clinvar_stars": None,
    "clinvar_conflict": None,
    "clinvar_null_alleles": None,
}

PLAIN: dict[str, Any] = {
    "rank": 1,
    "chrom": "chrT",
    "pos": 1049,
    "ref": "C",
    "alt": "T",
    "gene": "GENE",
    "transcript": "T1",
    "strand": "+",
    "hgvs_g": "chrT:g.1049C>T",
    "hgvs_c": "c.140+259C>T",
    "hgvs_p": None,
    "consequence": "intron_variant",
    "location": "242 bases before exon 3",
    "priority": 0.9,
    **SCORED,
    "flagged": True,
    "finding_level": "finding",
    "finding_kinds": "splicing",
    "finding_reason": "Splicing changes by prediction (masked delta score 0.90, threshold 0.5); the heterozygous "
    "genotype fits autosomal recessive.",
    "relatives": None,
    **dict.fromkeys(column.name for column in PARENT_COLUMNS),
    "other_relatives": None,
    "clinvar": None,
    "phenotype_share": None,
    "panel_confidence": None,
    "partner": None,
    "partner_name": None,
    "partner_phase": None,
    "partner_phase_reason": None,
    "inheritance": "",
    "inheritance_fits": True,
    "inheritance_modes": "",
    "inheritance_status": "fits",
    "inheritance_probability": 1.0,
    "zygosity": "heterozygous",
    "genotype": "0/1",
    "popmax_af": None,
    "frequency_source": "absent",
    "hpo_matches": "",
    "status": "scored",
    "reason": "",
    "detail": "",
    "spliceai_ds_max": 0.9,
    "spliceai_masked_ds_max": 0.9,
}


READ: dict[str, Any] = {
    "effect_regulation": 0.17,
    "regulation_percentile": 0.9934,
    "regulation_background": 150,
    "regulation_networks": 1,
    "regulation_z": 7.0,
    "regulation_model": "enformer",
    "regulation_track": "ENCFF1",
    "regulation_assay": "H3K27ac",
    "regulation_tissue": "muscle",
}
"""The columns of a candidate scored by a regulatory track model."""


def candidate(**changes: Any) -> dict[str, Any]:
    """A deep intronic, heterozygous candidate of the gene in outcome_locus.py, with changes."""
    return {**PLAIN, **changes}
