"""The modes of inheritance that one allele fits by itself, by kind of chromosome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from landfall.config.sections import Inheritance
from landfall.genome import chromosomes
from landfall.patient.inheritance import haploid_calls
from landfall.patient.inheritance.family import Call, Family
from landfall.patient.inheritance.fit import (
    CandidateAllele,
    ModeFit,
    affected_by_recessive_x,
    carries,
    if_rare,
    kind_of,
    on_every_copy,
    segregating,
    state,
)
from landfall.patient.inheritance.pedigree import Individual

NEEDS_PARTNER = "one heterozygous variant, a second is needed"


def lacks_partner(fit: ModeFit) -> bool:
    return fit.why == NEEDS_PARTNER


def alone(hit: CandidateAllele, family: Family, rules: Inheritance) -> Iterator[ModeFit]:
    """The modes that could hold for an allele without a partner."""
    if hit.zygosity not in ("heterozygous", "homozygous", "hemizygous"):
        yield ModeFit("any", "fits", 1.0, "genotype unknown, no mode is excluded")
        return
    modes = {"x": _on_x, "y": _on_y, "mitochondrion": _on_mitochondrion, "autosome": _on_autosome}
    for fit in modes[kind_of(hit, family)](hit, family, rules):
        yield if_rare(fit, hit, _limited_as(fit.mode, hit, family))


NEW_AS = {"y": "y_linked", "mitochondrion": "mitochondrial", "autosome": "autosomal_dominant"}
"""The mode whose frequency limit holds for a de novo change, by kind of chromosome; on X by sex."""


def _limited_as(mode: str, hit: CandidateAllele, family: Family) -> str:
    if mode != "de_novo":
        return mode
    on_x = "x_linked_dominant" if hit.zygosity == "heterozygous" else "x_linked_recessive"
    return NEW_AS.get(kind_of(hit, family), on_x)


def _on_autosome(hit: CandidateAllele, family: Family, rules: Inheritance) -> Iterator[ModeFit]:
    if hit.zygosity == "heterozygous":
        yield from _dominant("autosomal_dominant", hit, family, rules)
        yield ModeFit("autosomal_recessive", "open", 0.0, NEEDS_PARTNER)
    elif hit.zygosity == "homozygous":
        yield _recessive("autosomal_recessive", hit, family, rules, family.parents())
        if any(parent and parent.affected for parent in family.parents()):
            yield from _dominant("autosomal_dominant", hit, family, rules)
    else:
        yield ModeFit("autosomal_recessive", "open", 0.0, "one copy, the other would have to be deleted")


def _on_x(hit: CandidateAllele, family: Family, rules: Inheritance) -> Iterator[ModeFit]:
    if family.one_x and hit.zygosity == "heterozygous":
        yield _doubtful("x_linked_recessive", "X", hit, family, rules)
    elif family.one_x or hit.zygosity == "hemizygous":
        yield from _on_one_x(hit, family, rules)
    elif hit.zygosity == "homozygous":
        yield _recessive("x_linked_recessive", hit, family, rules, family.parents())
    else:
        yield from _dominant("x_linked_dominant", hit, family, rules)
        yield ModeFit("x_linked_recessive", "open", 0.0, NEEDS_PARTNER)


def _doubtful(
    mode: str, chromosome: str, hit: CandidateAllele, family: Family, rules: Inheritance
) -> ModeFit:
    """A heterozygous call of a chromosome with one copy."""
    found = segregating(mode, hit, family, rules, "", affected_by_recessive_x)
    why = f"{_level(hit)}, {haploid_calls.SHARED.format(chrom=chromosome)}"
    return found if found.status == "excluded" else ModeFit(mode, "open", 0.0, why)


def _on_one_x(hit: CandidateAllele, family: Family, rules: Inheritance) -> Iterator[ModeFit]:
    """The fit of an allele on the only X: of a male, inherited from his mother; of a female (X0), from either parent.

    A mother without the disease may be a carrier.
    """
    father, mother = family.parents()
    givers = [father, mother] if family.sex == "female" else [mother]
    if _called_without(hit, family, givers):
        yield from _absent("x_linked_recessive", hit, family, rules, givers, givers)
        return
    carrier = ", the mother is a carrier" if _is_carrier(family.call(hit.variant, mother)) else ""
    head = f"one X, mutated{carrier}"
    yield segregating("x_linked_recessive", hit, family, rules, head, affected_by_recessive_x)
    if mother is None or mother.affected is not False:
        yield segregating("x_linked_dominant", hit, family, rules, "one X, mutated", carries)


def _on_y(hit: CandidateAllele, family: Family, rules: Inheritance) -> Iterator[ModeFit]:
    father, _ = family.parents()
    if family.sex == "female":
        yield ModeFit("y_linked", "excluded", 0.0, "call on Y in a female: an artefact")
    elif hit.zygosity == "heterozygous":
        yield _doubtful("y_linked", "Y", hit, family, rules)
    elif _called_without(hit, family, [father]):
        yield from _absent("y_linked", hit, family, rules, [father], _possible([father], rules))
    elif family.carries(hit.variant, father) is None and not _possible([father], rules):
        yield ModeFit("y_linked", "open", 0.0, "father unaffected and not genotyped: needs a new change")
    else:
        yield segregating("y_linked", hit, family, rules, "on Y", carries)


def _is_carrier(call: Call | None) -> bool:
    return call is not None and bool(call.carried) and call.on_every_copy is False


TRACE = 0.01
"""Share of reads below which a mitochondrial reference call shows no heteroplasmy: the rate of sequencing errors."""


def _on_mitochondrion(hit: CandidateAllele, family: Family, rules: Inheritance) -> Iterator[ModeFit]:
    """The maternal line has it, at varying heteroplasmy; unaffected carriers exclude nothing."""
    _, mother = family.parents()
    line = [person for person in family.relatives() if person.name in family.maternal_line()]
    calls = {person.name: family.call(hit.variant, person) for person in line}
    lacking = [family.role(p) for p in line if p.affected and _no_trace(calls[p.name])]
    if lacking:
        why = f"affected {' and '.join(lacking)} of the maternal line without it"
        yield ModeFit("mitochondrial", "excluded", 0.0, why)
        return
    mine = family.call(hit.variant, mother)
    if _no_trace(mine):
        yield _new(hit, family, rules, [mother])
    if not _no_trace(mine) or (mine and mine.allele_depth):
        words = [
            f"{state(p)} {family.role(p)} with {_level_of(calls[p.name])}" for p in line if calls[p.name]
        ]
        words += ["mother's genotype unknown"] if mine is None else []
        status = "open" if _no_trace(mine) else "fits"
        yield ModeFit("mitochondrial", status, float(status == "fits"), ", ".join([_level(hit), *words]))


def _no_trace(call: Call | None) -> bool:
    """Whether an allele is undetected in a person's mitochondria."""
    return call is not None and call.carried is False and (call.share or 0.0) < TRACE


def _level_of(call: Call | None) -> str:
    """The share of reads with the allele, of a called person."""
    return _percent(call.share if call else None)


def _level(hit: CandidateAllele) -> str:
    """The patient's share of reads with the allele."""
    return _percent(hit.row.get("allele_balance"))


def _percent(share: float | None) -> str:
    return "share of reads not given" if share is None else f"{100 * share:.3g}% of reads"


def _lacks(hit: CandidateAllele, family: Family, person: Individual) -> bool:
    return family.carries(hit.variant, person) is False


def _dominant(mode: str, hit: CandidateAllele, family: Family, rules: Inheritance) -> Iterator[ModeFit]:
    """A change on one copy; from a parent who has it, or de novo if both are shown not to."""
    parents = family.parents()
    if _called_without(hit, family, parents):
        yield from _absent(mode, hit, family, rules, parents, _possible(parents, rules))
        return
    found = segregating(mode, hit, family, rules, hit.zygosity, carries)
    if found.status == "fits" and not any(_may_hand_down(hit, family, p, rules) for p in parents):
        why = "parents unaffected and not both genotyped: needs a new change"
        found = ModeFit(mode, "open", 0.0, why)
    yield found
    mosaics = [p for p in parents if p and _may_be_mosaic(family.call(hit.variant, p), rules)]
    if found.status == "excluded" and mosaics:
        words = [f"{family.role(p)} has {_level_of(family.call(hit.variant, p))}" for p in mosaics]
        yield ModeFit("de_novo", "open", 0.0, f"{' and '.join(words)}: may be a mosaic")


def _may_be_mosaic(call: Call | None, rules: Inheritance) -> bool:
    """Whether a parent's heterozygous call has fewer reads of the allele than one of two copies gives."""
    return (
        call is not None
        and 0 < call.copies < call.ploidy
        and 0 < (call.share or 0) < rules.de_novo_balance[0]
    )


def _may_hand_down(
    hit: CandidateAllele, family: Family, parent: Individual | None, rules: Inheritance
) -> bool:
    """Whether a dominant change can come from a parent: by the genotype, else by the phenotype."""
    carries = family.carries(hit.variant, parent)
    return bool(_possible([parent], rules)) if carries is None else carries


def _possible(parents: Iterable[Individual | None], rules: Inheritance) -> list[Individual | None]:
    """The parents whose phenotype is compatible with a dominant change."""
    return [p for p in parents if p is None or p.affected is not False or rules.penetrance < 1]


def _called_without(hit: CandidateAllele, family: Family, parents: Iterable[Individual | None]) -> bool:
    """Whether each parent was called without the allele, at any depth."""
    calls = [family.call(hit.variant, parent) for parent in parents]
    return all(call is not None and not call.copies for call in calls)


def _absent(
    mode: str,
    hit: CandidateAllele,
    family: Family,
    rules: Inheritance,
    parents: Sequence[Individual | None],
    possible: Sequence[Individual | None],
) -> Iterator[ModeFit]:
    """A change that no parent was called with: de novo, or from a parent whose reads do not exclude it."""
    yield _new(hit, family, rules, parents)
    missed = [family.role(p) for p in possible if p and family.carries(hit.variant, p) is None]
    if missed:
        yield ModeFit(mode, "open", 0.0, f"reads of the {' and the '.join(missed)} do not show its absence")


def _recessive(
    mode: str, hit: CandidateAllele, family: Family, rules: Inheritance, parents: Sequence[Individual | None]
) -> ModeFit:
    """The same change on every copy: each parent has it, and no unaffected relative has it on every copy."""
    without = [family.role(p) for p in parents if p and _lacks(hit, family, p)]
    if without:
        causes = "two copies of one parent, a deletion or a wrong call"
        why = f"homozygous, but not in the {' and the '.join(without)}: {causes}"
        return ModeFit(mode, "open", 0.0, why)
    father, _ = family.parents()
    x_linked = mode == "x_linked_recessive"
    if x_linked and father and father.affected is False and family.carries(hit.variant, father) is None:
        return ModeFit(mode, "excluded", 0.0, "homozygous, but the father, who would have it, is unaffected")
    causes_disease = affected_by_recessive_x if x_linked else on_every_copy
    carriers = [family.role(p) for p in parents if p and family.carries(hit.variant, p)]
    head = f"homozygous, {' and '.join(carriers)} with it" if carriers else "homozygous"
    return segregating(mode, hit, family, rules, head, causes_disease)


def _new(
    hit: CandidateAllele, family: Family, rules: Inheritance, parents: Iterable[Individual | None]
) -> ModeFit:
    """A change that no parent has: their depth must exclude it, and no other affected relative may lack it."""
    seen = [(family.role(p), call) for p in parents if p and (call := family.call(hit.variant, p))]
    head = f"not in the {' and the '.join(role for role, _ in seen)}"
    if kind_of(hit, family) == chromosomes.MITOCHONDRION:
        head = f"{_level(hit)}, {head}"
    found = segregating("de_novo", hit, family, rules, head, carries)
    if found.status != "fits":
        return found
    doubts = [words for role, call in seen for words in _doubts(role, call, rules)]
    doubts += _own_doubts(hit, family, rules)
    return ModeFit("de_novo", "open", 0.0, f"{head}, but {', '.join(doubts)}") if doubts else found


def _doubts(role: str, call: Call, rules: Inheritance) -> Iterator[str]:
    if call.depth is None or call.depth < rules.de_novo_min_depth:
        seen = "read depth not given" if call.depth is None else f"{call.depth} reads"
        yield f"{role}: {seen}, {rules.de_novo_min_depth} needed"
    if call.allele_depth is not None and call.allele_depth > rules.de_novo_max_parent_reads:
        yield f"{role}: {call.allele_depth} reads of the allele, a mosaic or a missed call"


def _own_doubts(hit: CandidateAllele, family: Family, rules: Inheritance) -> Iterator[str]:
    """Doubts of the patient's own call; any heteroplasmy is possible."""
    depth, balance = hit.row.get("depth"), hit.row.get("allele_balance")
    if depth is not None and depth < rules.de_novo_min_depth:
        yield f"patient: {depth} reads, {rules.de_novo_min_depth} needed"
    low, high = rules.de_novo_balance
    two_copies = hit.zygosity == "heterozygous" and kind_of(hit, family) != chromosomes.MITOCHONDRION
    if two_copies and balance is not None and not low <= balance <= high:
        yield f"patient: {balance:.0%} of reads, not {low:.0%} to {high:.0%}"
