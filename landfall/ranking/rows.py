"""Types of rows, generated from tables.py by ``python -m landfall.stages.manuals``; not to be edited."""

from __future__ import annotations

from typing import TypedDict


class PrioritisedRow(TypedDict):
    """One allele in one gene, best first."""

    rank: int
    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str
    transcript: str
    strand: str
    hgvs_g: str
    hgvs_c: str
    hgvs_p: str | None
    consequence: str
    location: str
    hgvs_c_refseq: str | None
    refseq_source: str | None
    coding_transcript: str | None
    coding_consequence: str | None
    coding_hgvs_c: str | None
    coding_hgvs_c_refseq: str | None
    coding_hgvs_p: str | None
    coding_tag: str | None
    coding_codon: str | None
    elsewhere_transcript: str | None
    elsewhere_consequence: str | None
    elsewhere_hgvs_c: str | None
    elsewhere_hgvs_c_refseq: str | None
    elsewhere_hgvs_p: str | None
    joint_with: str | None
    joint_phase: str | None
    joint_transcript: str | None
    joint_consequence: str | None
    joint_hgvs_c: str | None
    joint_hgvs_c_refseq: str | None
    joint_hgvs_p: str | None
    explanation: str
    priority: float
    score: float
    score_effect: float
    score_rarity: float
    score_known: float
    score_inheritance: float
    score_partner: float
    score_phenotype: float
    score_panel: float
    best_inheritance_mode: str
    explaining_status: str
    effect_splicing: float | None
    effect_coding: float | None
    effect_regulation: float | None
    regulation_percentile: float | None
    regulation_background: int | None
    regulation_networks: int | None
    regulation_z: float | None
    regulation_model: str | None
    regulation_track: str | None
    regulation_assay: str | None
    regulation_tissue: str | None
    flagged: bool
    finding_level: str
    finding_kinds: str
    finding_reason: str
    relatives: str | None
    father_genotype: str | None
    father_depth: int | None
    father_allele_balance: float | None
    mother_genotype: str | None
    mother_depth: int | None
    mother_allele_balance: float | None
    other_relatives: str | None
    inheritance: str
    inheritance_fits: bool
    inheritance_modes: str
    inheritance_status: str
    inheritance_probability: float
    gene_moi: str
    partner: str | None
    partner_name: str | None
    partner_kind: str | None
    partner_phase: str | None
    partner_trans_probability: float | None
    partner_phase_reason: str | None
    zygosity: str
    genotype: str
    depth: int | None
    genotype_quality: float | None
    allele_balance: float | None
    heteroplasmy: float | None
    call_doubt: str | None
    popmax_af: float | None
    frequency_source: str
    faf95: float | None
    nhomalt: int | None
    hemizygotes: int | None
    clinvar: str | None
    clinvar_stars: int | None
    clinvar_conflict: str | None
    clinvar_null_alleles: int | None
    rsid: str | None
    hpo_matches: str
    phenotype_relevance: float | None
    phenotype_share: float | None
    phenotype_disease: str | None
    phenotype_disease_relevance: float | None
    panel_confidence: int | None
    panel_inheritance: str | None
    event: str | None
    event_size_nt: int | None
    event_frameshift: bool | None
    event_ptc: bool | None
    event_nmd: bool | None
    status: str
    reason: str
    detail: str
    splice_probability: float | None
    splice_probability_models: str | None
