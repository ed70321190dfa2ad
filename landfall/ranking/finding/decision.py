"""The decision whether a ranked allele is a finding, a candidate or neither, from its row and that of its partner.

Evidence is of six kinds (KINDS), each with a level of its own; the highest level of them is the level of the row:

- splicing: a masked delta score reaches ``prioritise.flag_delta``. Finding in a fitting genotype, else candidate.
- known_pathogenic: classified in ``evidence.clinvar``, at least as ``finding.known_min_class``. Likewise; with fewer
  review stars than ``finding.known_min_stars``, or with conflicting classifications, never more than a candidate.
- loss_of_function: LOSS_OF_FUNCTION in a gene that the phenotype supports. Finding where the genotype fits a known mode
  of the gene's diseases, and they arise by loss of function: taken as given for recessive modes, for others if
  ``evidence.clinvar`` has ``finding.min_null_alleles`` pathogenic null alleles of the gene; else candidate.
- pair: two heterozygous alleles that both damage the gene with ``finding.min_pair_damage``. Finding where one of them
  has one of the kinds above, they lie in trans with ``finding.min_trans_probability``, the mode is one of the gene's
  diseases, and the phenotype supports the gene or one of them is known; else candidate.
- de_novo: absent in both parents by confident calls, and damaging with ``finding.min_de_novo_damage``. Finding in a
  gene that the phenotype supports and whose diseases arise so, else candidate.
- regulation: ``finding.min_regulation`` in a supported gene and a fitting genotype. Never more than a candidate.

A genotype fits where the explaining mode fits the family and is one of the gene's diseases, as far as they are known.
Of an allele that is explained as one of a pair the pair decides. The phenotype supports a gene by
its match to the patient's terms, by the panel, or because the sample sheet names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from landfall.config.sections import Finding
from landfall.patient.inheritance.modes import COMPOUND_MODES, LABELS, RECESSIVE_MODES
from landfall.ranking.inheritance_columns import (
    counted,
    effects_of,
    gene_modes,
    is_gene_mode,
    largest_masked,
)
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.score import damage, is_likely_pathogenic

LEVELS = ("finding", "candidate", "none")
"""Highest first."""
KINDS = ("splicing", "known_pathogenic", "loss_of_function", "pair", "de_novo", "regulation")
LOSS_OF_FUNCTION = frozenset(
    {
        "transcript_ablation",
        "splice_acceptor_variant",
        "splice_donor_variant",
        "stop_gained",
        "frameshift_variant",
        "start_lost",
    }
)
"""Sequence Ontology terms of the null variants of PVS1 (Abou Tayoun et al. 2018)."""


@dataclass(frozen=True)
class Thresholds:
    """``rules``: section finding; ``flag_delta``: prioritise.flag_delta; ``named``: genes of the sample sheet."""

    rules: Finding
    flag_delta: float
    named: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence at its level, in words."""

    kind: str
    level: str
    words: str


@dataclass(frozen=True)
class Decision:
    """Level, the kinds of evidence in the order of KINDS, and the sentence with the reason."""

    level: str
    kinds: tuple[str, ...]
    reason: str


def decide(row: PrioritisedRow, partner: PrioritisedRow | None, thresholds: Thresholds) -> Decision:
    """The level of a row of tables.PRIORITISED, complete but for the columns of the finding.

    partner: row of the allele in ``partner``, None without one.
    """
    found = [
        *_by_itself(row, thresholds),
        *_pair(row, partner, thresholds),
        *_de_novo(row, thresholds),
        *_regulation(row, thresholds),
    ]
    if not found:
        return Decision("none", (), _nothing(row, thresholds))
    level = min((evidence.level for evidence in found), key=LEVELS.index)
    words = "; ".join([*(evidence.words for evidence in found), _genotype(row)])
    return Decision(level, tuple(e.kind for e in found), f"{words[:1].upper()}{words[1:]}.")


def _nothing(row: PrioritisedRow, thresholds: Thresholds) -> str:
    words = "No evidence reaches the level of a candidate"
    if row["status"] != "scored":
        return f"{words}; splicing was not scored."
    delta = largest_masked(row)
    return f"{words}; the largest masked delta score is {delta:.2f}, the threshold {thresholds.flag_delta:g}."


def genotype_fits(row: PrioritisedRow) -> bool:
    """Whether the explaining mode fits the family, and is one of the gene's diseases as far as they are known."""
    return row["explaining_status"] == "fits" and is_gene_mode(row)


def _by_itself(row: PrioritisedRow, thresholds: Thresholds) -> Iterator[Evidence]:
    alone = genotype_fits(row) and row["best_inheritance_mode"] not in COMPOUND_MODES
    level = "finding" if alone else "candidate"
    delta = largest_masked(row)
    if delta >= thresholds.flag_delta:
        words = f"splicing changes by prediction (masked delta score {delta:.2f}, threshold {thresholds.flag_delta:g})"
        yield Evidence("splicing", level, words)
    yield from _classified(row, level, thresholds)
    support = _support(row, thresholds)
    if counted(row) in LOSS_OF_FUNCTION and support:
        by_loss, mechanism = _mechanism(row, thresholds)
        least = level if row["gene_moi"] and by_loss else "candidate"
        words = (
            f"loss of function ({counted(row).replace('_', ' ')}) in a gene that fits the patient: {support}"
        )
        yield Evidence("loss_of_function", least, f"{words}{mechanism}")


def _mechanism(row: PrioritisedRow, thresholds: Thresholds) -> tuple[bool, str]:
    """Whether the gene's diseases may arise by loss of function, with the basis in words; empty for recessive modes."""
    known, least = row["clinvar_null_alleles"], thresholds.rules.min_null_alleles
    if row["best_inheritance_mode"] in RECESSIVE_MODES:
        return True, ""
    if known is None:
        return True, ", on condition that loss of function causes its disease"
    return known >= least, f", with {known} pathogenic null alleles (threshold {least})"


def _classified(row: PrioritisedRow, level: str, thresholds: Thresholds) -> Iterator[Evidence]:
    """Of the classification in ``evidence.clinvar``; level: that of the genotype."""
    if _is_known(row, thresholds):
        yield Evidence("known_pathogenic", level, f"known pathogenic allele, {row['clinvar']}")
    elif _has_class(row, thresholds):
        least = f"below the threshold of {thresholds.rules.known_min_stars} review stars"
        yield Evidence(
            "known_pathogenic", "candidate", f"allele classified as pathogenic, {row['clinvar']}, {least}"
        )
    elif row["clinvar_conflict"] and genotype_fits(row):
        words = f"allele with conflicting classifications, {row['clinvar_conflict']}"
        yield Evidence("known_pathogenic", "candidate", words)


def _is_known(row: PrioritisedRow, thresholds: Thresholds) -> bool:
    """Whether the classification reaches the lowest class and the fewest review stars that count."""
    stars = row["clinvar_stars"]
    return _has_class(row, thresholds) and (stars is None or stars >= thresholds.rules.known_min_stars)


def _has_class(row: PrioritisedRow, thresholds: Thresholds) -> bool:
    if not row["clinvar"]:
        return False
    return not is_likely_pathogenic(row["clinvar"]) or thresholds.rules.known_min_class == "likely_pathogenic"


def _support(row: PrioritisedRow, thresholds: Thresholds) -> str:
    """How the phenotype supports the gene, in words; empty if it does not."""
    rules, share, confidence = thresholds.rules, row["phenotype_share"], row["panel_confidence"]
    if confidence is not None and confidence >= rules.min_panel_confidence:
        return f"it is in the panel with confidence {confidence}"
    if share is not None and share <= rules.max_phenotype_share:
        return f"{100 * share:.2g} % of the annotated genes match the patient's terms as well"
    return "the sample sheet names it" if row["gene"] in thresholds.named else ""


def _pair(row: PrioritisedRow, partner: PrioritisedRow | None, thresholds: Thresholds) -> Iterator[Evidence]:
    if partner is None or row["best_inheritance_mode"] not in COMPOUND_MODES:
        return
    rules, two = thresholds.rules, (row, partner)
    if row["explaining_status"] != "fits" or any(
        _damage(one, thresholds) < rules.min_pair_damage for one in two
    ):
        return
    strong = any(any(True for _ in _by_itself(one, thresholds)) for one in two)
    supported = _support(row, thresholds) or any(_is_known(one, thresholds) for one in two)
    in_trans = (row["partner_trans_probability"] or 0.0) >= rules.min_trans_probability
    level = "finding" if strong and supported and in_trans and genotype_fits(row) else "candidate"
    phase = "in trans" if row["partner_phase"] == "trans" else "of unknown phase"
    why = f" ({row['partner_phase_reason']})" if row["partner_phase_reason"] else ""
    yield Evidence(
        "pair", level, f"one of two alleles {phase}{why}, with {partner['hgvs_c'] or row['partner']}"
    )


def _damage(row: PrioritisedRow, thresholds: Thresholds) -> float:
    """Probability that the allele damages the gene; 1 for a known pathogenic one."""
    return 1.0 if _is_known(row, thresholds) else damage(effects_of(row))


def _de_novo(row: PrioritisedRow, thresholds: Thresholds) -> Iterator[Evidence]:
    fits = "de_novo" in row["inheritance_modes"].split(";")
    if fits and _damage(row, thresholds) >= thresholds.rules.min_de_novo_damage:
        expected = "de_novo" in gene_modes(row)
        level = "finding" if expected and _support(row, thresholds) else "candidate"
        yield Evidence("de_novo", level, "de novo, absent in both parents by confident calls")


def _regulation(row: PrioritisedRow, thresholds: Thresholds) -> Iterator[Evidence]:
    found = row["effect_regulation"]
    enough = found is not None and found >= thresholds.rules.min_regulation
    if enough and genotype_fits(row) and _support(row, thresholds):
        yield Evidence(
            "regulation",
            "candidate",
            f"regulation changes by prediction (probability of damage {found:.2f}, not calibrated), which alone is no "
            "finding",
        )


def _genotype(row: PrioritisedRow) -> str:
    """How the genotype fits, in words."""
    mode = LABELS[row["best_inheritance_mode"]]
    call = "no genotype is given" if row["zygosity"] == "unknown" else f"the {row['zygosity']} genotype"
    if genotype_fits(row):
        return f"{call}; {mode} fits" if row["zygosity"] == "unknown" else f"{call} fits {mode}"
    if row["explaining_status"] == "fits":
        return f"{call} fits {mode}, which is not known for the gene's diseases"
    return f"{call} does not explain a disease: {mode} is {row['explaining_status']}"
