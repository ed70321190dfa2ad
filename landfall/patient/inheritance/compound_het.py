"""Pairs of two heterozygous alleles in one gene, and the modes that they fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from landfall.config.sections import Inheritance
from landfall.genome import chromosomes
from landfall.genome.variant import Variant
from landfall.patient.inheritance.family import Call, Family
from landfall.patient.inheritance.fit import CandidateAllele, ModeFit, fit_to_relatives, if_rare, kind_of
from landfall.patient.inheritance.modes import LABELS, STATES
from landfall.patient.inheritance.pedigree import Individual
from landfall.patient.inheritance.phasing import Phase, in_family
from landfall.patient.inheritance.segregation import alone, lacks_partner


@dataclass(frozen=True)
class Pair:
    """Two heterozygous alleles in one gene; ``kind``: symmetric, or asymmetric with one at the laxer score."""

    one: CandidateAllele
    other: CandidateAllele
    kind: str
    phase: Phase
    fit: ModeFit

    def partner(self, variant: Variant) -> CandidateAllele:
        return self.other if variant == self.one.variant else self.one


@dataclass(frozen=True)
class InheritanceResult:
    """All modes of one allele, best first; ``alone``: those without a partner; ``pairs``: best first."""

    fits: tuple[ModeFit, ...]
    alone: tuple[ModeFit, ...]
    pairs: tuple[Pair, ...] = ()

    @property
    def pair(self) -> Pair | None:
        """The best pair, if there is one."""
        return self.pairs[0] if self.pairs else None

    @property
    def best(self) -> ModeFit:
        return self.fits[0]

    @property
    def modes(self) -> list[str]:
        return [fit.mode for fit in self.fits if fit.status == "fits"]

    def __str__(self) -> str:
        """The modes that fit; where none does, all of them."""
        shown = [fit for fit in self.fits if fit.status == "fits"] or list(self.fits)
        return "; ".join(map(str, shown))


def judge(
    hits: Iterable[CandidateAllele], family: Family, rules: Inheritance
) -> dict[tuple[Variant, str], InheritanceResult]:
    """The result of each allele, by allele and gene; alleles of one gene on one contig are evaluated as pairs."""
    hits = list(hits)
    found: dict[tuple[Variant, str], list[Pair]] = {(hit.variant, hit.gene): [] for hit in hits}
    for pair in pairs(hits, family, rules):
        for hit in (pair.one, pair.other):
            found[hit.variant, hit.gene].append(pair)
    return {
        (hit.variant, hit.gene): _judged(hit, found[hit.variant, hit.gene], family, rules) for hit in hits
    }


def _judged(
    hit: CandidateAllele, paired: Sequence[Pair], family: Family, rules: Inheritance
) -> InheritanceResult:
    fits = by_itself = list(alone(hit, family, rules))
    partners = sorted(paired, key=lambda pair: _preference(pair, hit))
    best = partners[0] if partners else None
    if best:
        fits = [fit for fit in fits if fit.mode != best.fit.mode and not lacks_partner(fit)] + [best.fit]
    order = {mode: number for number, mode in enumerate(LABELS)}
    fits = sorted(fits, key=lambda fit: (STATES.index(fit.status), -fit.probability, order[fit.mode]))
    return InheritanceResult(tuple(fits), tuple(by_itself), tuple(partners))


def _preference(pair: Pair, hit: CandidateAllele) -> tuple[Any, ...]:
    partner = pair.partner(hit.variant)
    state = STATES.index(pair.fit.status)
    return state, -pair.fit.probability, -partner.strength, -partner.weight, _place(partner)


def _place(hit: CandidateAllele) -> tuple[int, str, str]:
    return hit.variant.pos, hit.variant.ref, hit.variant.alt


# --- pairs ---------------------------------------------------------------------------------------------------------


def pairs(hits: Iterable[CandidateAllele], family: Family, rules: Inheritance) -> Iterator[Pair]:
    """Heterozygous alleles of one gene, two by two, those in cis included; at least one is a candidate by itself."""
    genes: dict[tuple[str, str], list[CandidateAllele]] = {}
    for hit in hits:
        if hit.gene and hit.strength and _pairs_up(hit, family):
            genes.setdefault((hit.variant.chrom, hit.gene), []).append(hit)
    for group in genes.values():
        for one, other in combinations(sorted(group, key=_place), 2):
            if max(one.strength, other.strength) == 2:
                yield _pair(one, other, family, rules)


def _pairs_up(hit: CandidateAllele, family: Family) -> bool:
    kind = kind_of(hit, family)
    two_copies = kind == chromosomes.AUTOSOME or (kind == chromosomes.X and not family.one_x)
    return hit.zygosity == "heterozygous" and two_copies


def _pair(one: CandidateAllele, other: CandidateAllele, family: Family, rules: Inheritance) -> Pair:
    phase = in_family(one.row, other.row, family)
    kind = "symmetric" if one.strength == other.strength else "asymmetric"
    on_x = kind_of(one, family) == chromosomes.X
    mode = "x_linked_recessive_comp_het" if on_x else "autosomal_recessive_comp_het"
    if phase.phase == "cis":
        return Pair(one, other, kind, phase, ModeFit(mode, "excluded", 0.0, f"in cis: {phase.why}"))
    known = [
        (person, affected_by_two(calls))
        for person in family.relatives()
        if (calls := _both(one, other, family, person)) is not None
    ]
    head = "in trans" if phase.phase == "trans" else "phase unknown"
    found = fit_to_relatives(mode, f"{head}: {phase.why}", known, family, rules)
    fit = replace(found, probability=found.probability * phase.probability)
    return Pair(one, other, kind, phase, if_rare(if_rare(fit, one, mode), other, mode))


def _both(
    one: CandidateAllele, other: CandidateAllele, family: Family, person: Individual
) -> tuple[Call, Call] | None:
    calls = family.call(one.variant, person), family.call(other.variant, person)
    return None if calls[0] is None or calls[1] is None else (calls[0], calls[1])


def affected_by_two(calls: tuple[Call, Call]) -> bool | None:
    """Both alleles, or one of them on every copy; None where the calls leave that open."""
    every, carried = [call.on_every_copy for call in calls], [call.carried for call in calls]
    if True in every or all(carried):
        return True
    return False if None not in every and False in carried else None
