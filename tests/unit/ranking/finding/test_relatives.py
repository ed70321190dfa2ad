"""Relatives' genotypes in words."""

from __future__ import annotations

import pytest

from landfall.genome.variant import Variant
from landfall.ranking.finding.relatives import DE_NOVO, columns, describe
from landfall.testing.families import known, trio

AUTOSOME, ON_X = Variant("chr7", 117_280_015, "C", "T"), Variant("chrX", 32_000_000, "C", "T")


MOTHER, BOTH = {"dad": "0/0", "mum": "0/1"}, {"dad": "0/1", "mum": "0/1"}
NEITHER = {"dad": "0/0", "mum": "0/0"}
UNSURE = "absent in the calls of both parents, not confirmed as de novo"


@pytest.mark.parametrize(
    ("variant", "sex", "calls", "zygosity", "modes", "said"),
    [
        (
            AUTOSOME,
            "f",
            MOTHER,
            "heterozygous",
            (),
            "inherited from the mother, a carrier; absent in the father",
        ),
        (
            AUTOSOME,
            "f",
            BOTH,
            "homozygous",
            (),
            "inherited from both parents: the father a carrier, the mother a carrier",
        ),
        (AUTOSOME, "f", NEITHER, "heterozygous", ("de_novo",), DE_NOVO),
        (AUTOSOME, "f", NEITHER, "heterozygous", (), UNSURE),
        (
            AUTOSOME,
            "f",
            {"mum": "0/0"},
            "heterozygous",
            (),
            "absent in the mother; the father was not genotyped",
        ),
        (ON_X, "m", {"mum": "0/0"}, "hemizygous", ("de_novo",), "de novo, confirmed in the mother"),
        (ON_X, "m", {"mum": "0/1"}, "hemizygous", (), "inherited from the mother, a carrier"),
        (AUTOSOME, "f", {}, "heterozygous", (), None),
    ],
)
def test_describe_calls_of_parents_names_the_origin(variant, sex, calls, zygosity, modes, said):
    family = known(trio(sex), {variant: {"kid": "0/1", **calls}})
    assert describe(variant, zygosity, modes, family) == said


def test_describe_a_sibling_names_state_and_genotype():
    family = known(trio("f", "-", "-", "sis f - dad mum"), {AUTOSOME: {"kid": "1/1", "sis": "0/1"}})
    assert describe(AUTOSOME, "homozygous", (), family) == "unaffected sister sis a carrier"


def test_columns_give_genotype_and_reads_of_each_relative():
    calls = {
        "kid": "0/1",
        "mum": ("0/1", {"depth": 31, "allele_depth": 14, "allele_balance": 14 / 31}),
        "sis": "0/0",
    }
    family = known(trio("f", "-", "-", "sis f - dad mum"), {AUTOSOME: calls})
    assert columns(AUTOSOME, family) == {
        "father_genotype": None,
        "father_depth": None,
        "father_allele_balance": None,
        "mother_genotype": "0/1",
        "mother_depth": 31,
        "mother_allele_balance": 14 / 31,
        "other_relatives": "sister sis 0/0 (0 of 30 reads)",
    }
    assert set(columns(ON_X, family).values()) == {None}
