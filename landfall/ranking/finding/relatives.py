"""What relatives' genotypes show of an allele, in words: inherited, carried, de novo."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from landfall.genome.variant import Variant
from landfall.patient.inheritance.family import Call, Family
from landfall.patient.inheritance.fit import state
from landfall.patient.inheritance.pedigree import Individual

DE_NOVO = "de novo, absent in both parents"


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
    if len(lacking) == 2:
        yield (
            DE_NOVO if "de_novo" in modes else "absent in the calls of both parents, not confirmed as de novo"
        )
    elif lacking:
        yield f"absent in the {lacking[0]}"
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
