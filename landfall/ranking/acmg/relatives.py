"""Criteria that rest on relatives and on the other allele: PS2 and PM6 (de novo), PM3 (in trans), PP1 and BS4
(segregation).

Sources: ClinGen SVI, recommendations for PS2 and PM6 (version 1.1) and PM3 (version 1.0), points by proband; Jarvik and
Browning 2016, probabilities of cosegregation in one family; Richards et al. 2015.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from landfall.config.interpretation import Evidence
from landfall.config.sections import Finding
from landfall.genome.variant import allele_of
from landfall.patient.inheritance.cosegregation import Cosegregation, observe
from landfall.patient.inheritance.family import NO_PEDIGREE, Family
from landfall.patient.inheritance.modes import COMPOUND_MODES, LABELS, RECESSIVE_MODES
from landfall.ranking.acmg import phenotype
from landfall.ranking.acmg.criteria import LEFT, MET, NOT_ASSESSED, NOT_MET, PROVISIONAL, Criterion
from landfall.ranking.inheritance_columns import gene_modes
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.score import is_likely_pathogenic

DE_NOVO, IN_TRANS = "ClinGen SVI, PS2 and PM6", "ClinGen SVI, PM3"
SEGREGATION, RICHARDS = "Jarvik and Browning 2016", "Richards et al. 2015"
STRENGTHS = ((4.0, "very_strong"), (2.0, "strong"), (1.0, "moderate"), (0.5, "supporting"))
"""Smallest sum of points of each strength of PS2, PM6 and PM3."""
DE_NOVO_POINTS = {
    "specific": (2.0, 1.0),
    "consistent": (1.0, 0.5),
    "partial": (0.5, 0.25),
    "none": (0.0, 0.0),
}
"""Points of one de novo occurrence by phenotype: parentage confirmed, and assumed."""
IN_TRANS_POINTS = {("pathogenic", "trans"): 1.0, ("pathogenic", "unknown"): 0.5} | {
    ("likely pathogenic", "trans"): 1.0,
    ("likely pathogenic", "unknown"): 0.25,
}
"""Points of one patient by class of the other allele and phase."""
HOMOZYGOUS_POINTS = 0.5
SHARED_BY_CHANCE = ((1 / 32, "strong"), (1 / 16, "moderate"), (1 / 8, "supporting"))
"""Largest probability by chance of each strength of PP1 in one family."""


NO_FAMILY = Family("", "unknown", "", NO_PEDIGREE)


@dataclass(frozen=True)
class Relatives:
    """What the criteria use beside the row.

    ``parentage``: how the genotypes confirm both parents, in words; None where they do not. ``partner``: row of the
    other allele of the pair. ``finding``: thresholds of the support by the phenotype.
    """

    family: Family = NO_FAMILY
    parentage: str | None = None
    partner: PrioritisedRow | None = None
    finding: Finding = field(default_factory=Finding)


def _strength(points: float) -> str | None:
    return next((name for least, name in STRENGTHS if points >= least), None)


# --- de novo -------------------------------------------------------------------------------------------------------


def de_novo(row: PrioritisedRow, known: Relatives, settings: Evidence) -> tuple[Criterion, Criterion]:
    """PS2 where the genotypes confirm both parents, else PM6."""
    unmet = _not_de_novo(row, known)
    if unmet is not None:
        return Criterion("PS2", *unmet, DE_NOVO), Criterion("PM6", *unmet, DE_NOVO)
    met = _new(row, known, settings)
    if known.parentage is None:
        words = "the genotypes do not confirm both parents, so PM6 applies"
        return Criterion("PS2", NOT_MET, None, words, DE_NOVO), met
    return met, Criterion("PM6", NOT_MET, None, "the genotypes confirm both parents, so PS2 applies", DE_NOVO)


def _not_de_novo(row: PrioritisedRow, known: Relatives) -> tuple[str, None, str] | None:
    """Status and reason of an allele that is not shown to be de novo in a gene whose diseases arise so; else None."""
    if "de_novo" not in row["inheritance_modes"].split(";"):
        parents = known.family.parents()
        inherited = any(known.family.carries(allele_of(row), parent) for parent in parents)
        return NOT_MET if inherited else NOT_ASSESSED, None, _read(row)
    modes = gene_modes(row)
    if modes and "de_novo" not in modes:
        labels = ", ".join(LABELS[mode] for mode in modes if mode not in COMPOUND_MODES)
        return LEFT, None, f"{row['relatives']}, but the diseases of {row['gene']} are {labels}"
    return None


def _read(row: PrioritisedRow) -> str:
    return (
        f"relatives' genotypes: {row['relatives']}" if row["relatives"] else "no relative's genotype was read"
    )


def _new(row: PrioritisedRow, known: Relatives, settings: Evidence) -> Criterion:
    confirmed = known.parentage is not None
    kind, match = _phenotype(row, known.finding, settings)
    points = DE_NOVO_POINTS[kind][not confirmed]
    strength = _strength(points)
    parents = f"confirmed by the genotypes ({known.parentage})" if confirmed else "assumed from the pedigree"
    words = f"{row['relatives']} ({_reads(row)}); parentage {parents}; {match}: {_points(points)}"
    condition = (
        "on condition that the family history is negative; a low-level mosaic in a parent is not excluded"
    )
    words += f"; {condition}" if strength else ", fewer than 0.5"
    return Criterion(
        "PS2" if confirmed else "PM6", PROVISIONAL if strength else NOT_MET, strength, words, DE_NOVO
    )


def _points(points: float) -> str:
    return f"{points:g} {'point' if points == 1 else 'points'}"


def _phenotype(row: PrioritisedRow, finding: Finding, settings: Evidence) -> tuple[str, str]:
    """How specific the phenotype is for the gene, and that in words."""
    if phenotype.is_specific(row, settings):
        return "specific", f"phenotype highly specific ({phenotype.match_in_words(row)})"
    if phenotype.is_consistent(row, finding):
        return "consistent", "phenotype consistent with the gene"
    if row["hpo_matches"]:
        return "partial", "phenotype consistent with many genes"
    return "none", "the phenotype does not support the gene"


def _reads(row: PrioritisedRow) -> str:
    """'father 0/0, 34 reads; mother 0/0, 29 reads'."""
    parents = (
        ("father", row["father_genotype"], row["father_depth"]),
        ("mother", row["mother_genotype"], row["mother_depth"]),
    )
    return "; ".join(
        f"{parent} {genotype}{'' if depth is None else f', {depth} reads'}"
        for parent, genotype, depth in parents
        if genotype
    )


# --- the other allele ----------------------------------------------------------------------------------------------


def in_trans(row: PrioritisedRow, known: Relatives, others: Sequence[str]) -> Criterion:
    """PM3: a pathogenic allele on the other copy, or the same allele on both. others: other candidates of the gene."""
    also = f"; other leading candidates in {row['gene']}: {', '.join(others)}" if others else ""
    status, strength, words = _other_copy(row, known)
    return Criterion("PM3", status, strength, f"{words}{also}", IN_TRANS)


def _other_copy(row: PrioritisedRow, known: Relatives) -> tuple[str, str | None, str]:
    modes = gene_modes(row)
    if modes and not RECESSIVE_MODES & set(modes):
        return NOT_MET, None, f"no recessive disease of {row['gene']} is known"
    if row["zygosity"] == "homozygous":
        condition = "on condition that the disease is recessive and the parents are not closely related"
        return (
            PROVISIONAL,
            _strength(HOMOZYGOUS_POINTS),
            f"homozygous: {HOMOZYGOUS_POINTS:g} points; {condition}",
        )
    if row["zygosity"] == "unknown":
        return NOT_ASSESSED, None, "no genotype is given"
    if row["zygosity"] != "heterozygous":
        return NOT_MET, None, f"the call is {row['zygosity']}, so there is no second allele"
    if row["partner"] is None:
        return NOT_MET, None, "no second heterozygous allele of the gene is among the candidates"
    return _of_pair(row, known.partner)


def _of_pair(row: PrioritisedRow, partner: PrioritisedRow | None) -> tuple[str, str | None, str]:
    name = row["partner"] if partner is None else partner["hgvs_c"] or row["partner"]
    why = f" ({row['partner_phase_reason']})" if row["partner_phase_reason"] else ""
    head = f"partner {name}, phase {row['partner_phase']}{why}"
    if row["partner_phase"] == "cis":
        return NOT_MET, None, head
    if partner is None or not partner["clinvar"]:
        return LEFT, None, f"{head}; the partner has no classification to count"
    kind = "likely pathogenic" if is_likely_pathogenic(partner["clinvar"]) else "pathogenic"
    points = IN_TRANS_POINTS[kind, row["partner_phase"] or "unknown"]
    words = f"{head}, {kind} ({partner['clinvar']}): {_points(points)}"
    strength = _strength(points)
    if strength is None:
        return NOT_MET, None, f"{words}, fewer than 0.5"
    return MET if row["partner_phase"] == "trans" else PROVISIONAL, strength, words


# --- segregation ---------------------------------------------------------------------------------------------------


def segregation(row: PrioritisedRow, known: Relatives) -> tuple[Criterion, Criterion]:
    """PP1 from affected relatives with the genotype, BS4 from those without it."""
    pair = row["best_inheritance_mode"] in COMPOUND_MODES and known.partner is not None
    alleles = [allele_of(row), *([allele_of(known.partner)] if pair and known.partner else [])]
    found = observe(row["best_inheritance_mode"], alleles, known.family)
    if not found.genotyped:
        words = _read(row)
        return (
            Criterion("PP1", NOT_ASSESSED, None, words, SEGREGATION),
            Criterion("BS4", NOT_ASSESSED, None, words, RICHARDS),
        )
    words = f"{LABELS[row['best_inheritance_mode']]}: {'; '.join(_counts(found))}"
    return _with_it(found, words), _without_it(found, words)


def _counts(found: Cosegregation) -> Iterator[str]:
    groups = (
        ("affected with a causal genotype", found.affected_with),
        ("affected without a causal genotype", found.affected_without),
        ("unaffected with a causal genotype", found.unaffected_with),
        ("unaffected without a causal genotype", found.unaffected_without),
        ("not informative", found.unclear),
    )
    for label, roles in groups:
        if roles:
            yield f"{len(roles)} {label} ({', '.join(roles)})"


def _with_it(found: Cosegregation, words: str) -> Criterion:
    if not found.affected_with:
        return Criterion(
            "PP1", NOT_MET, None, f"no other affected relative has a causal genotype; {words}", SEGREGATION
        )
    if found.affected_without:
        return Criterion(
            "PP1", NOT_MET, None, f"it does not segregate with the disease; {words}", SEGREGATION
        )
    if found.chance is None:
        return Criterion("PP1", LEFT, None, f"{words}; probability by chance not computed", SEGREGATION)
    words += f"; probability by chance {found.chance:.3g}"
    strength = next((name for most, name in SHARED_BY_CHANCE if found.chance <= most), None)
    if strength is None:
        return Criterion("PP1", NOT_MET, None, f"{words}, above 1/8", SEGREGATION)
    condition = "on condition that the relatives have the patient's disease"
    return Criterion("PP1", PROVISIONAL, strength, f"{words}; {condition}", SEGREGATION)


def _without_it(found: Cosegregation, words: str) -> Criterion:
    if found.affected_without:
        condition = "on condition that their disease is the patient's, not a phenocopy"
        return Criterion("BS4", PROVISIONAL, "strong", f"{words}; {condition}", RICHARDS)
    if found.unaffected_with:
        return Criterion("BS4", LEFT, None, f"{words}; depends on penetrance and age at onset", RICHARDS)
    return Criterion("BS4", NOT_MET, None, f"no affected relative lacks a causal genotype; {words}", RICHARDS)
