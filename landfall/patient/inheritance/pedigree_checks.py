"""Whether the genotypes agree with the pedigree: sex, parentage, sample swaps.

All of it is read from a census (:func:`landfall.variants.calls.family_genotypes.census`) of biallelic substitutions;
every disagreement becomes a warning. Neither is changed: which of the two is wrong needs manual review.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from landfall.patient.inheritance.pedigree import Pedigree

FEWEST_SITES = 50
"""Sites on X, or with parent and child both called, below which nothing is concluded."""
MALE_HETEROZYGOUS, FEMALE_HETEROZYGOUS = 0.1, 0.25
"""Share of heterozygous among a person's alleles on X: below the first one copy, above the second two; a convention."""
FEWEST_ON_Y, SHARE_ON_Y = 10, 0.02
"""Homozygous or haploid alleles on Y, in number and over those on X, from which a person with two X has a Y as well:
misplaced reads of females make few, and mostly heterozygous, calls there; a convention."""
ONE_X, XXY = "one X, and no call on Y", "two X and a Y: XXY, or two samples mixed"


@dataclass(frozen=True)
class Check:
    """Results: each member's sex with the counts behind it, Mendelian errors of each trio or pair, warnings.

    ``x_copies``: number of X chromosomes by the genotypes, of those for whom it can be determined. ``parentage``: the
    evidence in words for each child whose genotypes confirm both parents of the pedigree.
    """

    sexes: Mapping[str, str]
    findings: tuple[str, ...]
    warnings: tuple[str, ...]
    x_copies: Mapping[str, int] = field(default_factory=dict)
    parentage: Mapping[str, str] = field(default_factory=dict)


def check(census: Census, members: Sequence[str], pedigree: Pedigree, max_errors: float) -> Check:
    """Check the census against the pedigree.

    members: names in the pedigree, in the order of the census. max_errors: share of Mendelian errors with a parent
    (0 to 1) above which parentage is doubted.
    """
    seen = {name: sex_of(census, number) for number, name in enumerate(members)}
    findings = [f"{name}: {evidence}" for name, (_, evidence) in seen.items() if evidence]
    warnings = [
        words
        for name, (sex, evidence) in seen.items()
        for words in _sex_warning(name, sex, evidence, pedigree)
    ]
    parentage = {}
    for child in members:
        parents = [p.name for p in pedigree.parents(child) if p and p.name in members]
        groups = [[parent] for parent in parents] + [parents] * (len(parents) == 2)
        held = [
            (group, mendelian(census, [members.index(name) for name in (child, *group)])) for group in groups
        ]
        findings += [_describe(child, group, found) for group, found in held]
        if len(parents) == 2 and all(found.confirms(max_errors) for _, found in held):
            parentage[child] = _describe(child, *held[-1])
        doubted = [(group, found) for group, found in held if found.doubtful(max_errors)]
        if doubted:  # one wrong parent makes the two together wrong: the first is reported
            alone = [words for words in doubted if len(words[0]) == 1]
            advice = _other_order(census, members, [child, *parents] if alone else [], max_errors)
            warnings += [_parent_warning(child, *words, max_errors, advice) for words in alone or doubted]
    sexes = {name: sex for name, (sex, _) in seen.items()}
    x_copies = {
        name: copies for name, (sex, evidence) in seen.items() if (copies := _x_copies(sex, evidence))
    }
    return Check(sexes, tuple(findings), tuple(warnings), x_copies, parentage)


def _x_copies(sex: str, evidence: str) -> int | None:
    if evidence.endswith(XXY) or sex == "female":
        return 2
    return 1 if evidence.endswith(ONE_X) or sex == "male" else None


def _describe(child: str, parents: Sequence[str], found: Errors) -> str:
    few = ", too few for a conclusion" if found.sites < FEWEST_SITES else ""
    return f"{child} with {' and '.join(parents)}: {found.errors} of {found.sites} sites inconsistent{few}"


def _parent_warning(child: str, parents: Sequence[str], found: Errors, limit: float, advice: str) -> str:
    return (
        f"{' and '.join(parents)} may not be {'both parents' if len(parents) > 1 else 'a parent'} of {child}: "
        f"{found.errors} of {found.sites} sites are inconsistent ({found.share:.1%}, at most {limit:.1%}); {advice}"
    )


def _other_order(census: Census, members: Sequence[str], trio: Sequence[str], max_errors: float) -> str:
    """Other roles of three people that the genotypes would fit: a sample swap.

    For a single parent that does not fit; errors of both parents together always fit some other roles.
    """
    fitting = []
    for child in trio[1:] if len(trio) == 3 else ():
        parents = [name for name in trio if name != child]
        found = mendelian(census, [members.index(name) for name in (child, *parents)])
        if found.sites >= FEWEST_SITES and not found.doubtful(max_errors):
            fitting.append(f"the genotypes fit with {child} as the child: were samples swapped?")
    return fitting[0] if fitting else "check the samples and the PED file"


# --- sex -----------------------------------------------------------------------------------------------------------


def sex_of(census: Census, member: int) -> tuple[str, str]:
    """``male``, ``female`` or ``unknown`` by the genotypes on X, and the numbers in words (empty without sites).

    X beyond its pseudoautosomal regions is hardly ever heterozygous in a male. Without a call on Y one X may be that of
    a female with one X, or Y was not called: the words state it, and the sex is unknown.
    """
    on_x, on_y = _zygosities(census, "x", member), _zygosities(census, "y", member)
    carried = on_x["heterozygous"] + on_x["homozygous"]
    if not carried:
        return "unknown", ""
    share, y_calls = on_x["heterozygous"] / carried, on_y["heterozygous"] + on_y["homozygous"]
    evidence = f"{share:.0%} of {carried} alleles on X heterozygous, {y_calls} on Y"
    if carried < FEWEST_SITES:
        return "unknown", f"{evidence}; too few for a conclusion"
    if share >= FEMALE_HETEROZYGOUS and on_y["homozygous"] >= max(FEWEST_ON_Y, SHARE_ON_Y * carried):
        return "unknown", f"{evidence}; {XXY}"
    if share >= FEMALE_HETEROZYGOUS:
        return "female", evidence
    if share >= MALE_HETEROZYGOUS:
        return "unknown", f"{evidence}; between the shares of the sexes"
    return ("male", evidence) if y_calls else ("unknown", f"{evidence}; {ONE_X}")


def _zygosities(census: Census, kind: str, member: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for (where, *genotypes), sites in census.items():
        if where == kind:
            found[_ZYGOSITY.get(genotypes[member], "none")] += sites
    return found


_ZYGOSITY = {"0/1": "heterozygous", "1/1": "homozygous", "1": "homozygous"}


def _sex_warning(name: str, sex: str, evidence: str, pedigree: Pedigree) -> Iterator[str]:
    given = pedigree.sex(name)
    if "unknown" not in (sex, given) and sex != given:
        advice = "check the sample and the PED file"
        yield f"{name} is {given} in the pedigree, but the genotypes look {sex} ({evidence}); {advice}"
    elif given == "female" and evidence.endswith(ONE_X):
        few = f"hardly a heterozygous site on X ({evidence})"
        yield f"{name} is female in the pedigree, but has {few}: X0, or no female?"
    elif evidence.endswith(XXY):
        yield f"{name}: the genotypes show two X and a Y ({evidence}); the pedigree gives the sex as {given}"


# --- parents -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Errors:
    """Mendelian errors among the sites where all are called and at least one has the allele."""

    errors: int
    sites: int

    @property
    def share(self) -> float:
        return self.errors / self.sites if self.sites else 0.0

    def confirms(self, limit: float) -> bool:
        """Whether enough sites are consistent with the parents."""
        return self.sites >= FEWEST_SITES and self.share <= limit

    def doubtful(self, limit: float) -> bool:
        return self.sites >= FEWEST_SITES and self.share > limit


def mendelian(census: Census, members: Sequence[int]) -> Errors:
    """Mendelian errors on autosomes of a child and one or two parents, by their numbers in the census."""
    errors = sites = 0
    for (where, *genotypes), number in census.items():
        chosen = [_COPIES.get(genotypes[member]) for member in members]
        copies = [count for count in chosen if count is not None]
        if where != "autosome" or len(copies) < len(members) or not any(copies):
            continue
        sites += number
        errors += number * (not _possible(copies[0], copies[1:]))
    return Errors(errors, sites)


_COPIES = {"0/0": 0, "0/1": 1, "1/1": 2}
_HANDED_DOWN = {0: {0}, 1: {0, 1}, 2: {1}}
"""Copies that a parent with 0, 1 or 2 can transmit."""


def _possible(child: int, parents: Sequence[int]) -> bool:
    """An absent parent may transmit either."""
    gametes = [_HANDED_DOWN[copies] for copies in parents] + [{0, 1}] * (2 - len(parents))
    return any(one + other == child for one in gametes[0] for other in gametes[1])


Census = Mapping[tuple[str, ...], int]
"""Number of sites by kind of chromosome and the genotypes of the members, in their order: ``("x", "0/1", "0/0")``."""
