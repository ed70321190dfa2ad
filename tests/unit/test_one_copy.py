"""Calls on X and Y whose caller knew no sex: hemizygous, doubtful, or left as they are."""

from __future__ import annotations

import pytest

from landfall.one_copy import judged

X, PAR, Y, AUTOSOME = ("chrX", 108_441_001), ("X", 1_290_001), ("chrY", 7_000_000), ("chr11", 5)
HET, HOM, HEMI = "heterozygous", "homozygous", "hemizygous"


@pytest.mark.parametrize(
    ("place", "sex", "zygosity", "genotype", "share", "found", "doubt"),
    [
        (X, "male", HET, "0/1", 28 / 30, HEMI, ""),
        (X, "male", HOM, "1/1", 1.0, HEMI, ""),
        (X, "male", HEMI, "1", 1.0, HEMI, ""),
        (X, "male", HET, "1/.", 1.0, HEMI, ""),
        (X, "male", HET, ".|1", None, HEMI, ""),
        (X, "male", HET, "0/1", None, HET, "mosaic"),
        (X, "male", HET, "0/1", 0.5, HET, "on X in a male: a mosaic, a duplication, reads of a pseudogene"),
        (Y, "male", HET, "0/1", 0.5, HET, "on Y in a male"),
        (Y, "unknown", HET, "0/1", 0.95, HEMI, ""),
        (PAR, "male", HET, "0/1", 0.95, HET, ""),
        (PAR, "male", HOM, "1/1", 1.0, HOM, ""),
        (X, "female", HET, "0/1", 0.5, HET, ""),
        (X, "female", HOM, "1/1", 1.0, HOM, ""),
        (X, "female", HET, "0/1", 0.95, HET, "X0"),
        (X, "unknown", HET, "0/1", 0.95, HET, "X0"),
        (X, "unknown", HET, "0/1", 0.5, HET, ""),
        (X, "male", "absent", "0/0", 0.0, "absent", ""),
        (AUTOSOME, "male", HET, "0/1", 0.95, HET, ""),
    ],
)
def test_what_the_sex_makes_of_a_call(place, sex, zygosity, genotype, share, found, doubt):
    call = {"chrom": place[0], "pos": place[1], "zygosity": zygosity, "genotype": genotype}
    row = judged({**call, "allele_balance": share}, sex, "GRCh38", 0.85)
    assert row["zygosity"] == found
    assert (doubt in row["call_doubt"]) if doubt else row["call_doubt"] is None
