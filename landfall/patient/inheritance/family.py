"""A patient's family: relationships, affection status and known genotypes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from landfall.genome.variant import Variant, allele_of
from landfall.patient.inheritance.pedigree import Individual, Pedigree

Row = Mapping[str, Any]
NO_PEDIGREE = Pedigree("", {})
SIBLINGS_OF_PARENTS = {"male": "uncle", "female": "aunt", "unknown": "uncle or aunt"}
KINSHIP = {"male": ("brother", "son"), "female": ("sister", "daughter"), "unknown": ("sibling", "child")}


FEWEST_READS = 7
"""Depth of a reference call below which it is uninformative: 0.5^7 is the first power under 1 %, so that a heterozygote
without a read of the allele among seven is rarer than the assumed error rate of a genotype (phasing.ERROR)."""
UNSURE_SHARE = 0.1
"""Share of reads with the allele from which a reference call may be a mosaic or a missed heterozygote; a convention."""


@dataclass(frozen=True)
class Call:
    """One person's genotype at one allele.

    ``copies`` of the allele among ``ploidy``, of which ``missing`` are not called; ``depth`` and ``allele_depth`` in
    reads, None if not given; ``share`` of the reads with the allele, 0 to 1, None if not given; ``genotype`` as called.
    """

    copies: int
    ploidy: int
    depth: int | None = None
    allele_depth: int | None = None
    missing: int = 0
    share: float | None = None
    genotype: str | None = None

    @property
    def carried(self) -> bool | None:
        """Whether the person has the allele; None where the reads of a reference call do not exclude it."""
        if self.copies:
            return True
        few = self.depth is not None and self.depth < FEWEST_READS
        return None if few or (self.share or 0.0) >= UNSURE_SHARE else False

    @property
    def on_every_copy(self) -> bool | None:
        """Whether all copies have the allele; None where that is unknown."""
        if not self.copies:
            return self.carried
        if self.copies == self.ploidy:
            return True
        return None if self.copies + self.missing == self.ploidy else False


@dataclass(frozen=True)
class Family:
    """``proband``: the patient's name in the pedigree; ``calls``: genotypes by allele and name, uncalled ones left out.

    ``rows`` holds the patient's own rows of tables.FAMILY_CALLS by allele, which carry the phase. ``build``: genome
    build, for the pseudoautosomal regions. ``x_copies``: the patient's number of X chromosomes where it is not that of
    the sex (XXY, X0).
    """

    proband: str
    sex: str
    build: str
    pedigree: Pedigree = NO_PEDIGREE
    calls: Mapping[Variant, Mapping[str, Call]] = field(default_factory=dict)
    rows: Mapping[Variant, Row] = field(default_factory=dict)
    x_copies: int | None = None

    @property
    def one_x(self) -> bool:
        """Whether the patient has one X: a male without a second one, a female who lost one."""
        return self.sex == "male" if self.x_copies is None else self.x_copies == 1

    def call(self, variant: Variant, person: Individual | None) -> Call | None:
        """A relative's genotype; None if it is not known."""
        return self.calls.get(variant, {}).get(person.name) if person else None

    def carries(self, variant: Variant, person: Individual | None) -> bool | None:
        """Whether a relative has an allele; None where the genotype is unknown, or its reads are uninformative."""
        call = self.call(variant, person)
        return call.carried if call else None

    def parents(self) -> tuple[Individual | None, Individual | None]:
        """Father and mother, None where unknown."""
        return self.pedigree.parents(self.proband)

    def relatives(self) -> Iterator[Individual]:
        """Everyone else of the family, in the order of the pedigree."""
        me = self.pedigree.individuals.get(self.proband)
        for other in self.pedigree.individuals.values():
            if me and other.family == me.family and other.name != me.name:
                yield other

    def full_siblings(self) -> list[Individual]:
        """Those who share both known parents."""
        father, mother = self.parents()
        if not (father and mother):
            return []
        return [p for p in self.relatives() if (p.father, p.mother) == (father.name, mother.name)]

    def children(self) -> list[Individual]:
        return [p for p in self.relatives() if self.proband in (p.father, p.mother)]

    def maternal_line(self) -> set[str]:
        """Names of those with the same mitochondria: the same founder of the maternal line in the pedigree."""
        here = self._first_mother(self.proband)
        return {p.name for p in self.relatives() if self._first_mother(p.name) == here}

    def _first_mother(self, name: str) -> str:
        while (person := self.pedigree.individuals.get(name)) and person.mother:
            name = person.mother
        return name

    def role(self, person: Individual) -> str:
        """The relationship of a relative to the patient, in words."""
        father, mother = self.parents()
        sibling, child = KINSHIP[person.sex]
        if person in (father, mother):
            return "father" if person is father else "mother"
        if person in self.full_siblings():
            return f"{sibling} {person.name}"
        if person in self.children():
            return f"{child} {person.name}"
        return next(self._further(person, sibling), f"relative {person.name}")

    def _further(self, person: Individual, sibling: str) -> Iterator[str]:
        """Half-siblings, grandparents, their children, and partners."""
        me = self.pedigree.individuals[self.proband]
        if _shared_parents(me, person):
            yield f"half-{sibling} {person.name}"
        for side, parent in zip(("paternal", "maternal"), self.parents(), strict=True):
            if parent and person.name in (parent.father, parent.mother):
                yield f"{side} grand{'father' if person.name == parent.father else 'mother'}"
            elif parent and _shared_parents(parent, person):
                yield f"{side} {SIBLINGS_OF_PARENTS[person.sex]} {person.name}"
        if any(person.name in (child.father, child.mother) for child in self.children()):
            yield f"partner {person.name}"


def _shared_parents(one: Individual, other: Individual) -> set[str | None]:
    """Known parents of both."""
    return {one.father, one.mother} & {other.father, other.mother} - {None}


def from_rows(
    rows: Iterable[Row],
    proband: str,
    sex: str,
    build: str,
    pedigree: Pedigree | None = None,
    x_copies: int | None = None,
) -> Family:
    """A family from rows of tables.FAMILY_CALLS."""
    calls: dict[Variant, dict[str, Call]] = {}
    own: dict[Variant, Row] = {}
    for row in rows:
        variant = allele_of(row)
        if row["copies"] is not None:
            calls.setdefault(variant, {})[row["individual"]] = _call(row)
        if row["individual"] == proband:
            own[variant] = row
    return Family(proband, sex, build, pedigree or NO_PEDIGREE, calls, own, x_copies)


def _call(row: Row) -> Call:
    """A hemizygous call is of one copy, whatever its genotype string."""
    reads = row["depth"], row["allele_depth"]
    shown = {"share": row["allele_balance"], "genotype": row["genotype"]}
    if row["zygosity"] == "hemizygous":
        return Call(1, 1, *reads, **shown)
    return Call(row["copies"], row["ploidy"], *reads, row["missing"], **shown)
