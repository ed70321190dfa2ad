"""What relatives' genotypes show of an allele: inherited, carried, de novo; in words and as columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from landfall.genome.variant import Variant
from landfall.patient.inheritance.family import Call, Family
from landfall.patient.inheritance.fit import state
from landfall.patient.inheritance.pedigree import Individual

DE_NOVO = "de novo, confirmed in both parents"
PARENTS = ("father", "mother")


def describe(variant: Variant, zygosity: str, modes: Collection[str], family: Family) -> str | None:
    """E.g. 'inherited from the mother, a carrier'; None where no relative's genotype is known.

    zygosity: of the patient. modes: those that fit, of which de_novo needs confident calls of both parents.
    """
    known = [(p, call) for p in family.relatives() if (call := family.call(variant, p)) is not None]
    parents = {p.name for p in family.parents() if p}
    words = [
        *_of_parents([pair for pair in known if pair[0].name in parents], zygosity, modes, family),
        *(_of_relative(person, call, family) for person, call in known if person.name not in parents),
    ]
    return "; ".join(words) or None


def columns(variant: Variant, family: Family) -> dict[str, Any]:
    """The columns of the prioritised table with the genotypes and reads of relatives."""
    found: dict[str, Any] = {}
    for name, person in zip(PARENTS, family.parents(), strict=True):
        call = family.call(variant, person)
        found |= {
            f"{name}_genotype": call.genotype if call else None,
            f"{name}_depth": call.depth if call else None,
            f"{name}_allele_balance": call.share if call else None,
        }
    others = (p for p in family.relatives() if p not in family.parents())
    said = [
        f"{family.role(person)} {call.genotype}{_reads(call)}"
        for person in others
        if (call := family.call(variant, person)) is not None
    ]
    return {**found, "other_relatives": "; ".join(said) or None}


def _reads(call: Call) -> str:
    """Reads of the allele and of all, as far as they are given."""
    if call.depth is None:
        return ""
    own = "" if call.allele_depth is None else f"{call.allele_depth} of "
    return f" ({own}{call.depth} reads)"


def _of_parents(
    known: list[tuple[Individual, Call]], zygosity: str, modes: Collection[str], family: Family
) -> Iterator[str]:
    carriers = [(person, call) for person, call in known if call.carried]
    if len(carriers) == 2:
        head = "inherited from both parents" if zygosity == "homozygous" else "carried by both parents"
        each = ", ".join(f"the {family.role(p)} {_kind(call)}{_affected(p)}" for p, call in carriers)
        yield f"{head}: {each}"
    elif carriers:
        ((person, call),) = carriers
        yield f"inherited from the {family.role(person)}, {_kind(call)}{_affected(person)}"
    lacking = [family.role(person) for person, call in known if call.carried is False]
    new = "de_novo" in modes
    if len(lacking) == 2:
        yield DE_NOVO if new else "absent in the calls of both parents, not confirmed as de novo"
    elif lacking and new:  # of the one parent that could transmit it
        yield f"de novo, confirmed in the {lacking[0]}"
    elif lacking:
        yield f"absent in the {lacking[0]}"
    genotyped = {family.role(person) for person, _ in known}
    if genotyped and len(genotyped) < len(PARENTS) and not carriers and not new:
        yield f"the {next(role for role in PARENTS if role not in genotyped)} was not genotyped"
    yield from (
        f"too few reads of the {family.role(person)} to exclude it"
        for person, call in known
        if call.carried is None
    )


def _kind(call: Call) -> str:
    if call.on_every_copy is False:
        return "a carrier"
    return "hemizygous" if call.ploidy == 1 else "homozygous"


def _affected(person: Individual) -> str:
    return ", affected" if person.affected else ""


def _of_relative(person: Individual, call: Call, family: Family) -> str:
    has = {True: _kind(call), False: "without it", None: "uninformative"}[call.carried]
    return f"{state(person)} {family.role(person)} {has}"
