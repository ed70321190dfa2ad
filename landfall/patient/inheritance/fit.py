"""How a mode of inheritance fits an allele in its family: the types, and what all modes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landfall.config.sections import Inheritance
from landfall.genome import chromosomes
from landfall.genome.variant import Variant
from landfall.patient.inheritance.family import Call, Family
from landfall.patient.inheritance.modes import LABELS
from landfall.patient.inheritance.pedigree import Individual

Row = Mapping[str, Any]
CausesDisease = Callable[[Individual, Call], bool | None]
"""Whether a relative's genotype is one that causes disease under a mode; None where the call is uninformative."""


@dataclass(frozen=True)
class CandidateAllele:
    """One allele in one gene, as the patient has it.

    ``row``: the patient's call, of tables.VARIANTS or FAMILY_CALLS. ``strength`` in a pair: 2 a candidate
    by itself (coding, or a score at the cut-off), 1 a second allele at the laxer score, 0 neither; ``weight`` orders
    partners of one strength. ``rare_for``: the modes whose frequency limit it keeps, None where that was not assessed.
    """

    variant: Variant
    gene: str
    row: Row
    strength: int = 0
    weight: float = 0.0
    rare_for: frozenset[str] | None = None

    @property
    def zygosity(self) -> str:
        return str(self.row["zygosity"])


@dataclass(frozen=True)
class ModeFit:
    """How one mode fits.

    ``status``: fits, open or excluded. ``probability``: 1, that of trans for a pair, or what incomplete penetrance
    leaves; 0 unless it fits. ``why`` in words.
    """

    mode: str
    status: str
    probability: float
    why: str

    def __str__(self) -> str:
        verb = {"fits": "fits {}", "open": "{} is open", "excluded": "{} is excluded"}[self.status]
        return f"{verb.format(LABELS[self.mode])} ({self.why})"


def if_rare(fit: ModeFit, hit: CandidateAllele, mode: str) -> ModeFit:
    """The fit, or its exclusion where the allele is more common than the mode allows."""
    if fit.status != "fits" or hit.rare_for is None or mode in hit.rare_for:
        return fit
    return ModeFit(fit.mode, "excluded", 0.0, f"{hit.variant} is more common than the mode's limit")


def kind_of(hit: CandidateAllele, family: Family) -> str:
    return chromosomes.kind(hit.variant.chrom, hit.variant.pos, family.build)


def carries(person: Individual, call: Call) -> bool | None:
    return call.carried


def on_every_copy(person: Individual, call: Call) -> bool | None:
    return call.on_every_copy


def affected_by_recessive_x(person: Individual, call: Call) -> bool | None:
    """A heterozygous call of a male's one X is uninformative of the allele."""
    if person.sex != "male":
        return call.on_every_copy
    return None if 0 < call.copies < call.ploidy - call.missing else call.carried


def state(person: Individual | None) -> str:
    known = {True: "affected", False: "unaffected", None: "of unknown phenotype"}
    return known[person.affected if person else None]


def segregating(
    mode: str,
    hit: CandidateAllele,
    family: Family,
    rules: Inheritance,
    head: str,
    causes_disease: CausesDisease,
) -> ModeFit:
    """Cosegregation of a mode with the relatives whose genotype and phenotype are known."""
    calls = [(person, family.call(hit.variant, person)) for person in family.relatives()]
    known = [(person, causes_disease(person, call)) for person, call in calls if call is not None]
    return fit_to_relatives(mode, head, known, family, rules)


def fit_to_relatives(
    mode: str, head: str, known: Sequence[tuple[Individual, bool | None]], family: Family, rules: Inheritance
) -> ModeFit:
    """known: genotyped relatives and whether they have the genotype that causes disease, None where unknown."""
    probability, words = 1.0, [head]
    for person, has in known:
        who = f"{state(person)} {family.role(person)}"
        if person.affected and has is False:
            return ModeFit(mode, "excluded", 0.0, f"{who} does not have the genotype")
        if has is None:
            words.append(f"the call of the {family.role(person)} is uninformative")
        elif has and person.affected is not None:
            probability *= 1.0 if person.affected else 1 - rules.penetrance
            words.append(f"{who} has it too")
    if probability == 0:
        return ModeFit(mode, "excluded", 0.0, ", ".join(words[1:]))
    return ModeFit(mode, "fits", probability, ", ".join([*words, *_by_phenotype(known, family)]))


def _by_phenotype(known: Sequence[tuple[Individual, bool | None]], family: Family) -> Iterator[str]:
    """Parents with a known phenotype and no genotype."""
    seen = {person.name for person, _ in known}
    unseen = [p for p in family.parents() if p and p.name not in seen and p.affected is not None]
    for shown in dict.fromkeys(state(parent) for parent in unseen):
        who = [family.role(parent) for parent in unseen if state(parent) == shown]
        yield f"{'both parents' if len(who) == 2 else who[0]} {shown} and not genotyped"
