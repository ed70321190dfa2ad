"""Candidate alleles from rows of the prioritised table; inheritance results as its columns and as table of pairs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from landfall.genome.variant import Row, Variant, allele_of
from landfall.patient.inheritance.compound_het import InheritanceResult, Pair
from landfall.patient.inheritance.family import Family
from landfall.patient.inheritance.fit import CandidateAllele
from landfall.patient.tables import PAIRS
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.score import DAMAGING, damage

Key = tuple[Variant, str]
"""Allele and gene."""


def effects_of(row: PrioritisedRow) -> dict[str, float | None]:
    """Probability of damage by each mechanism, from the columns of a row."""
    return {
        "splicing": row["effect_splicing"],
        "coding": row["effect_coding"],
        "regulation": row["effect_regulation"],
    }


def parts_of(row: PrioritisedRow) -> dict[str, float]:
    """The parts of the score by name, from the columns of a row."""
    return {
        "effect": row["score_effect"],
        "rarity": row["score_rarity"],
        "known": row["score_known"],
        "inheritance": row["score_inheritance"],
        "partner": row["score_partner"],
        "phenotype": row["score_phenotype"],
        "panel": row["score_panel"],
    }


def counted(row: PrioritisedRow) -> str:
    """The consequence that counts: the most damaging on the transcripts that count, joint alleles included."""
    return str(row["coding_consequence"] or row["consequence"])


def gene_modes(row: PrioritisedRow) -> list[str]:
    """Modes of inheritance of the gene's diseases; empty if unknown."""
    return row["gene_moi"].split(";") if row["gene_moi"] else []


def is_gene_mode(row: PrioritisedRow) -> bool:
    """Whether the best mode is one of the gene's diseases, as far as they are known."""
    modes = gene_modes(row)
    return not modes or row["best_inheritance_mode"] in (*modes, "any")


def largest_masked(numbers: Row) -> float:
    """The largest masked delta score of any splice model, 0 without one."""
    found = (
        value for name, value in numbers.items() if name.endswith("_masked_ds_max") and value is not None
    )
    return max(found, default=0.0)


def hits(
    rows: Iterable[PrioritisedRow],
    variants: Iterable[Row],
    family: Family,
    flag_delta: float,
    second_hit_delta: float,
) -> list[CandidateAllele]:
    """The candidate alleles for inheritance, one by allele and gene.

    rows: of the prioritised table, with scores, consequence and effects. variants: of tables.VARIANTS. A first hit
    changes the protein, is classified as pathogenic or has a masked delta score of at least ``flag_delta``. A second
    hit has a delta score, or a probability of damage to the gene's regulation, of at least ``second_hit_delta``.
    """
    alleles = {allele_of(variant): variant for variant in variants}
    calls = alleles | dict(family.rows)
    found: dict[Key, CandidateAllele] = {}
    for row in rows:
        variant, delta = allele_of(row), largest_masked(row)
        by_itself = counted(row) in DAMAGING or delta >= flag_delta or bool(row["clinvar"])
        second = max(delta, row["effect_regulation"] or 0.0) >= second_hit_delta
        strength = 2 if by_itself else int(second)
        weight = damage(effects_of(row))
        rare_for = alleles[variant].get("modes")
        limits = frozenset(rare_for.split(",")) if rare_for else None
        hit = CandidateAllele(variant, row["gene"], calls[variant], strength, weight, limits)
        known = found.setdefault((variant, row["gene"]), hit)
        found[variant, row["gene"]] = max(known, hit, key=lambda h: (h.strength, h.weight))
    return list(found.values())


def in_words(judged: InheritanceResult, modes: Collection[str]) -> str:
    """The modes that fit, of a gene with known modes (``modes``) those of its diseases; where none fits, all."""
    if not modes or not judged.modes:
        return str(judged)
    fits = [fit for fit in judged.fits if fit.status == "fits" and fit.mode in (*modes, "any")]
    return "; ".join(map(str, fits)) or f"no mode of the gene's diseases fits; {judged}"


def columns(
    judged: InheritanceResult,
    variant: Variant,
    pair: Pair | None,
    names: Mapping[Variant, str],
    modes: Collection[str],
) -> dict[str, Any]:
    """The columns of inheritance and partner. pair: that of the explanation; None: the best pair assessed is named.

    names: of the gene's alleles by HGVS; one without is named chrom-pos-ref-alt. modes: those of the gene's diseases.
    """
    pair = pair or judged.pair
    partner = pair.partner(variant).variant if pair else None
    name = (names.get(partner) or str(partner)) if partner else None
    named = {str(one): names.get(one) or str(one) for one in (variant, partner) if one}
    apart = pair is not None and pair.phase.phase != "cis"
    return {
        "inheritance": _by_name(in_words(judged, modes), named) + (f"; partner {name}" if apart else ""),
        "inheritance_fits": judged.best.status == "fits",
        "inheritance_modes": ";".join(judged.modes),
        "inheritance_status": judged.best.status,
        "inheritance_probability": judged.best.probability,
        "partner": str(partner) if partner else None,
        "partner_name": name,
        "partner_kind": pair.kind if pair else None,
        "partner_phase": pair.phase.phase if pair else None,
        "partner_trans_probability": pair.phase.probability if pair else None,
        "partner_phase_reason": _by_name(pair.phase.why, named) if pair else None,
    }


def _by_name(text: str, names: Mapping[str, str]) -> str:
    """A text with the alleles, as chrom-pos-ref-alt, in their HGVS names."""
    return re.sub(r"\S+-\d+-[A-Z]+-[A-Z]+", lambda found: names.get(found[0], found[0]), text)


def pair_rows(judged: Mapping[Key, InheritanceResult]) -> list[dict[str, Any]]:
    """Rows of tables.PAIRS, in the order of the alleles; every pair assessed, those in cis included."""
    found = {
        (pair.one.gene, pair.one.variant, pair.other.variant): pair
        for judgement in judged.values()
        for pair in judgement.pairs
    }
    table = [_pair_row(pair) for pair in found.values()]
    return sorted(table, key=lambda row: tuple(row[name] for name in PAIRS.key))


def _pair_row(pair: Pair) -> dict[str, Any]:
    return {
        "gene": pair.one.gene,
        **vars(pair.one.variant),
        "partner": str(pair.other.variant),
        "kind": pair.kind,
        "phase": pair.phase.phase,
        "trans_probability": pair.phase.probability,
        "phase_reason": pair.phase.why,
        "mode": pair.fit.mode,
        "status": pair.fit.status,
        "reason": pair.fit.why,
    }
