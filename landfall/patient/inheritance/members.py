"""The members of a patient's family at an allele: pedigree, genotype and reads of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from landfall.genome.variant import Variant, allele_of
from landfall.patient.inheritance.family import Family
from landfall.patient.inheritance.pedigree import Individual

Row = Mapping[str, Any]
READ = ("genotype", "zygosity", "depth", "genotype_quality", "allele_depth", "allele_balance")
"""Columns of tables.FAMILY_CALLS that tables.RELATIVES repeats."""
PATIENT = "patient"
"""Role of the patient; relatives have those of :meth:`Family.role`."""


def rows(variants: Iterable[Variant], calls: Iterable[Row], family: Family) -> list[dict[str, Any]]:
    """Rows of tables.RELATIVES, in the order of the alleles and of the pedigree.

    calls: rows of tables.FAMILY_CALLS. Empty for a patient without relatives in the pedigree.
    """
    people = list(members(family))
    if len(people) < 2:
        return []
    known = {(allele_of(row), row["individual"]): row for row in calls}
    return [
        {**vars(variant), **_person(person, family), **_call(variant, person, known, family)}
        for variant in dict.fromkeys(variants)
        for person in people
    ]


def members(family: Family) -> Iterator[Individual]:
    """The patient and the relatives of the pedigree, the patient first; none where the pedigree lacks the patient."""
    me = family.pedigree.individuals.get(family.proband)
    if me is not None:
        yield me
        yield from family.relatives()


def _person(person: Individual, family: Family) -> dict[str, Any]:
    is_patient = person.name == family.proband
    return {
        "individual": person.name,
        "role": PATIENT if is_patient else family.role(person),
        "father": person.father,
        "mother": person.mother,
        "sex": family.sex if is_patient else person.sex,
        "affected": person.affected,
    }


def _call(
    variant: Variant, person: Individual, known: Mapping[tuple[Variant, str], Row], family: Family
) -> dict[str, Any]:
    row = known.get((variant, person.name))
    read = dict.fromkeys(READ) if row is None else {name: row[name] for name in READ}
    return {**read, "carries": family.carries(variant, person)}
