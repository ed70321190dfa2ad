"""Whether two alleles of a patient lie on one copy of the chromosome (cis) or on two (trans), with the probability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from landfall.genome.hgvs.dna import trim
from landfall.genome.variant import Variant, allele_of
from landfall.patient.inheritance.family import Family
from landfall.patient.inheritance.pedigree import Individual

Row = Mapping[str, Any]

ON_EVERY_COPY = ("homozygous", "hemizygous")


def overlap(one: Variant, other: Variant) -> bool:
    """Whether two alleles change the same bases, or both are insertions at one point: no copy can hold both."""
    a, b = (trim(v.pos, v.ref, v.alt) for v in (one, other))
    return (a.start < b.end and b.start < a.end) or (a.start == a.end == b.start == b.end)


def between(one: Variant, other: Variant) -> int:
    """Number of bases that lie between the changes of two alleles of one contig; 0 or less where they touch."""
    a, b = (trim(v.pos, v.ref, v.alt) for v in (one, other))
    return max(a.start, b.start) - min(a.end, b.end)


def phase(candidate: Row, neighbour: Row) -> str:
    """``cis``, ``trans`` or ``unknown`` of two calls: rows of tables.NORMALISED.

    An allele on every copy is in cis with all. Two heterozygous calls are phased where both genotypes are written
    with ``|`` and have the same phase set, or none: a set is a stretch in which the sides of ``|`` correspond (VCF
    4.3, section 1.6.2).
    """
    if "unknown" in (candidate["zygosity"], neighbour["zygosity"]):
        return "unknown"
    if candidate["zygosity"] in ON_EVERY_COPY or neighbour["zygosity"] in ON_EVERY_COPY:
        return "cis"
    sides = [_sides(call) for call in (candidate, neighbour)]
    if not all(sides) or candidate["phase_set"] != neighbour["phase_set"]:
        return "unknown"
    return "cis" if sides[0] & sides[1] else "trans"


def _sides(call: Row) -> set[int]:
    """The copies, numbered from 0, that hold the allele of a phased genotype; empty if it is not phased."""
    genotype = str(call["genotype"])
    if "|" not in genotype or "/" in genotype:
        return set()
    return {side for side, name in enumerate(genotype.split("|")) if name == str(call["allele"])}


# --- in a family ---------------------------------------------------------------------------------------------------

ERROR = 0.01
"""Assumed error rate of one piece of evidence: a genotype, a phase, a crossover; a convention."""
SURE = 0.9
"""Probability from which a phase is called trans, and below 1 minus which it is called cis."""

NEAR = 10
"""Bases between two calls up to which they count as near: the window of gnomAD's multi-nucleotide variants (Wang et
al., Nat Commun 11:2539, 2020)."""
NEAR_IN_TRANS = 1 / 8
"""Share of near pairs that lie on two copies; a convention: two independent rare changes so near are rarer than one
event that a caller splits into two calls (such pairs rank first among recessive ones in Exomiser, its issue 508)."""

Chances = tuple[tuple[float, float], ...]
SIBLING: Chances = ((0.25, (1 - ERROR) / 2), (0.5, ERROR), (0.25, (1 - ERROR) / 2))
"""Chance that a full sibling has neither, one, both: in trans from two parents, in cis from one."""
CHILD: Chances = ((ERROR / 2, (1 - ERROR) / 2), (1 - ERROR, ERROR), (ERROR / 2, (1 - ERROR) / 2))
"""The same of the patient's child."""

Likelihoods = tuple[float, float, str]
"""Probability of an observation in trans, and in cis, and the observation in words."""


@dataclass(frozen=True)
class Phase:
    """``trans``, ``cis`` or ``unknown``, the probability of trans, and the evidence in words."""

    phase: str
    probability: float
    why: str


def in_family(one: Row, other: Row, family: Family) -> Phase:
    """The phase of two heterozygous calls of the patient: rows with alleles, record, genotype and phase_set.

    Bayes' rule from even odds: a patient's pair alone is uninformative unless it is near. Alleles that no copy can hold
    together are in trans. Otherwise phased genotypes (nearness, where they are not phased), parents (or full siblings,
    where parents are uninformative) and children each bring a likelihood ratio (docs/science.md).
    """
    a, b = (allele_of(row) for row in (one, other))
    if overlap(a, b) or _of_one_call(one, other):
        return Phase("trans", 1.0, "they are alternatives at one place; no copy can hold both")
    parents = list(_by_parents(a, b, family)) or list(_by_kin(a, b, family, family.full_siblings(), SIBLING))
    children = _by_kin(a, b, family, family.children(), CHILD)
    linked = list(_written(one, other)) or list(_near(a, b))
    found = [*linked, *parents, *children]
    trans = prod(likelihood[0] for likelihood in found)
    cis = prod(likelihood[1] for likelihood in found)
    probability = trans / (trans + cis)
    label = "trans" if probability >= SURE else "cis" if probability <= 1 - SURE else "unknown"
    return Phase(label, probability, "; ".join(words for *_, words in found) or "no evidence on their phase")


def _of_one_call(one: Row, other: Row) -> bool:
    """Whether two calls are one of several alleles, in one record or split into several."""
    site = one.get("call_site")
    return bool(one["record"] == other["record"] or (site is not None and site == other.get("call_site")))


def _near(a: Variant, b: Variant) -> Iterator[Likelihoods]:
    gap = between(a, b)
    if gap <= NEAR:
        apart = f"{gap} base{'s' * (gap != 1)} between them" if gap > 0 else "next to each other"
        yield NEAR_IN_TRANS, 1 - NEAR_IN_TRANS, f"{apart}, where most pairs are one event on one copy"


def _written(one: Row, other: Row) -> Iterator[Likelihoods]:
    linked = phase(one, other)
    if linked == "trans":
        yield 1 - ERROR, ERROR, f"phased as {one['genotype']} and {other['genotype']}"
    elif linked == "cis":
        yield ERROR, 1 - ERROR, f"phased as {one['genotype']} and {other['genotype']}"


def origin(variant: Variant, family: Family) -> str:
    """Origin of an allele of a heterozygous patient: ``mother``, ``father``, ``new``, ``either`` or ``unknown``.

    With one parent's genotype alone, what that parent does not carry is taken to come from the other. A parent who
    has it on every copy has transmitted it for certain.
    """
    calls = [family.call(variant, parent) for parent in family.parents()]
    father, mother = (family.carries(variant, parent) for parent in family.parents())
    if father is None and mother is None:
        return "unknown"
    if father is None or mother is None:
        known, name, rest = (mother, "mother", "father") if father is None else (father, "father", "mother")
        return name if known else rest
    if father != mother:
        return "father" if father else "mother"
    if not father:
        return "new"
    from_father, from_mother = (call is not None and call.on_every_copy is True for call in calls)
    if from_father != from_mother:
        return "father" if from_father else "mother"
    return "either"


def _by_parents(a: Variant, b: Variant, family: Family) -> Iterator[Likelihoods]:
    first, second = origin(a, family), origin(b, family)
    if not {first, second} <= {"mother", "father"}:
        return
    if first == second:
        yield ERROR, 1 - ERROR, f"both from the {first}"
    else:
        yield 1 - ERROR, ERROR, f"{a} from the {first}, {b} from the {second}"


def _by_kin(
    a: Variant, b: Variant, family: Family, people: Iterable[Individual], chances: Chances
) -> Iterator[Likelihoods]:
    """A copy is transmitted whole, so that a relative with exactly one of the two is evidence for trans."""
    for person in people:
        has = family.carries(a, person), family.carries(b, person)
        if None not in has:
            words = ("neither", "one of them", "both")[sum(map(bool, has))]
            yield *chances[sum(map(bool, has))], f"{family.role(person)} has {words}"
