"""A call of several alleles that was split into records is one call again; other calls of a position stay apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from landfall.io.columns import TEXT
from landfall.variants.alleles import split_alleles
from landfall.variants.calls.genotypes import CallFields, read_calls
from landfall.variants.calls.split_calls import put_together

Record = tuple[str, str, str]
"""POS, ALT and the call, GT:AD:DP."""


def together(*records: Record) -> tuple[CallFields, np.ndarray]:
    pos, alt, call = (pd.array(column, dtype=TEXT) for column in zip(*records, strict=True))
    frame = pd.DataFrame({"pos": pos, "alt": alt, "call": call})
    frame = frame.assign(chrom="chr1", format="GT:AD:DP", record=np.arange(len(frame)) + 1)
    frame = frame.astype({"chrom": TEXT, "format": TEXT})
    alleles = split_alleles(frame)
    return put_together(read_calls(frame, alleles), alleles)


SPLIT = {
    "bcftools": [("9", "A", "1/0:0,14:30"), ("9", "C", "0/1:0,16:30")],
    "bcftools, the other way": [("9", "C", "0/1:0,16:30"), ("9", "A", "1/0:0,14:30")],
    "with phase": [("9", "A", "1|0:0,14:30"), ("9", "C", "0|1:0,16:30")],
    "vt": [("9", "A", "1/.:0,14:30"), ("9", "C", "./1:0,16:30")],
    "vt, VCF 4.4": [("9", "A", "/1/.:0,14:30"), ("9", "C", "/./1:0,16:30")],
    "a star": [("9", "*", "1/0:0,14:30"), ("9", "C", "0/1:0,16:30")],
    "genotypes in order": [("9", "A", "0/1:0,14:30"), ("9", "C", "0/1:0,16:30")],
    "a few reads of the reference": [("9", "A", "0/1:2,14:30"), ("9", "C", "0/1:2,14:30")],
    "a third record that is reference": [
        ("9", "A", "1/0:0,14:30"),
        ("9", "G", "0/0:0,0:30"),
        ("9", "C", "0/1:0,16:30"),
    ],
    "a third record that is missing": [
        ("9", "A", "1/.:0,14:30"),
        ("9", "G", "./.:0,0:30"),
        ("9", "C", "./1:0,16:30"),
    ],
}


@pytest.mark.parametrize("records", SPLIT.values(), ids=SPLIT)
def test_halves_are_one_call(records):
    calls, site = together(*records)
    halves = [row for row, (_, _, call) in enumerate(records) if "1" in call.split(":")[0]]
    assert [site[row] for row in halves] == ["chr1:9", "chr1:9"]
    assert calls.copies[halves].tolist() == [1, 1]
    assert calls.missing.tolist() == [0] * len(records)
    assert calls.total_depth[halves].tolist() == [30, 30]
    assert calls.balance[halves].tolist() == [
        int(records[row][2].split(":")[1].split(",")[1]) / 30 for row in halves
    ]
    others = [row for row in range(len(records)) if row not in halves]
    assert calls.copies[others].tolist() == [0] * len(others)
    assert [site[row] for row in others] == [None] * len(others)


@pytest.mark.parametrize("depths", [(".", "."), ("14", "16")], ids=str)
@pytest.mark.parametrize("genotypes", [("1/0", "0/1"), ("1|0", "0|1"), ("1/.", "./1")], ids=str)
def test_reads_of_all_halves_are_all_reads_where_dp_tells_no_more(genotypes, depths):
    """DP is not told, or was made anew from the record's own AD."""
    calls, site = together(
        ("9", "A", f"{genotypes[0]}:0,14:{depths[0]}"), ("9", "C", f"{genotypes[1]}:0,16:{depths[1]}")
    )
    assert list(site) == ["chr1:9", "chr1:9"]
    assert calls.balance.tolist() == [14 / 30, 16 / 30]
    assert calls.depth.tolist() == [30, 30]


def test_halves_without_reads_have_no_depth():
    calls, site = together(("9", "A", "1/0:.:."), ("9", "C", "0/1:.:."))
    assert list(site) == ["chr1:9", "chr1:9"]
    np.testing.assert_array_equal([calls.depth, calls.balance], np.full((2, 2), np.nan))


def test_halves_in_order_without_dp_are_told_by_their_reads():
    calls, site = together(("9", "A", "0/1:0,14:."), ("9", "C", "0/1:1,16:."))
    assert list(site) == ["chr1:9", "chr1:9"]
    assert calls.balance.tolist() == [14 / 30, 16 / 30]


APART = {
    "two balanced calls of one position": [("9", "A", "0/1:15,15:30"), ("9", "CA", "0/1:14,16:30")],
    "a homozygous and a heterozygous one": [("9", "A", "1/1:0,30:30"), ("9", "CA", "0/1:15,15:30")],
    "two positions": [("8", "A", "1/0:0,14:30"), ("9", "C", "0/1:0,16:30")],
    "phased on one copy": [("9", "A", "0|1:15,15:30"), ("9", "CA", "0|1:14,16:30")],
    "one is reference": [("9", "A", "0/0:30,0:30"), ("9", "C", "0/1:15,15:30")],
    "a record of two": [("9", "A,G", "1/2:0,14,16:30"), ("9", "CA", "0/1:14,16:30")],
    "one copy alone": [("9", "A", "1:0,30:30"), ("9", "CA", "1:0,30:30")],
    "homozygous by hardly a read of another": [("9", "A", "0/1:1,29:30"), ("9", "CA", "0/1:1,29:30")],
}


@pytest.mark.parametrize("records", APART.values(), ids=APART)
def test_calls_of_one_position_by_chance_stay_apart(records):
    calls, site = together(*records)
    assert list(site) == [None] * len(site)
    apart = [together(record)[0].balance.tolist() for record in records]
    assert calls.balance.tolist() == [value for values in apart for value in values]


def test_what_one_half_has_the_other_does_not():
    """vt of a relative with 0/2: nothing is said of the first allele by its own record alone."""
    calls, site = together(("9", "A", "0/.:14,0:30"), ("9", "C", "0/1:14,16:30"))
    assert calls.copies.tolist() == [0, 1]
    assert list(site) == [None, None]


def test_a_reference_half_without_reads_of_its_own_is_known_by_the_other():
    """bcftools of a call of 2/2: the reads are the other allele's, which the record of the first does not show."""
    calls, _ = together(("9", "A", "0/0:0,0:30"), ("9", "C", "1/1:0,30:30"))
    assert calls.copies.tolist() == [0, 2]


@pytest.mark.parametrize("call", ["./.:0,0:30", ".:0,0:30"])
def test_a_missing_call_whose_reads_are_all_of_another_allele_is_known_by_it(call):
    """vt of a call of 2/2."""
    calls, site = together(("9", "A", call), ("9", "C", "1/1:0,30:30"))
    assert calls.copies.tolist() == [0, 2]
    assert calls.missing.tolist() == [0, 0]
    assert list(site) == [None, None]


@pytest.mark.parametrize(
    "records",
    [
        [("9", "A", "./0:30,0:30"), ("9", "C", "0/0:30,0:30")],
        [("9", "A", "./.:0,0:0"), ("9", "CA", "1/1:0,30:30")],
        [("9", "A", "./.:30,0:30"), ("9", "CA", "1/1:0,30:30")],
        [("9", "A", "./.:.:30"), ("9", "CA", "1/1:0,30:30")],
        [("9", "A", "./.:0,0:0"), ("9", "CA", "0/1:15,15:30")],
        [("9", "A", "1/.:0,30:30"), ("9", "C", "0/0:0,0:30")],
    ],
    ids=str,
)
def test_a_missing_allele_that_no_other_record_has_stays_missing(records):
    calls, _ = together(*records)
    assert calls.missing[0] > 0
    assert calls.copies[0] != 0
