"""Calls on X and Y whose caller knew no sex: hemizygous, doubtful, or left as they are."""

from __future__ import annotations

import pytest

from landfall.patient.inheritance.haploid_calls import judged

X, PAR, Y, AUTOSOME = ("chrX", 108_441_001), ("X", 1_290_001), ("chrY", 7_000_000), ("chr11", 5)
HET, HOM, HEMI = "heterozygous", "homozygous", "hemizygous"


@pytest.mark.parametrize(
    ("place", "x_copies", "zygosity", "genotype", "share", "found", "doubt"),
    [
        (X, 1, HET, "0/1", 28 / 30, HEMI, ""),
        (X, 1, HOM, "1/1", 1.0, HEMI, ""),
        (X, 1, HEMI, "1", 1.0, HEMI, ""),
        (X, 1, HET, "1/.", 1.0, HEMI, ""),
        (X, 1, HET, ".|1", None, HEMI, ""),
        (X, 1, HET, "0/1", None, HET, "mosaic"),
        (
            X,
            1,
            HET,
            "0/1",
            0.5,
            HET,
            "where one X is expected: a mosaic, a duplication, reads of a pseudogene",
        ),
        (Y, 1, HET, "0/1", 0.5, HET, "where one Y is expected"),
        (Y, None, HET, "0/1", 0.95, HEMI, ""),
        (PAR, 1, HET, "0/1", 0.95, HET, ""),
        (PAR, 1, HOM, "1/1", 1.0, HOM, ""),
        (X, 2, HET, "0/1", 0.5, HET, ""),
        (X, 2, HOM, "1/1", 1.0, HOM, ""),
        (X, 2, HET, "0/1", 0.95, HET, "X0"),
        (X, None, HET, "0/1", 0.95, HET, "X0"),
        (X, None, HET, "0/1", 0.5, HET, ""),
        (X, None, HOM, "1/1", 1.0, HOM, ""),
        (X, 1, HET, "0/1", 0.07, HET, "mosaic"),
        (Y, 1, HOM, "1/1", 1.0, HEMI, ""),
        (X, 1, "absent", "0/0", 0.0, "absent", ""),
        (AUTOSOME, 1, HET, "0/1", 0.95, HET, ""),
    ],
)
def test_what_the_number_of_x_makes_of_a_call(place, x_copies, zygosity, genotype, share, found, doubt):
    call = {"chrom": place[0], "pos": place[1], "zygosity": zygosity, "genotype": genotype}
    row = judged({**call, "allele_balance": share}, x_copies, "GRCh38", 0.85)
    assert row["zygosity"] == found
    assert (doubt in row["call_doubt"]) if doubt else row["call_doubt"] is None
