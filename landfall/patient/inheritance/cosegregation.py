"""Cosegregation of a genotype with disease among a patient's relatives, and its probability by chance.

The probability is that of Jarvik and Browning 2016 (Am J Hum Genet 98:1077): that every affected relative who was found
to share the genotype shares it by descent alone, given that the patient has it. Unaffected relatives are counted and
do not lower it, as penetrance and age at onset are not known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from landfall.genome import chromosomes
from landfall.genome.variant import Variant
from landfall.patient.inheritance.compound_het import affected_by_two
from landfall.patient.inheritance.family import Call, Family
from landfall.patient.inheritance.fit import CausesDisease, affected_by_recessive_x, carries, on_every_copy
from landfall.patient.inheritance.modes import RECESSIVE_MODES
from landfall.patient.inheritance.pedigree import Individual

CAUSES: Mapping[str, CausesDisease] = {
    "autosomal_recessive": on_every_copy,
    "x_linked_recessive": affected_by_recessive_x,
}
"""Genotypes that cause disease by mode; under any other mode one copy does."""
MOST_DESCENDANTS = 16
"""Persons with parents in the pedigree up to which all transmissions are enumerated."""
SIBLING_BY_CHANCE = 0.25
"""Probability that a full sibling has the same two alleles of the parents."""


@dataclass(frozen=True)
class Cosegregation:
    """Roles of the genotyped relatives of known phenotype, by affection status and genotype.

    ``chance``: probability that those of ``affected_with`` share the genotype by chance, 0 to 1; None where the
    pedigree does not give it. ``unclear``: calls that leave the genotype open, or relatives of unknown phenotype.
    """

    affected_with: tuple[str, ...] = ()
    affected_without: tuple[str, ...] = ()
    unaffected_with: tuple[str, ...] = ()
    unaffected_without: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    chance: float | None = None

    @property
    def genotyped(self) -> bool:
        """Whether any relative's genotype was read."""
        groups = (self.affected_with, self.affected_without, self.unaffected_with, self.unaffected_without)
        return any((*groups, self.unclear))


def observe(mode: str, alleles: Sequence[Variant], family: Family) -> Cosegregation:
    """How a mode cosegregates in the family; alleles: one, or the two of a pair."""
    groups: dict[tuple[bool | None, bool | None], list[Individual]] = {}
    for person in family.relatives():
        calls = [call for allele in alleles if (call := family.call(allele, person)) is not None]
        if len(calls) == len(alleles):
            groups.setdefault((person.affected, _has(mode, person, calls)), []).append(person)

    def roles(affected: bool, has: bool) -> tuple[str, ...]:
        return tuple(family.role(person) for person in groups.get((affected, has), ()))

    unclear = [person for key, people in groups.items() if None in key for person in people]
    return Cosegregation(
        roles(True, True),
        roles(True, False),
        roles(False, True),
        roles(False, False),
        tuple(map(family.role, unclear)),
        _chance(mode, alleles[0], groups.get((True, True), ()), family),
    )


def _has(mode: str, person: Individual, calls: Sequence[Call]) -> bool | None:
    """Whether a relative has the genotype that causes disease under the mode; None where the calls leave it open."""
    if len(calls) == 2:
        return affected_by_two((calls[0], calls[1]))
    return CAUSES.get(mode, carries)(person, calls[0])


def _chance(mode: str, allele: Variant, sharing: Sequence[Individual], family: Family) -> float | None:
    kind = chromosomes.kind(allele.chrom, allele.pos, family.build)
    if not sharing or kind in (chromosomes.Y, chromosomes.MITOCHONDRION):  # inherited whole by the line
        return None
    on_x = kind == chromosomes.X
    if mode in RECESSIVE_MODES and not on_x:
        siblings = family.full_siblings()
        return SIBLING_BY_CHANCE ** len(sharing) if all(p in siblings for p in sharing) else None
    if on_x and any(person.sex == "female" for person in sharing) and mode in RECESSIVE_MODES:
        return None
    people = dict(family.pedigree.individuals)
    return shared_by_chance(people, family.proband, [person.name for person in sharing], on_x)


def shared_by_chance(
    people: Mapping[str, Individual], patient: str, others: Collection[str], on_x: bool
) -> float | None:
    """Probability that all of ``others`` have a rare allele that the patient has, which one founder brought in.

    None for more than MOST_DESCENDANTS persons to enumerate.
    """
    parents = _ancestry(people, [patient, *others])
    order = _founders_first(parents)
    if sum(parents[name] != (None, None) for name in order) > MOST_DESCENDANTS:
        return None
    sexes = {name: people[name].sex if name in people else "unknown" for name in order}
    founders = [name for name in order if parents[name] == (None, None)]
    both, alone = 0.0, 0.0
    for founder in founders:
        copies = 1 if on_x and sexes[founder] == "male" else 2
        drop = _Drop(parents, sexes, order, founder, on_x)
        both += copies * drop.probability({patient, *others})
        alone += copies * drop.probability({patient})
    return both / alone if alone else None


Parents = Mapping[str, tuple[str | None, str | None]]
"""Father and mother of each person; both None for a founder."""


def _ancestry(people: Mapping[str, Individual], names: Iterable[str]) -> Parents:
    """The persons and all their ancestors; an unknown parent of a child with one known parent is a founder."""
    found: dict[str, tuple[str | None, str | None]] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        person = people.get(name)
        known = (person.father, person.mother) if person else (None, None)
        if any(known):
            known = known[0] or f"father of {name}", known[1] or f"mother of {name}"
        found[name] = known
        waiting += [parent for parent in known if parent]
    return found


def _founders_first(parents: Parents) -> list[str]:
    """Every person after both parents."""
    order: list[str] = []
    while len(order) < len(parents):
        order += sorted(
            name
            for name, pair in parents.items()
            if name not in order and all(parent is None or parent in order for parent in pair)
        )
    return order


@dataclass(frozen=True)
class _Drop:
    """Transmission of an allele from one heterozygous founder down a pedigree."""

    parents: Parents
    sexes: Mapping[str, str]
    order: Sequence[str]
    founder: str
    on_x: bool

    def probability(self, having: Collection[str]) -> float:
        """Probability that all of ``having`` have the allele."""
        return self._from(0, frozenset(), having)

    def _from(self, index: int, has: frozenset[str], having: Collection[str]) -> float:
        if index == len(self.order):
            return 1.0
        name = self.order[index]
        chance = self._receives(name, has)
        found = chance * self._from(index + 1, has | {name}, having) if chance else 0.0
        if name not in having and chance < 1:
            found += (1 - chance) * self._from(index + 1, has, having)
        return found

    def _receives(self, name: str, has: frozenset[str]) -> float:
        father, mother = self.parents[name]
        if father is None:
            return float(name == self.founder)
        from_mother = 0.5 * (mother in has)
        from_father = 0.5 * (father in has)
        if self.on_x and father in has:
            from_father = float(self.sexes[name] != "male")
        return 1 - (1 - from_mother) * (1 - from_father)
