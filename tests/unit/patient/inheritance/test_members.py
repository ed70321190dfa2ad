"""The members of a family at an allele."""

from __future__ import annotations

from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.patient.inheritance import members
from landfall.patient.tables import RELATIVES
from landfall.testing.families import known, row, trio

ALLELE, ON_X = Variant("chr7", 100, "C", "T"), Variant("chrX", 32_000_000, "C", "T")


def test_each_member_has_pedigree_genotype_and_reads():
    family = known(
        trio("f", "-", "+", "sis f ? dad mum"), {ALLELE: {"kid": "0/1", "mum": "0/1", "dad": "0/0"}}
    )
    calls = [row(ALLELE, name, text, 1) for name, text in (("kid", "0/1"), ("mum", "0/1"), ("dad", "0/0"))]
    found = members.rows([ALLELE], calls, family)
    parquet.from_rows(RELATIVES, found)
    assert [(r["individual"], r["role"], r["affected"], r["zygosity"], r["carries"]) for r in found] == [
        ("kid", "patient", True, "heterozygous", True),
        ("dad", "father", False, "absent", False),
        ("mum", "mother", True, "heterozygous", True),
        ("sis", "sister sis", None, None, None),
    ]
    assert [(r["depth"], r["allele_depth"], r["genotype"]) for r in found[:3]] == [
        (30, 15, "0/1"),
        (30, 0, "0/0"),
        (30, 15, "0/1"),
    ]
    assert (found[0]["father"], found[0]["mother"], found[3]["depth"]) == ("dad", "mum", None)


def test_few_reads_leave_open_whether_a_parent_has_the_allele():
    few = {"depth": 3, "allele_depth": 0, "allele_balance": 0.0}
    family = known(trio(), {ALLELE: {"kid": "0/1", "dad": ("0/0", few)}})
    (dad,) = [
        r
        for r in members.rows([ALLELE], [row(ALLELE, "dad", "0/0", 1, **few)], family)
        if r["role"] == "father"
    ]
    assert (dad["zygosity"], dad["depth"], dad["carries"]) == ("absent", 3, None)


def test_without_relatives_there_are_no_rows():
    assert members.rows([ALLELE], [], known(None, {ALLELE: {"kid": "0/1"}})) == []
