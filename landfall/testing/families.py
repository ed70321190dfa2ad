"""Families and genotypes built in code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from landfall.config.sections import Inheritance
from landfall.genome.variant import Variant
from landfall.patient.inheritance import family as inheritance_family
from landfall.patient.inheritance.family import Family
from landfall.patient.inheritance.fit import CandidateAllele
from landfall.patient.inheritance.pedigree import Individual, Pedigree

RULES = Inheritance(
    penetrance=1.0,
    de_novo_min_depth=12,
    de_novo_max_parent_reads=0,
    de_novo_balance=(0.25, 0.75),
    second_hit_delta=0.1,
    max_mendelian_errors=0.02,
)
STATES = {"+": True, "-": False, "?": None}
SEXES = {"m": "male", "f": "female", "u": "unknown"}


def pedigree(*people: str) -> Pedigree:
    """Each as ``name sex state [father mother]``: ``kid f + dad mum``; sex m, f or u; state +, - or ?."""
    found = {}
    for line, text in enumerate(people, 1):
        name, sex, state, *parents = text.split()
        father, mother = parents or (None, None)
        found[name] = Individual("F", name, father, mother, SEXES[sex], STATES[state], line)
    return Pedigree("family.ped", found)


def trio(sex: str = "f", dad: str = "-", mum: str = "-", *more: str) -> Pedigree:
    return pedigree(f"kid {sex} + dad mum", f"dad m {dad}", f"mum f {mum}", *more)


def row(variant: Variant, individual: str, genotype: str, record: int, **changes: Any) -> dict[str, Any]:
    """A row of tables.FAMILY_CALLS: allele 1 in a genotype, 30 reads by default."""
    names = genotype.replace("|", "/").split("/")
    copies = names.count("1")
    zygosity = {0: "absent", len(names): "homozygous"}.get(copies, "heterozygous")
    zygosity = "hemizygous" if copies == len(names) == 1 else zygosity
    reads = 30 * copies // len(names)
    called = copies or "." not in names
    plain = {
        **vars(variant),
        "individual": individual,
        "record": record,
        "allele": 1,
        "genotype": genotype,
        "phase_set": None,
        "zygosity": zygosity if called else "uncalled",
        "copies": copies if called else None,
        "ploidy": len(names) if called else None,
        "missing": names.count("."),
        "call_site": None,
        "depth": 30,
        "genotype_quality": 99.0,
        "allele_depth": reads,
        "allele_balance": reads / 30,
    }
    return {**plain, **changes}


def known(
    people: Pedigree | None,
    calls: Mapping[Variant, Mapping[str, str | tuple[str, dict[str, Any]]]],
    sex: str | None = None,
    build: str = "GRCh38",
) -> Family:
    """The family of ``kid`` with genotypes by allele and name; a pair adds other values of the row."""
    rows = []
    for number, (variant, genotypes) in enumerate(calls.items(), 1):
        for name, given in genotypes.items():
            genotype, changes = (given, {}) if isinstance(given, str) else given
            rows.append(row(variant, name, genotype, number, **changes))
    told = people.sex("kid") if people and sex is None else sex or "unknown"
    return inheritance_family.from_rows(rows, "kid", told, build, people)


def hits(family: Family, strengths: Sequence[int] = (), gene: str = "GENE") -> list[CandidateAllele]:
    """The patient's alleles as hits of one gene, of strength 2 by default."""
    rows = family.rows.items()
    given = [*strengths, *[2] * (len(rows) - len(strengths))]
    return [
        CandidateAllele(variant, gene, row, strength)
        for (variant, row), strength in zip(rows, given, strict=True)
    ]
