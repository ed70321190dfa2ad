"""Draft criteria from the family, the other allele and the phenotype: status, strength and reason."""

from __future__ import annotations

from typing import Any

import pytest

from landfall.config.interpretation import Evidence
from landfall.genome.variant import Variant, allele_of
from landfall.patient.inheritance.family import Family
from landfall.ranking.acmg import phenotype, relatives
from landfall.ranking.acmg.relatives import Relatives
from landfall.ranking.finding import relatives as in_words
from landfall.testing.families import known, pedigree, trio
from landfall.testing.rows import candidate

SETTINGS = Evidence()
PARENTAGE = "kid with dad and mum: 3 of 2100 sites inconsistent"
SPECIFIC = {"phenotype_share": 0.001, "hpo_matches": "HP:1,HP:2,HP:3"}
NEW = {
    "best_inheritance_mode": "de_novo",
    "inheritance_modes": "de_novo",
    "gene_moi": "autosomal_dominant;de_novo",
}


def row_in(family: Family, **changes: Any) -> Any:
    """A row with what the family shows of its allele."""
    row = candidate(**changes)
    modes = row["inheritance_modes"].split(";")
    words = in_words.describe(allele_of(row), row["zygosity"], modes, family)
    return {**row, "relatives": words, **in_words.columns(allele_of(row), family), **changes}


def called(people: Any, **genotypes: Any) -> Family:
    """The family with genotypes at the allele of the plain candidate."""
    return known(people, {allele_of(candidate()): {"kid": "0/1", **genotypes}})


NEITHER = called(trio(), dad="0/0", mum="0/0")


@pytest.mark.parametrize(
    ("parentage", "match", "met", "strength", "points"),
    [
        (PARENTAGE, SPECIFIC, "PS2", "strong", "2 points"),
        (None, SPECIFIC, "PM6", "moderate", "1 point"),
        (PARENTAGE, {"phenotype_share": 0.01, "hpo_matches": "HP:1"}, "PS2", "moderate", "1 point"),
        (None, {"phenotype_share": 0.01, "hpo_matches": "HP:1"}, "PM6", "supporting", "0.5 points"),
        (PARENTAGE, {"phenotype_share": 0.3, "hpo_matches": "HP:1"}, "PS2", "supporting", "0.5 points"),
        (None, {"phenotype_share": 0.3, "hpo_matches": "HP:1"}, None, None, "0.25 points, fewer than 0.5"),
        (PARENTAGE, {}, None, None, "0 points, fewer than 0.5"),
    ],
)
def test_de_novo_by_parentage_and_phenotype(
    parentage: str | None, match: dict[str, Any], met: str | None, strength: str | None, points: str
) -> None:
    row = row_in(NEITHER, **NEW, **match)
    two = relatives.de_novo(row, Relatives(NEITHER, parentage), SETTINGS)
    found = {criterion.criterion: criterion for criterion in two}
    drafted = found["PS2" if parentage else "PM6"]
    assert [name for name, c in found.items() if c.status == "provisional"] == [met] * (met is not None)
    assert drafted.strength == strength
    assert points in drafted.reason
    assert "de novo, confirmed in both parents (father 0/0, 30 reads; mother 0/0, 30 reads)" in drafted.reason
    assert ("mosaic in a parent is not excluded" in drafted.reason) == (met is not None)


def test_an_inherited_allele_is_not_de_novo_and_one_without_parents_is_not_assessed() -> None:
    mother = called(trio(), dad="0/0", mum="0/1")
    two = relatives.de_novo(row_in(mother), Relatives(mother, PARENTAGE), SETTINGS)
    assert [c.status for c in two] == ["not_met", "not_met"]
    assert "inherited from the mother, a carrier" in two[0].reason
    alone = known(None, {})
    two = relatives.de_novo(row_in(alone), Relatives(alone), SETTINGS)
    assert [(c.status, c.reason) for c in two] == [("not_assessed", "no relative's genotype was read")] * 2


def test_a_new_allele_in_a_gene_of_recessive_disease_is_left_to_review() -> None:
    row = row_in(NEITHER, **{**NEW, "gene_moi": "autosomal_recessive"})
    ps2, _ = relatives.de_novo(row, Relatives(NEITHER, PARENTAGE), SETTINGS)
    assert ps2.status == "manual_review"
    assert "the diseases of GENE are autosomal recessive" in ps2.reason


PAIR = {"partner": "chrT-1200-G-A", "partner_phase": "trans", "partner_phase_reason": "one from each parent"}


@pytest.mark.parametrize(
    ("changes", "clinvar", "status", "strength"),
    [
        (PAIR, "17 Pathogenic", "met", "moderate"),
        (PAIR, "17 Likely pathogenic", "met", "moderate"),
        ({**PAIR, "partner_phase": "unknown"}, "17 Pathogenic", "provisional", "supporting"),
        ({**PAIR, "partner_phase": "unknown"}, "17 Likely pathogenic", "not_met", None),
        ({**PAIR, "partner_phase": "cis"}, "17 Pathogenic", "not_met", None),
        (PAIR, None, "manual_review", None),
        ({}, None, "not_met", None),
        ({"zygosity": "homozygous"}, None, "provisional", "supporting"),
        ({"zygosity": "hemizygous"}, None, "not_met", None),
        ({"zygosity": "unknown"}, None, "not_assessed", None),
        ({**PAIR, "gene_moi": "autosomal_dominant;de_novo"}, "17 Pathogenic", "not_met", None),
    ],
)
def test_in_trans_by_phase_and_class_of_the_other_allele(
    changes: dict[str, Any], clinvar: str | None, status: str, strength: str | None
) -> None:
    partner: Any = candidate(pos=1200, ref="G", alt="A", hgvs_c="c.200G>A", clinvar=clinvar)
    row: Any = candidate(**changes)
    found = relatives.in_trans(row, Relatives(partner=partner if row["partner"] else None), ["c.12A>G"])
    assert (found.status, found.strength) == (status, strength)
    assert found.reason.endswith("other leading candidates in GENE: c.12A>G")
    if row["partner"] and "gene_moi" not in changes:
        assert f"partner c.200G>A, phase {row['partner_phase']} (one from each parent)" in found.reason


SISTERS = "s1 f + dad mum", "s2 f + dad mum", "s3 f + dad mum"
DOMINANT = {"best_inheritance_mode": "autosomal_dominant", "gene_moi": "autosomal_dominant"}


@pytest.mark.parametrize(
    ("people", "genotypes", "pp1", "strength", "bs4"),
    [
        (
            trio("f", "-", "+", *SISTERS[:2]),
            {"mum": "0/1", "s1": "0/1", "s2": "0/1"},
            "provisional",
            "supporting",
            "not_met",
        ),
        (
            trio("f", "-", "+", *SISTERS),
            {"mum": "0/1", "s1": "0/1", "s2": "0/1", "s3": "0/1"},
            "provisional",
            "moderate",
            "not_met",
        ),
        (trio("f", "-", "+"), {"mum": "0/1", "dad": "0/0"}, "not_met", None, "not_met"),
        (trio("f", "-", "+", SISTERS[0]), {"mum": "0/1", "s1": "0/0"}, "not_met", None, "provisional"),
        (trio("f", "-", "-", "s1 f - dad mum"), {"s1": "0/1"}, "not_met", None, "manual_review"),
        (trio(), {}, "not_assessed", None, "not_assessed"),
    ],
)
def test_segregation_of_a_dominant_allele(
    people: Any, genotypes: dict[str, str], pp1: str, strength: str | None, bs4: str
) -> None:
    family = called(people, **genotypes)
    one, other = relatives.segregation(row_in(family, **DOMINANT), Relatives(family))
    assert (one.status, one.strength, other.status) == (pp1, strength, bs4)
    for name in genotypes:
        assert (f"sister {name}" if name.startswith("s") else "") in one.reason


def test_segregation_of_a_pair_needs_both_alleles() -> None:
    mine, other = allele_of(candidate()), Variant("chrT", 1200, "G", "A")
    people = trio("f", "-", "-", "s1 f + dad mum", "s2 f + dad mum")
    calls = dict.fromkeys(("kid", "s1", "s2"), "0/1")
    row: Any = candidate(best_inheritance_mode="autosomal_recessive_comp_het", partner=str(other))
    partner: Any = candidate(pos=1200, ref="G", alt="A")
    family = known(people, {mine: {**calls, "dad": "0/1"}, other: {**calls, "mum": "0/1"}})
    pp1, bs4 = relatives.segregation(row, Relatives(family, partner=partner))
    assert (pp1.status, pp1.strength, bs4.status) == ("provisional", "moderate", "not_met")
    assert "2 affected with a causal genotype (sister s1, sister s2)" in pp1.reason
    family = known(people, {mine: {**calls, "s2": "0/0"}, other: calls})
    assert relatives.segregation(row, Relatives(family, partner=partner))[1].status == "provisional"


def test_segregation_on_x_counts_affected_males() -> None:
    people = pedigree(
        "kid m + dad mum", "dad m -", "mum f -", "bro m + dad mum", "old m + dad mum", "b3 m + dad mum"
    )
    place = {"chrom": "chrX", "pos": 32_000_000}
    row: Any = candidate(**place, best_inheritance_mode="x_linked_recessive", zygosity="hemizygous")
    calls = {"kid": "1", "mum": "0/1", "bro": "1", "old": "1", "b3": "1"}
    family = known(people, {allele_of(row): calls})
    pp1, bs4 = relatives.segregation(row, Relatives(family))
    assert (pp1.status, pp1.strength, bs4.status) == ("provisional", "supporting", "not_met")
    assert "probability by chance 0.125" in pp1.reason


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        (SPECIFIC, "provisional"),
        ({**SPECIFIC, "phenotype_share": 0.0021}, "not_met"),
        ({**SPECIFIC, "hpo_matches": "HP:1,HP:2"}, "not_met"),
        ({}, "not_assessed"),
    ],
)
def test_a_specific_phenotype_has_its_limits(changes: dict[str, Any], status: str) -> None:
    row: Any = candidate(**changes)
    found = phenotype.specific(row, SETTINGS)
    assert (found.status, found.points) == (status, int(status == "provisional"))
