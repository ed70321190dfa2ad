"""Modes of inheritance: every case beside the near miss that must not be called."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from landfall.config.sections import Inheritance
from landfall.genome.variant import Variant
from landfall.patient.inheritance.compound_het import InheritanceResult, judge, pairs
from landfall.patient.inheritance.pedigree import Pedigree
from landfall.testing.families import RULES, hits, known, pedigree, trio

A, B = Variant("chr2", 1000, "C", "T"), Variant("chr2", 9000, "G", "A")
ON_X = Variant("chrX", 50_000_000, "C", "T")
ON_X_TOO = Variant("chrX", 50_001_000, "G", "A")
IN_PAR = Variant("chrX", 1_000_000, "C", "T")
ON_Y = Variant("chrY", 15_000_000, "C", "T")
ON_M = Variant("chrM", 3243, "A", "G")
Given = str | tuple[str, dict[str, Any]]


def judged(
    people: Pedigree | None,
    variant: Variant,
    rules: Inheritance = RULES,
    sex: str | None = None,
    **genotypes: Given,
) -> InheritanceResult:
    family = known(people, {variant: genotypes}, sex)
    return judge(hits(family), family, rules)[variant, "GENE"]


def modes(*args: Any, **genotypes: Any) -> list[str]:
    return judged(*args, **genotypes).modes


CASES: dict[str, tuple[Pedigree | None, Variant, dict[str, Given], list[str]]] = {
    "solo, heterozygous": (None, A, {"kid": "0/1"}, ["autosomal_dominant"]),
    "solo, homozygous": (None, A, {"kid": "1/1"}, ["autosomal_recessive"]),
    "one copy of an autosome": (None, A, {"kid": "1"}, []),
    "homozygous, parents carry it": (
        trio(),
        A,
        {"kid": "1/1", "dad": "0/1", "mum": "0/1"},
        ["autosomal_recessive"],
    ),
    "homozygous, mother does not carry it": (trio(), A, {"kid": "1/1", "dad": "0/1", "mum": "0/0"}, []),
    "homozygous as the unaffected brother": (
        trio("f", "-", "-", "bro m - dad mum"),
        A,
        {"kid": "1/1", "dad": "0/1", "mum": "0/1", "bro": "1/1"},
        [],
    ),
    "homozygous as the affected brother": (
        trio("f", "-", "-", "bro m + dad mum"),
        A,
        {"kid": "1/1", "dad": "0/1", "mum": "0/1", "bro": "1/1"},
        ["autosomal_recessive"],
    ),
    "the affected brother is a carrier alone": (
        trio("f", "-", "-", "bro m + dad mum"),
        A,
        {"kid": "1/1", "dad": "0/1", "mum": "0/1", "bro": "0/1"},
        [],
    ),
    "from the affected father": (
        trio("f", "+", "-"),
        A,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0"},
        ["autosomal_dominant"],
    ),
    "from the unaffected father": (trio(), A, {"kid": "0/1", "dad": "0/1", "mum": "0/0"}, []),
    "affected father without it": (trio("f", "+", "-"), A, {"kid": "0/1", "dad": "0/0", "mum": "0/1"}, []),
    "homozygous, affected mother homozygous": (
        trio("f", "-", "+"),
        A,
        {"kid": "1/1", "dad": "0/1", "mum": "1/1"},
        ["autosomal_recessive"],
    ),
    "duo, from the affected mother": (
        pedigree("kid f + 0x mum".replace("0x", "gone"), "gone m ?", "mum f +"),
        A,
        {"kid": "0/1", "mum": "0/1"},
        ["autosomal_dominant"],
    ),
    "duo, from the unaffected mother": (
        pedigree("kid f + gone mum", "gone m ?", "mum f -"),
        A,
        {"kid": "0/1", "mum": "0/1"},
        [],
    ),
    "parents unaffected, known by phenotype alone": (trio(), A, {"kid": "0/1"}, []),
    "an affected parent known by phenotype alone": (
        trio("f", "+", "-"),
        A,
        {"kid": "0/1"},
        ["autosomal_dominant"],
    ),
    "dominant through three generations": (
        pedigree("kid f + dad mum", "dad m + opa oma", "mum f -", "opa m +", "oma f -"),
        A,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0", "opa": "0/1", "oma": "0/0"},
        ["autosomal_dominant"],
    ),
    "dominant, but the affected grandfather lacks it": (
        pedigree("kid f + dad mum", "dad m + opa oma", "mum f -", "opa m +", "oma f -"),
        A,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0", "opa": "0/0", "oma": "0/1"},
        [],
    ),
    "de novo": (trio(), A, {"kid": "0/1", "dad": "0/0", "mum": "0/0"}, ["de_novo"]),
    "de novo, father with few reads": (
        trio(),
        A,
        {"kid": "0/1", "dad": ("0/0", {"depth": 11}), "mum": "0/0"},
        [],
    ),
    "de novo, father's depth not given": (
        trio(),
        A,
        {"kid": "0/1", "dad": ("0/0", {"depth": None}), "mum": "0/0"},
        [],
    ),
    "de novo, mother with a read of it": (
        trio(),
        A,
        {"kid": "0/1", "dad": "0/0", "mum": ("0/0", {"allele_depth": 1})},
        [],
    ),
    "de novo, an artefact's share of reads": (
        trio(),
        A,
        {"kid": ("0/1", {"allele_balance": 0.2}), "dad": "0/0", "mum": "0/0"},
        [],
    ),
    "de novo, father not called": (trio(), A, {"kid": "0/1", "dad": "./.", "mum": "0/0"}, []),
    "de novo does not explain the affected mother": (
        trio("f", "-", "+"),
        A,
        {"kid": "0/1", "dad": "0/0", "mum": "0/0"},
        [],
    ),
    "boy on X, carrier mother": (
        trio("m"),
        ON_X,
        {"kid": "1", "dad": "0", "mum": "0/1"},
        ["x_linked_recessive"],
    ),
    "boy on X, called 1/1": (
        trio("m"),
        ON_X,
        {"kid": "1/1", "dad": "0/0", "mum": "0/1"},
        ["x_linked_recessive"],
    ),
    "boy on X, unaffected brother with it": (
        trio("m", "-", "-", "bro m - dad mum"),
        ON_X,
        {"kid": "1", "dad": "0", "mum": "0/1", "bro": "1"},
        [],
    ),
    "boy on X, mother homozygous and unaffected": (
        trio("m"),
        ON_X,
        {"kid": "1", "dad": "0", "mum": "1/1"},
        [],
    ),
    "boy on X, affected mother": (
        trio("m", "-", "+"),
        ON_X,
        {"kid": "1", "dad": "0", "mum": "0/1"},
        ["x_linked_dominant"],
    ),
    "boy on X, new": (trio("m"), ON_X, {"kid": "1", "dad": "0", "mum": "0/0"}, ["de_novo"]),
    "boy on X, new, mother with few reads": (
        trio("m"),
        ON_X,
        {"kid": "1", "dad": "0", "mum": ("0/0", {"depth": 5})},
        [],
    ),
    "boy on X, heterozygous": (trio("m"), ON_X, {"kid": "0/1", "dad": "0", "mum": "0/1"}, []),
    "boy on X, a brother's call that shows no reads of REF": (
        trio("m", "-", "-", "bro m + dad mum"),
        ON_X,
        {"kid": "1", "mum": "0/1", "bro": ("0/1", {"zygosity": "hemizygous"})},
        ["x_linked_recessive"],
    ),
    "boy on X, affected brother's call balanced": (
        trio("m", "-", "-", "bro m + dad mum"),
        ON_X,
        {"kid": "1", "mum": "0/1", "bro": "0/1"},
        ["x_linked_recessive"],
    ),
    "boy on X, mother with few reads may carry it": (
        trio("m"),
        ON_X,
        {"kid": "1", "mum": ("0/0", {"depth": 3})},
        [],
    ),
    "homozygous, mother with few reads": (
        trio(),
        A,
        {"kid": "1/1", "dad": "0/1", "mum": ("0/0", {"depth": 3})},
        ["autosomal_recessive"],
    ),
    "affected brother without it on few reads": (
        trio("f", "+", "-", "bro m + dad mum"),
        A,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0", "bro": ("0/0", {"depth": 6})},
        ["autosomal_dominant"],
    ),
    "affected brother without it on enough reads": (
        trio("f", "+", "-", "bro m + dad mum"),
        A,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0", "bro": ("0/0", {"depth": 7})},
        [],
    ),
    "affected brother may be a mosaic": (
        trio("f", "+", "-", "bro m + dad mum"),
        A,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0", "bro": ("0/0", {"allele_balance": 0.2})},
        ["autosomal_dominant"],
    ),
    "affected brother half called": (
        trio("f", "+", "-", "bro m + dad mum"),
        A,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0", "bro": "./0"},
        ["autosomal_dominant"],
    ),
    "unaffected brother with one copy at least": (
        trio("f", "+", "-", "bro m - dad mum"),
        A,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0", "bro": "./1"},
        [],
    ),
    "homozygous, unaffected brother with one copy at least": (
        trio("f", "-", "-", "bro m - dad mum"),
        A,
        {"kid": "1/1", "dad": "0/1", "mum": "0/1", "bro": "./1"},
        ["autosomal_recessive"],
    ),
    "de novo, parents half called": (trio(), A, {"kid": "0/1", "dad": "./0", "mum": "./0"}, []),
    "four copies of the chromosome": (
        trio("f", "+", "-"),
        A,
        {"kid": "0/0/0/1", "dad": "0/0/1", "mum": "0/0/0"},
        ["autosomal_dominant"],
    ),
    "boy in PAR1, heterozygous, from the affected father": (
        trio("m", "+", "-"),
        IN_PAR,
        {"kid": "0/1", "dad": "0/1", "mum": "0/0"},
        ["autosomal_dominant"],
    ),
    "girl on X, from the affected father": (
        trio("f", "+", "-"),
        ON_X,
        {"kid": "0/1", "dad": "1", "mum": "0/0"},
        ["x_linked_dominant"],
    ),
    "girl on X, from the unaffected father": (trio(), ON_X, {"kid": "0/1", "dad": "1", "mum": "0/0"}, []),
    "girl on X, homozygous, father affected": (
        trio("f", "+", "-"),
        ON_X,
        {"kid": "1/1", "dad": "1", "mum": "0/1"},
        ["x_linked_recessive"],
    ),
    "girl on X, homozygous, father unaffected and not genotyped": (trio(), ON_X, {"kid": "1/1"}, []),
    "girl on Y": (trio(), ON_Y, {"kid": "1"}, []),
    "boy on Y, father affected": (trio("m", "+", "-"), ON_Y, {"kid": "1", "dad": "1"}, ["y_linked"]),
    "boy on Y, father unaffected": (trio("m"), ON_Y, {"kid": "1", "dad": "1"}, []),
    "boy on Y, new": (trio("m"), ON_Y, {"kid": "1", "dad": "0"}, ["de_novo"]),
    "mitochondrion, unaffected mother": (
        trio(),
        ON_M,
        {"kid": ("0/1", {"allele_balance": 0.8}), "dad": "0/0", "mum": "0/1"},
        ["mitochondrial"],
    ),
    "mitochondrion, affected mother without it": (
        trio("f", "-", "+"),
        ON_M,
        {"kid": "0/1", "dad": "0/0", "mum": "0/0"},
        [],
    ),
    "mitochondrion, not in the mother": (
        trio(),
        ON_M,
        {"kid": ("0/1", {"allele_balance": 0.9}), "dad": "0/0", "mum": "0/0"},
        ["de_novo"],
    ),
    "mitochondrion, a trace in the mother": (
        trio(),
        ON_M,
        {"kid": ("0/1", {"allele_balance": 0.3}), "mum": ("0/0", {"allele_balance": 0.03})},
        ["mitochondrial"],
    ),
    "no genotypes": (None, A, {"kid": ("0/1", {"zygosity": "unknown"})}, ["any"]),
}


@pytest.mark.parametrize(("people", "variant", "genotypes", "expected"), CASES.values(), ids=CASES)
def test_a_mode_is_named_and_its_near_miss_is_not(
    people: Pedigree | None, variant: Variant, genotypes: dict[str, Given], expected: list[str]
) -> None:
    found = judged(people, variant, RULES, None, **genotypes)
    assert found.modes == expected, str(found)
    assert (found.best.status == "fits") is bool(expected)
    assert (found.best.probability > 0) is bool(expected)


def test_the_words_say_why() -> None:
    said = str(judged(trio(), A, kid="0/1", dad="0/1", mum="0/0"))
    assert said.startswith("autosomal recessive is open (one heterozygous variant, a second is needed); ")
    assert said.endswith("autosomal dominant is excluded (unaffected father has it too)")
    assert "father: 11 reads, 12 needed" in str(
        judged(trio(), A, kid="0/1", dad=("0/0", {"depth": 11}), mum="0/0")
    )
    assert str(judged(trio(), A, kid="1/1", dad="0/1", mum="0/1")) == (
        "fits autosomal recessive (homozygous, father and mother with it)"
    )
    assert str(judged(trio(), A, kid="1/1")) == (
        "fits autosomal recessive (homozygous, both parents unaffected and not genotyped)"
    )


def test_a_parent_without_it_on_few_reads_may_have_handed_it_down() -> None:
    few = {"kid": "1", "mum": ("0/0", {"depth": 3})}
    found = judged(trio("m"), ON_X, **few)
    assert [(fit.mode, fit.status) for fit in found.fits] == [
        ("de_novo", "open"),
        ("x_linked_recessive", "open"),
    ]
    assert "mother: 3 reads, 12 needed" in str(found)
    assert "reads of the mother do not show its absence" in str(found)
    ill = judged(trio("f", "-", "+"), A, kid="0/1", dad="0/0", mum=("0/0", {"depth": 3}))
    assert ("autosomal_dominant", "open") in [(fit.mode, fit.status) for fit in ill.fits]


def test_a_balanced_call_on_one_x_is_open_with_its_reasons() -> None:
    found = judged(trio("m"), ON_X, kid="0/1", mum="0/1")
    assert [(fit.mode, fit.status) for fit in found.fits] == [("x_linked_recessive", "open")]
    assert found.best.why == (
        "50% of reads, heterozygous where one X is expected: a mosaic, a duplication, reads of a pseudogene or of the "
        "other sex chromosome, or a second X"
    )


def test_a_parent_with_few_reads_of_it_may_be_a_mosaic() -> None:
    father = {"dad": ("0/1", {"allele_balance": 0.15}), "mum": "0/0"}
    found = judged(trio(), A, kid="0/1", **father)
    assert ("de_novo", "open") in [(fit.mode, fit.status) for fit in found.fits]
    assert "father has 15% of reads: may be a mosaic" in str(found)
    father = {"dad": ("0/1", {"allele_balance": 0.4}), "mum": "0/0"}
    assert "mosaic" not in str(judged(trio(), A, kid="0/1", **father))


def test_a_carrier_mother_is_named() -> None:
    assert str(judged(trio("m"), ON_X, kid="1/1", dad="0", mum="0/1")) == (
        "fits X-linked recessive (one X, mutated, the mother is a carrier)"
    )


def test_levels_of_heteroplasmy_along_the_maternal_line() -> None:
    people = trio("f", "-", "-", "bro m + dad mum")
    calls = {"kid": ("0/1", {"allele_balance": 0.004}), "mum": "0/0", "bro": ("1", {"allele_balance": 0.998})}
    found = judged(people, ON_M, **calls)
    assert "de novo" in str(found)
    assert "0.4% of reads" in str(found)
    calls["mum"] = ("0/1", {"allele_balance": 0.02})
    assert str(judged(people, ON_M, **calls)) == (
        "fits mitochondrial inheritance (0.4% of reads, unaffected mother with 2% of reads, "
        "affected brother bro with 99.8% of reads)"
    )


def test_a_second_x_in_a_male_and_one_x_in_a_female() -> None:
    calls = {ON_X: {"kid": "0/1"}, ON_X_TOO: {"kid": "0/1"}}
    two = replace(known(None, calls, "male"), x_copies=2)
    found = judge(hits(two), two, RULES)[ON_X, "GENE"]
    assert set(found.modes) == {"x_linked_dominant", "x_linked_recessive_comp_het"}
    parents = {ON_X: {"kid": ("1/1", {"zygosity": "hemizygous"}), "dad": "0", "mum": "0/1"}}
    one = replace(known(trio(), parents), x_copies=1)
    assert judge(hits(one), one, RULES)[ON_X, "GENE"].modes == ["x_linked_recessive"]
    parents[ON_X]["mum"] = "0/0"
    one = replace(known(trio(), parents), x_copies=1)
    found = judge(hits(one), one, RULES)[ON_X, "GENE"]
    assert (found.modes, "not in the father and the mother" in str(found)) == (["de_novo"], True)


def test_a_pair_of_which_a_relative_is_half_called() -> None:
    people = trio("f", "-", "-", "sis f - dad mum")
    a = {"kid": "0/1", "sis": "./1", "dad": "0/1", "mum": "0/0"}
    b = {"kid": "0/1", "sis": "0/1", "dad": "0/0", "mum": "0/1"}
    family = known(people, {A: a, B: b})
    assert [pair.fit.status for pair in pairs(hits(family), family, RULES)] == ["excluded"]
    family = known(people, {A: a, B: {**b, "sis": "0/0"}})
    assert [pair.fit.status for pair in pairs(hits(family), family, RULES)] == ["fits"]


def test_incomplete_penetrance_lets_an_unaffected_carrier_be() -> None:
    people = trio("f", "-", "-", "sis f - dad mum")
    genotypes = {"kid": "0/1", "dad": "0/1", "mum": "0/0", "sis": "0/1"}
    assert modes(people, A, **genotypes) == []
    found = judged(people, A, RULES.model_copy(update={"penetrance": 0.8}), **genotypes)
    assert found.modes == ["autosomal_dominant"]
    assert found.best.probability == pytest.approx(0.2**2)


def test_incomplete_penetrance_keeps_an_affected_relative_without_it_an_exclusion() -> None:
    people = trio("f", "-", "-", "sis f + dad mum")
    genotypes = {"kid": "0/1", "dad": "0/1", "mum": "0/0", "sis": "0/0"}
    assert modes(people, A, RULES.model_copy(update={"penetrance": 0.5}), **genotypes) == []


@pytest.mark.parametrize(
    ("build", "pos", "sex_linked"),
    [
        ("GRCh38", 2_781_479, False),
        ("GRCh38", 2_781_480, True),
        ("GRCh38", 155_701_382, True),
        ("GRCh38", 155_701_383, False),
        ("GRCh37", 2_699_520, False),
        ("GRCh37", 2_699_521, True),
        ("GRCh37", 155_260_560, False),
        ("GRCh38", 155_260_560, True),
        ("synthetic", 1_000_000, True),
    ],
)
@pytest.mark.parametrize("name", ["X", "chrX"])
def test_the_pseudoautosomal_regions_of_both_builds(
    build: str, pos: int, sex_linked: bool, name: str
) -> None:
    variant = Variant(name, pos, "C", "T")
    family = known(None, {variant: {"kid": "0/1"}}, "male", build)
    found = judge(hits(family), family, RULES)[variant, "GENE"]
    assert (found.modes == []) is sex_linked


# --- two hits ------------------------------------------------------------------------------------------------------

COMPOUND = ["autosomal_recessive_comp_het"]
PAIRS: dict[str, tuple[Pedigree | None, dict[str, Given], dict[str, Given], str, list[str]]] = {
    "one from each parent": (
        trio(),
        {"kid": "0/1", "dad": "0/1", "mum": "0/0"},
        {"kid": "0/1", "dad": "0/0", "mum": "0/1"},
        "trans",
        COMPOUND,
    ),
    "both from the mother": (
        trio(),
        {"kid": "0/1", "dad": "0/0", "mum": "0/1"},
        {"kid": "0/1", "dad": "0/0", "mum": "0/1"},
        "cis",
        [],
    ),
    "duo, one from the mother, one not": (
        pedigree("kid f + gone mum", "gone m -", "mum f -"),
        {"kid": "0/1", "mum": "0/1"},
        {"kid": "0/1", "mum": "0/0"},
        "trans",
        COMPOUND,
    ),
    "phased on different copies": (trio(), {"kid": "0|1"}, {"kid": "1|0"}, "trans", COMPOUND),
    "phased on one copy": (trio(), {"kid": "0|1"}, {"kid": "0|1"}, "cis", []),
    "phased in different sets": (
        trio(),
        {"kid": ("0|1", {"phase_set": "7"})},
        {"kid": ("1|0", {"phase_set": "8"})},
        "unknown",
        COMPOUND,
    ),
    "nothing known": (trio(), {"kid": "0/1"}, {"kid": "0/1"}, "unknown", COMPOUND),
    "the affected sister has both": (
        trio("f", "-", "-", "sis f + dad mum"),
        {"kid": "0/1", "sis": "0/1", "dad": "0/1", "mum": "0/0"},
        {"kid": "0/1", "sis": "0/1", "dad": "0/0", "mum": "0/1"},
        "trans",
        COMPOUND,
    ),
    "the affected sister has one": (
        trio("f", "-", "-", "sis f + dad mum"),
        {"kid": "0/1", "sis": "0/1", "dad": "0/1", "mum": "0/0"},
        {"kid": "0/1", "sis": "0/0", "dad": "0/0", "mum": "0/1"},
        "trans",
        [],
    ),
    "the unaffected sister has both": (
        trio("f", "-", "-", "sis f - dad mum"),
        {"kid": "0/1", "sis": "0/1", "dad": "0/1", "mum": "0/0"},
        {"kid": "0/1", "sis": "0/1", "dad": "0/0", "mum": "0/1"},
        "trans",
        [],
    ),
    "the unaffected father has one on both copies": (
        trio(),
        {"kid": "0/1", "dad": "1/1", "mum": "0/0"},
        {"kid": "0/1", "dad": "0/0", "mum": "0/1"},
        "trans",
        [],
    ),
}


@pytest.mark.parametrize(("people", "a", "b", "phase", "expected"), PAIRS.values(), ids=PAIRS)
def test_a_compound_heterozygote_and_its_near_miss(
    people: Pedigree | None, a: dict[str, Given], b: dict[str, Given], phase: str, expected: list[str]
) -> None:
    family = known(people, {A: a, B: b})
    (pair,) = pairs(hits(family), family, RULES)
    assert pair.phase.phase == phase, pair.phase
    assert (pair.fit.status == "fits") is bool(expected), str(pair.fit)
    for found in judge(hits(family), family, RULES).values():
        assert found.modes == expected, str(found)
        assert found.pair == pair


STRENGTHS = {
    "two hits by themselves": ((2, 2), "symmetric"),
    "coding and deep intronic at the laxer score": ((2, 1), "asymmetric"),
    "in the other order": ((1, 2), "asymmetric"),
    "two at the laxer score": ((1, 1), None),
    "the second below the laxer score": ((2, 0), None),
}


@pytest.mark.parametrize(("strengths", "kind"), STRENGTHS.values(), ids=STRENGTHS)
def test_an_asymmetric_pair_needs_one_hit_and_one_second(
    strengths: tuple[int, int], kind: str | None
) -> None:
    family = known(
        trio(),
        {A: {"kid": "0/1", "dad": "0/1", "mum": "0/0"}, B: {"kid": "0/1", "dad": "0/0", "mum": "0/1"}},
    )
    found = [pair.kind for pair in pairs(hits(family, strengths), family, RULES)]
    assert found == ([kind] if kind else [])


def test_hits_of_two_genes_are_no_pair() -> None:
    family = known(None, {A: {"kid": "0/1"}, B: {"kid": "0/1"}})
    one, other = hits(family)
    assert list(pairs([one, replace(other, gene="OTHER")], family, RULES)) == []
    assert len(list(pairs([one, other], family, RULES))) == 1


def test_on_x_a_girl_has_pairs_and_a_boy_has_none() -> None:
    calls = {ON_X: {"kid": "0|1"}, ON_X_TOO: {"kid": "1|0"}}
    girl, boy = known(None, calls, "female"), known(None, calls, "male")
    assert [pair.fit.mode for pair in pairs(hits(girl), girl, RULES)] == ["x_linked_recessive_comp_het"]
    assert list(pairs(hits(boy), boy, RULES)) == []


def test_the_best_partner_is_in_trans_then_the_stronger() -> None:
    third = Variant("chr2", 5000, "A", "G")
    both = {"kid": "0/1", "dad": "0/1", "mum": "0/0"}
    calls = {A: both, third: both, B: {"kid": "0/1", "dad": "0/0", "mum": "0/1"}}
    family = known(trio(), calls)
    found = judge(hits(family), family, RULES)
    partners = {key[0]: j.pair.partner(key[0]).variant for key, j in found.items() if j.pair}
    assert partners == {A: B, third: B, B: A}
    found = judge(hits(family, (1, 2, 2)), family, RULES)
    assert found[B, "GENE"].pair.partner(B).variant == third


def test_the_order_of_the_hits_changes_nothing() -> None:
    family = known(trio(), {A: {"kid": "0/1", "mum": "0/1"}, B: {"kid": "0/1", "mum": "0/0"}})
    there, back = judge(hits(family), family, RULES), judge(hits(family)[::-1], family, RULES)
    assert {key: str(j) for key, j in there.items()} == {key: str(back[key]) for key in there}


def test_a_trio_without_the_pair_s_genotypes_multiplies_penetrance_and_phase() -> None:
    people = trio("f", "-", "-", "sis f - dad mum")
    both = {"kid": "0/1", "sis": "0/1", "dad": "0/1", "mum": "0/0"}
    family = known(people, {A: both, B: {**both, "dad": "0/0", "mum": "0/1"}})
    (pair,) = pairs(hits(family), family, RULES.model_copy(update={"penetrance": 0.9}))
    assert pair.fit.status == "fits"
    assert pair.fit.probability == pytest.approx(0.1 * pair.phase.probability)


DOMINANT, COMPOUND_ONLY = frozenset(["autosomal_dominant"]), frozenset(COMPOUND)


def test_an_allele_too_common_for_a_mode_does_not_fit_it() -> None:
    family = known(None, {A: {"kid": "0/1"}})
    (hit,) = hits(family)
    rare, common = (replace(hit, rare_for=limits) for limits in (DOMINANT, COMPOUND_ONLY))
    assert judge([rare], family, RULES)[A, "GENE"].modes == ["autosomal_dominant"]
    found = judge([common], family, RULES)[A, "GENE"]
    assert found.modes == []
    assert "chr2-1000-C-T is more common than the mode's limit" in str(found)


def test_a_pair_of_which_one_is_too_common_for_pairs() -> None:
    family = known(None, {A: {"kid": "0|1"}, B: {"kid": "1|0"}})
    one, other = (replace(hit, rare_for=COMPOUND_ONLY) for hit in hits(family))
    (pair,) = pairs([one, other], family, RULES)
    assert pair.fit.status == "fits"
    (pair,) = pairs([one, replace(other, rare_for=DOMINANT)], family, RULES)
    assert (pair.fit.status, pair.fit.why) == (
        "excluded",
        "chr2-9000-G-A is more common than the mode's limit",
    )


def test_a_new_change_is_held_to_the_limit_of_one_copy() -> None:
    family = known(trio(), {A: {"kid": "0/1", "dad": "0/0", "mum": "0/0"}})
    (hit,) = hits(family)
    assert judge([replace(hit, rare_for=DOMINANT)], family, RULES)[A, "GENE"].modes == ["de_novo"]
    assert judge([replace(hit, rare_for=COMPOUND_ONLY)], family, RULES)[A, "GENE"].modes == []
