"""Which mode of inheritance an allele fits in its family, and why: alone, or with a partner on the other copy.

Every mode that could hold is asked and answers with a :class:`Fit`: it fits, it is open (something must still be shown:
a second hit, the parents' genotypes, another copy), or the family excludes it. Rules and limits: docs/science.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from landfall import chromosomes, one_copy
from landfall.family import Call, Family
from landfall.pedigree import Individual
from landfall.phasing import Phase, in_family
from landfall.settings import Inheritance
from landfall.windows import Variant

Row = Mapping[str, Any]
Ill = Callable[[Individual, Call], bool | None]
"""Whether a relative's genotype is one that makes ill under a mode; None where the call leaves that open."""

LABELS = {
    "any": "any mode",
    "autosomal_dominant": "autosomal dominant",
    "autosomal_recessive": "autosomal recessive",
    "autosomal_recessive_compound": "autosomal recessive, compound heterozygous",
    "de_novo": "a de novo change",
    "x_linked_dominant": "X-linked dominant",
    "x_linked_recessive": "X-linked recessive",
    "x_linked_recessive_compound": "X-linked recessive, compound heterozygous",
    "y_linked": "Y-linked",
    "mitochondrial": "mitochondrial inheritance",
}
STATES = ("fits", "open", "excluded")
"""Best first."""


@dataclass(frozen=True)
class Hit:
    """One allele in one gene, as the patient has it.

    ``row``: the patient's call, of tables.VARIANTS or FAMILY_CALLS. ``strength`` says what it can be in a pair: 2 a hit
    by itself (coding, or a score at the cut-off), 1 a second hit at the laxer score, 0 neither; ``weight`` orders
    partners of one strength. ``rare_for``: the modes whose frequency limit it keeps, None where that was not judged.
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
class Fit:
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


@dataclass(frozen=True)
class Pair:
    """Two heterozygous hits in one gene; ``kind``: symmetric, or asymmetric where one is a hit at the laxer score."""

    one: Hit
    other: Hit
    kind: str
    phase: Phase
    fit: Fit

    def partner(self, variant: Variant) -> Hit:
        return self.other if variant == self.one.variant else self.one


@dataclass(frozen=True)
class Judgement:
    """All modes asked of one hit, best first; ``alone``: those asked without a partner; ``pairs``: best first."""

    fits: tuple[Fit, ...]
    alone: tuple[Fit, ...]
    pairs: tuple[Pair, ...] = ()

    @property
    def pair(self) -> Pair | None:
        """The best pair, if there is one."""
        return self.pairs[0] if self.pairs else None

    @property
    def best(self) -> Fit:
        return self.fits[0]

    @property
    def modes(self) -> list[str]:
        return [fit.mode for fit in self.fits if fit.status == "fits"]

    def __str__(self) -> str:
        """The modes that fit; where none does, every one that was asked."""
        said = [fit for fit in self.fits if fit.status == "fits"] or list(self.fits)
        return "; ".join(map(str, said))


def judge(hits: Iterable[Hit], family: Family, rules: Inheritance) -> dict[tuple[Variant, str], Judgement]:
    """The judgement of each hit, by allele and gene; hits of one gene on one contig are tried as pairs."""
    hits = list(hits)
    found: dict[tuple[Variant, str], list[Pair]] = {(hit.variant, hit.gene): [] for hit in hits}
    for pair in pairs(hits, family, rules):
        for hit in (pair.one, pair.other):
            found[hit.variant, hit.gene].append(pair)
    return {
        (hit.variant, hit.gene): _judged(hit, found[hit.variant, hit.gene], family, rules) for hit in hits
    }


def _judged(hit: Hit, paired: Sequence[Pair], family: Family, rules: Inheritance) -> Judgement:
    fits = by_itself = list(alone(hit, family, rules))
    partners = sorted(paired, key=lambda pair: _preference(pair, hit))
    best = partners[0] if partners else None
    if best:
        fits = [fit for fit in fits if fit.mode != best.fit.mode and not _lacks_partner(fit)] + [best.fit]
    order = {mode: number for number, mode in enumerate(LABELS)}
    fits = sorted(fits, key=lambda fit: (STATES.index(fit.status), -fit.probability, order[fit.mode]))
    return Judgement(tuple(fits), tuple(by_itself), tuple(partners))


def _preference(pair: Pair, hit: Hit) -> tuple[Any, ...]:
    partner = pair.partner(hit.variant)
    state = STATES.index(pair.fit.status)
    return state, -pair.fit.probability, -partner.strength, -partner.weight, _place(partner)


def _place(hit: Hit) -> tuple[int, str, str]:
    return hit.variant.pos, hit.variant.ref, hit.variant.alt


# --- one hit -------------------------------------------------------------------------------------------------------

NEEDS_PARTNER = "one hit, a second is needed"


def _lacks_partner(fit: Fit) -> bool:
    return fit.why == NEEDS_PARTNER


def alone(hit: Hit, family: Family, rules: Inheritance) -> Iterator[Fit]:
    """The modes that could hold for a hit without a partner."""
    if hit.zygosity not in ("heterozygous", "homozygous", "hemizygous"):
        yield Fit("any", "fits", 1.0, "genotype unknown, no mode is excluded")
        return
    rooms = {"x": _on_x, "y": _on_y, "mitochondrion": _on_mitochondrion, "autosome": _on_autosome}
    for fit in rooms[_kind(hit, family)](hit, family, rules):
        yield _if_rare(fit, hit, _limited_as(fit.mode, hit, family))


NEW_AS = {"y": "y_linked", "mitochondrion": "mitochondrial", "autosome": "autosomal_dominant"}
"""The mode whose frequency limit holds for a new change, by kind of chromosome; on X it is that of the sex."""


def _limited_as(mode: str, hit: Hit, family: Family) -> str:
    if mode != "de_novo":
        return mode
    on_x = "x_linked_dominant" if hit.zygosity == "heterozygous" else "x_linked_recessive"
    return NEW_AS.get(_kind(hit, family), on_x)


def _if_rare(fit: Fit, hit: Hit, mode: str) -> Fit:
    """The fit, or its exclusion where the allele is more common than the mode allows."""
    if fit.status != "fits" or hit.rare_for is None or mode in hit.rare_for:
        return fit
    return Fit(fit.mode, "excluded", 0.0, f"{hit.variant} is more common than the mode's limit")


def _kind(hit: Hit, family: Family) -> str:
    return chromosomes.kind(hit.variant.chrom, hit.variant.pos, family.build)


def _on_autosome(hit: Hit, family: Family, rules: Inheritance) -> Iterator[Fit]:
    if hit.zygosity == "heterozygous":
        yield from _dominant("autosomal_dominant", hit, family, rules)
        yield Fit("autosomal_recessive", "open", 0.0, NEEDS_PARTNER)
    elif hit.zygosity == "homozygous":
        yield _recessive("autosomal_recessive", hit, family, rules, family.parents())
        if any(parent and parent.affected for parent in family.parents()):
            yield from _dominant("autosomal_dominant", hit, family, rules)
    else:
        yield Fit("autosomal_recessive", "open", 0.0, "one copy, the other would have to be deleted")


def _on_x(hit: Hit, family: Family, rules: Inheritance) -> Iterator[Fit]:
    if family.one_x and hit.zygosity == "heterozygous":
        yield _doubtful("x_linked_recessive", "X", hit, family, rules)
    elif family.one_x or hit.zygosity == "hemizygous":
        yield from _on_one_x(hit, family, rules)
    elif hit.zygosity == "homozygous":
        yield _recessive("x_linked_recessive", hit, family, rules, family.parents())
    else:
        yield from _dominant("x_linked_dominant", hit, family, rules)
        yield Fit("x_linked_recessive", "open", 0.0, NEEDS_PARTNER)


def _doubtful(mode: str, chromosome: str, hit: Hit, family: Family, rules: Inheritance) -> Fit:
    """A heterozygous call of a chromosome that is there once."""
    found = _segregating(mode, hit, family, rules, "", _ill_by_recessive_x)
    why = f"{_level(hit)}, {one_copy.SHARED.format(chrom=chromosome)}"
    return found if found.status == "excluded" else Fit(mode, "open", 0.0, why)


def _on_one_x(hit: Hit, family: Family, rules: Inheritance) -> Iterator[Fit]:
    """The X of a male is his mother's, that of a female with one X either parent's.

    An unaffected mother may carry a recessive change.
    """
    father, mother = family.parents()
    givers = [father, mother] if family.sex == "female" else [mother]
    if _called_without(hit, family, givers):
        yield from _absent("x_linked_recessive", hit, family, rules, givers, givers)
        return
    carrier = ", the mother is a carrier" if _is_carrier(family.call(hit.variant, mother)) else ""
    head = f"one X, mutated{carrier}"
    yield _segregating("x_linked_recessive", hit, family, rules, head, _ill_by_recessive_x)
    if mother is None or mother.affected is not False:
        yield _segregating("x_linked_dominant", hit, family, rules, "one X, mutated", _carries)


def _on_y(hit: Hit, family: Family, rules: Inheritance) -> Iterator[Fit]:
    father, _ = family.parents()
    if family.sex == "female":
        yield Fit("y_linked", "excluded", 0.0, "call on Y in a female: an artefact")
    elif hit.zygosity == "heterozygous":
        yield _doubtful("y_linked", "Y", hit, family, rules)
    elif _called_without(hit, family, [father]):
        yield from _absent("y_linked", hit, family, rules, [father], _possible([father], rules))
    elif family.carries(hit.variant, father) is None and not _possible([father], rules):
        yield Fit("y_linked", "open", 0.0, "father unaffected and not genotyped: needs a new change")
    else:
        yield _segregating("y_linked", hit, family, rules, "on Y", _carries)


def _is_carrier(call: Call | None) -> bool:
    return call is not None and bool(call.carried) and call.on_every_copy is False


TRACE = 0.01
"""Share of reads below which a mitochondrial reference call shows no heteroplasmy: the rate of sequencing errors."""


def _on_mitochondrion(hit: Hit, family: Family, rules: Inheritance) -> Iterator[Fit]:
    """The maternal line has it, in shares that differ; unaffected carriers exclude nothing."""
    _, mother = family.parents()
    line = [person for person in family.relatives() if person.name in family.maternal_line()]
    calls = {person.name: family.call(hit.variant, person) for person in line}
    lacking = [family.role(p) for p in line if p.affected and _no_trace(calls[p.name])]
    if lacking:
        why = f"affected {' and '.join(lacking)} of the maternal line without it"
        yield Fit("mitochondrial", "excluded", 0.0, why)
        return
    mine = family.call(hit.variant, mother)
    if _no_trace(mine):
        yield _new(hit, family, rules, [mother])
    if not _no_trace(mine) or (mine and mine.allele_depth):
        told = [
            f"{_state(p)} {family.role(p)} with {_level_of(calls[p.name])}" for p in line if calls[p.name]
        ]
        told += ["mother's genotype unknown"] if mine is None else []
        status = "open" if _no_trace(mine) else "fits"
        yield Fit("mitochondrial", status, float(status == "fits"), ", ".join([_level(hit), *told]))


def _no_trace(call: Call | None) -> bool:
    """Whether a person's mitochondria show nothing of an allele."""
    return call is not None and call.carried is False and (call.share or 0.0) < TRACE


def _level_of(call: Call | None) -> str:
    """The share of reads with the allele of someone who has a call."""
    return _percent(call.share if call else None)


def _level(hit: Hit) -> str:
    """The patient's share of reads with the allele."""
    return _percent(hit.row.get("allele_balance"))


def _percent(share: float | None) -> str:
    return "share of reads not given" if share is None else f"{100 * share:.3g}% of reads"


def _lacks(hit: Hit, family: Family, person: Individual) -> bool:
    return family.carries(hit.variant, person) is False


def _carries(person: Individual, call: Call) -> bool | None:
    return call.carried


def _on_every_copy(person: Individual, call: Call) -> bool | None:
    return call.on_every_copy


def _ill_by_recessive_x(person: Individual, call: Call) -> bool | None:
    """A heterozygous call of a male's one X leaves open whether he has the allele."""
    if person.sex != "male":
        return call.on_every_copy
    return None if 0 < call.copies < call.ploidy - call.missing else call.carried


def _state(person: Individual | None) -> str:
    known = {True: "affected", False: "unaffected", None: "of unknown phenotype"}
    return known[person.affected if person else None]


def _dominant(mode: str, hit: Hit, family: Family, rules: Inheritance) -> Iterator[Fit]:
    """A change on one copy; from a parent who has it, or new if both were seen not to."""
    parents = family.parents()
    if _called_without(hit, family, parents):
        yield from _absent(mode, hit, family, rules, parents, _possible(parents, rules))
        return
    found = _segregating(mode, hit, family, rules, hit.zygosity, _carries)
    if found.status == "fits" and not any(_may_hand_down(hit, family, p, rules) for p in parents):
        why = "parents unaffected and not both genotyped: needs a new change"
        found = Fit(mode, "open", 0.0, why)
    yield found
    mosaics = [p for p in parents if p and _may_be_mosaic(family.call(hit.variant, p), rules)]
    if found.status == "excluded" and mosaics:
        told = [f"{family.role(p)} has {_level_of(family.call(hit.variant, p))}" for p in mosaics]
        yield Fit("de_novo", "open", 0.0, f"{' and '.join(told)}: may be a mosaic")


def _may_be_mosaic(call: Call | None, rules: Inheritance) -> bool:
    """Whether a parent's heterozygous call has fewer reads of the allele than one of two copies gives."""
    return (
        call is not None
        and 0 < call.copies < call.ploidy
        and 0 < (call.share or 0) < rules.de_novo_balance[0]
    )


def _may_hand_down(hit: Hit, family: Family, parent: Individual | None, rules: Inheritance) -> bool:
    """Whether a dominant change can come from a parent: by the genotype, else by the phenotype."""
    carries = family.carries(hit.variant, parent)
    return bool(_possible([parent], rules)) if carries is None else carries


def _possible(parents: Iterable[Individual | None], rules: Inheritance) -> list[Individual | None]:
    """The parents whose phenotype lets them have a dominant change."""
    return [p for p in parents if p is None or p.affected is not False or rules.penetrance < 1]


def _called_without(hit: Hit, family: Family, parents: Iterable[Individual | None]) -> bool:
    """Whether each parent was called, and without the allele, be it on few reads."""
    calls = [family.call(hit.variant, parent) for parent in parents]
    return all(call is not None and not call.copies for call in calls)


def _absent(
    mode: str,
    hit: Hit,
    family: Family,
    rules: Inheritance,
    parents: Sequence[Individual | None],
    possible: Sequence[Individual | None],
) -> Iterator[Fit]:
    """A change that no parent was called with: new, or from a possible parent whose reads do not show its absence."""
    yield _new(hit, family, rules, parents)
    missed = [family.role(p) for p in possible if p and family.carries(hit.variant, p) is None]
    if missed:
        yield Fit(mode, "open", 0.0, f"reads of the {' and the '.join(missed)} do not show its absence")


def _recessive(
    mode: str, hit: Hit, family: Family, rules: Inheritance, parents: Sequence[Individual | None]
) -> Fit:
    """The same change on every copy: each parent has it, and nobody unaffected has it on every copy."""
    without = [family.role(p) for p in parents if p and _lacks(hit, family, p)]
    if without:
        causes = "two copies of one parent, a deletion or a wrong call"
        why = f"homozygous, but not in the {' and the '.join(without)}: {causes}"
        return Fit(mode, "open", 0.0, why)
    father, _ = family.parents()
    x_linked = mode == "x_linked_recessive"
    if x_linked and father and father.affected is False and family.carries(hit.variant, father) is None:
        return Fit(mode, "excluded", 0.0, "homozygous, but the father, who would have it, is unaffected")
    ill = _ill_by_recessive_x if x_linked else _on_every_copy
    carriers = [family.role(p) for p in parents if p and family.carries(hit.variant, p)]
    head = f"homozygous, {' and '.join(carriers)} with it" if carriers else "homozygous"
    return _segregating(mode, hit, family, rules, head, ill)


def _segregating(mode: str, hit: Hit, family: Family, rules: Inheritance, head: str, ill: Ill) -> Fit:
    """A mode held against every relative whose genotype and phenotype are known."""
    calls = [(person, family.call(hit.variant, person)) for person in family.relatives()]
    known = [(person, ill(person, call)) for person, call in calls if call is not None]
    return _held(mode, head, known, family, rules)


def _held(
    mode: str, head: str, known: Sequence[tuple[Individual, bool | None]], family: Family, rules: Inheritance
) -> Fit:
    """known: genotyped relatives and whether they have the genotype that makes ill, None where that is open."""
    probability, words = 1.0, [head]
    for person, has in known:
        who = f"{_state(person)} {family.role(person)}"
        if person.affected and has is False:
            return Fit(mode, "excluded", 0.0, f"{who} does not have the genotype")
        if has is None:
            words.append(f"the call of the {family.role(person)} leaves open whether it is there")
        elif has and person.affected is not None:
            probability *= 1.0 if person.affected else 1 - rules.penetrance
            words.append(f"{who} has it too")
    if probability == 0:
        return Fit(mode, "excluded", 0.0, ", ".join(words[1:]))
    return Fit(mode, "fits", probability, ", ".join([*words, *_by_phenotype(known, family)]))


def _by_phenotype(known: Sequence[tuple[Individual, bool | None]], family: Family) -> Iterator[str]:
    """Parents of whom the phenotype alone is known."""
    seen = {person.name for person, _ in known}
    unseen = [p for p in family.parents() if p and p.name not in seen and p.affected is not None]
    for state in dict.fromkeys(_state(parent) for parent in unseen):
        who = [family.role(parent) for parent in unseen if _state(parent) == state]
        yield f"{'both parents' if len(who) == 2 else who[0]} {state} and not genotyped"


def _new(hit: Hit, family: Family, rules: Inheritance, parents: Iterable[Individual | None]) -> Fit:
    """A change that no parent has: their reads must be enough to say so, and nobody else affected may lack it."""
    seen = [(family.role(p), call) for p in parents if p and (call := family.call(hit.variant, p))]
    head = f"not in the {' and the '.join(role for role, _ in seen)}"
    if _kind(hit, family) == chromosomes.MITOCHONDRION:
        head = f"{_level(hit)}, {head}"
    found = _segregating("de_novo", hit, family, rules, head, _carries)
    if found.status != "fits":
        return found
    doubts = [words for role, call in seen for words in _doubts(role, call, rules)]
    doubts += _own_doubts(hit, family, rules)
    return Fit("de_novo", "open", 0.0, f"{head}, but {', '.join(doubts)}") if doubts else found


def _doubts(role: str, call: Call, rules: Inheritance) -> Iterator[str]:
    if call.depth is None or call.depth < rules.de_novo_min_depth:
        seen = "read depth not given" if call.depth is None else f"{call.depth} reads"
        yield f"{role}: {seen}, {rules.de_novo_min_depth} needed"
    if call.allele_depth is not None and call.allele_depth > rules.de_novo_max_parent_reads:
        yield f"{role}: {call.allele_depth} reads of the allele, a mosaic or a missed call"


def _own_doubts(hit: Hit, family: Family, rules: Inheritance) -> Iterator[str]:
    """Of the patient's own call; a share of mitochondria may be any."""
    depth, balance = hit.row.get("depth"), hit.row.get("allele_balance")
    if depth is not None and depth < rules.de_novo_min_depth:
        yield f"patient: {depth} reads, {rules.de_novo_min_depth} needed"
    low, high = rules.de_novo_balance
    two_copies = hit.zygosity == "heterozygous" and _kind(hit, family) != chromosomes.MITOCHONDRION
    if two_copies and balance is not None and not low <= balance <= high:
        yield f"patient: {balance:.0%} of reads, not {low:.0%} to {high:.0%}"


# --- two hits ------------------------------------------------------------------------------------------------------


def pairs(hits: Iterable[Hit], family: Family, rules: Inheritance) -> Iterator[Pair]:
    """Heterozygous hits of one gene, two by two, those in cis included; at least one is a hit by itself."""
    genes: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        if hit.gene and hit.strength and _pairs_up(hit, family):
            genes.setdefault((hit.variant.chrom, hit.gene), []).append(hit)
    for group in genes.values():
        for one, other in combinations(sorted(group, key=_place), 2):
            if max(one.strength, other.strength) == 2:
                yield _pair(one, other, family, rules)


def _pairs_up(hit: Hit, family: Family) -> bool:
    kind = _kind(hit, family)
    two_copies = kind == chromosomes.AUTOSOME or (kind == chromosomes.X and not family.one_x)
    return hit.zygosity == "heterozygous" and two_copies


def _pair(one: Hit, other: Hit, family: Family, rules: Inheritance) -> Pair:
    phase = in_family(one.row, other.row, family)
    kind = "symmetric" if one.strength == other.strength else "asymmetric"
    on_x = _kind(one, family) == chromosomes.X
    mode = "x_linked_recessive_compound" if on_x else "autosomal_recessive_compound"
    if phase.phase == "cis":
        return Pair(one, other, kind, phase, Fit(mode, "excluded", 0.0, f"in cis: {phase.why}"))
    known = [
        (person, _ill_by_two(calls))
        for person in family.relatives()
        if (calls := _both(one, other, family, person)) is not None
    ]
    head = "in trans" if phase.phase == "trans" else "phase unknown"
    held = _held(mode, f"{head}: {phase.why}", known, family, rules)
    fit = replace(held, probability=held.probability * phase.probability)
    return Pair(one, other, kind, phase, _if_rare(_if_rare(fit, one, mode), other, mode))


def _both(one: Hit, other: Hit, family: Family, person: Individual) -> tuple[Call, Call] | None:
    calls = family.call(one.variant, person), family.call(other.variant, person)
    return None if calls[0] is None or calls[1] is None else (calls[0], calls[1])


def _ill_by_two(calls: tuple[Call, Call]) -> bool | None:
    """Both alleles, or one of them on every copy; None where the calls leave that open."""
    every, carried = [call.on_every_copy for call in calls], [call.carried for call in calls]
    if True in every or all(carried):
        return True
    return False if None not in every and False in carried else None
