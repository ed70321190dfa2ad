"""One spelling for every allele, and the reading of single fields."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landfall.genome.sequence import Genome
from landfall.io.columns import numbers
from landfall.testing import builders
from landfall.variants.alleles import positions, split_alleles, syntax_verdicts
from landfall.variants.left_align import normalise_spelling
from landfall.variants.site_fields import canonical_filter, info_numbers
from landfall.variants.vcf import VariantFileError, read_records

REPEATS = "CACACACACA" + "T" * 12 + "GATGATGATGATGATC" + builders.bases(60, 5, "AC") + "AAAAAAAAAAAAG"
CONTIG = REPEATS + builders.bases(100, seed=6) + REPEATS[::-1]


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return builders.genome(tmp_path_factory.mktemp("genome"), {"chr1": CONTIG, "2": CONTIG[::-1]})


@st.composite
def spellings(draw: st.DrawFn) -> list[tuple[str, int, str, str]]:
    """One change of the contig, written in four ways that all give the same haplotype."""
    start = draw(st.integers(0, len(CONTIG) - 8))
    removed = CONTIG[start : start + draw(st.integers(0, 7))]
    repeated = CONTIG[start : start + draw(st.integers(1, 6))]
    added = draw(st.one_of(st.just(""), st.just(repeated), st.text("ACGT", min_size=1, max_size=6)))
    haplotype = CONTIG[:start] + added + CONTIG[start + len(removed) :]
    if haplotype == CONTIG:
        haplotype = CONTIG[:start] + {"A": "C"}.get(CONTIG[start], "A") + CONTIG[start + 1 :]
    return [_spelling(draw, haplotype) for _ in range(4)]


def _shared(one: str, other: str) -> int:
    """Letters that both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _spelling(draw: st.DrawFn, haplotype: str) -> tuple[str, int, str, str]:
    """Any stretch of the contig that holds the whole change, both alleles at least one base long."""
    prefix = _shared(CONTIG, haplotype)
    suffix = _shared(CONTIG[::-1], haplotype[::-1])
    growth = len(haplotype) - len(CONTIG)
    first = draw(st.integers(max(0, prefix - 15), min(prefix, len(CONTIG) - 1, len(haplotype) - 1)))
    least = max(len(CONTIG) - suffix, first + 1, first + 1 - growth)
    last = draw(st.integers(least, min(least + 15, len(CONTIG))))
    ref, alt = CONTIG[first:last], haplotype[first : last + growth]
    return "chr1", first + 1, draw(st.sampled_from([ref, ref.lower()])), alt


@settings(derandomize=True, max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(spellings(), min_size=50, max_size=50))
def test_every_spelling_of_an_allele_becomes_the_same(genome, changes):
    spelt = normalise_spelling(builders.alleles(*(row for rows in changes for row in rows)), genome)
    assert len(spelt) == 4 * len(changes)
    for number, written in enumerate(changes):
        found = spelt.iloc[4 * number : 4 * number + 4].drop_duplicates()
        assert len(found) == 1, f"{written} became {found.to_numpy().tolist()}"
        _, pos, ref, alt = found.iloc[0]
        haplotype = CONTIG[: pos - 1] + alt + CONTIG[pos - 1 + len(ref) :]
        _, pos, ref, alt = written[0]
        assert haplotype == CONTIG[: pos - 1] + alt + CONTIG[pos - 1 + len(ref) :]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ((22, "T", "TT"), (10, "A", "AT")),  # an insertion at the right end of a run goes to its left end
        ((21, "TTG", "TG"), (10, "AT", "A")),
        ((7, "CACA", "CA"), (1, "CAC", "C")),  # a run that begins the contig keeps a base after it
        ((23, "GAT", "GCC"), (24, "AT", "CC")),  # shared bases are trimmed, the change itself stays whole
        ((23, "GATG", "TATT"), (23, "GATG", "TATT")),
        ((22, "TGAT", "C"), (22, "TGAT", "C")),
    ],
)
def test_one_spelling_of_known_changes(genome, written, expected):
    spelt = normalise_spelling(builders.alleles(("chr1", *written)), genome)
    assert spelt[["pos", "ref", "alt"]].to_numpy().tolist() == [list(expected)]


def test_an_indel_is_moved_through_a_repeat_longer_than_any_buffer(tmp_path):
    sequence = "G" + "CA" * 4000 + "T"
    genome = builders.genome(tmp_path, {"chr1": sequence})
    spelt = normalise_spelling(builders.alleles(("chr1", 7999, "ACA", "A")), genome)
    assert spelt[["pos", "ref", "alt"]].to_numpy().tolist() == [[1, "GCA", "G"]]


def test_rows_keep_their_index_and_lose_only_mismatches(genome):
    rows = builders.alleles(("2", 3, CONTIG[::-1][2], "GG"), ("chr1", 1, "G", "T"), ("1", 1, "C", "T"))
    rows.index = pd.Index([7, 3, 5])
    spelt = normalise_spelling(rows, genome)
    assert spelt.index.tolist() == [7, 5]
    assert spelt["chrom"].tolist() == ["2", "chr1"]


def test_no_alleles_at_all(genome):
    empty = normalise_spelling(builders.alleles(), genome)
    assert len(empty) == 0
    assert empty.columns.tolist() == ["chrom", "pos", "ref", "alt"]


def records(**columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    return frame.assign(record=np.arange(1, len(frame) + 1))


def test_alleles_are_numbered_within_their_record():
    rows = split_alleles(records(alt=["A", "A,C,*", "."]))
    assert rows[["record", "allele", "alt"]].to_numpy().tolist() == [
        [1, 1, "A"],
        [2, 1, "A"],
        [2, 2, "C"],
        [2, 3, "*"],
        [3, 1, "."],
    ]


def test_the_first_rule_that_holds_decides(genome):
    rows = builders.alleles(("chrX", 0, "N", "<NON_REF>"), ("chrX", 0, "N", "A"), ("chrX", 0, "C", "A"))
    verdicts = syntax_verdicts(rows.assign(pos=rows["pos"].astype("str")), genome)
    assert verdicts["rule"].tolist() == ["reference_block", "non_acgt", "contig_unknown"]


def test_positions_are_digits_alone():
    text = pd.Series(["7", "007", "7.0", "1e3", "+7", "-7", " 7", "", "12345678901", "x"])
    assert positions(text).fillna(-1).tolist() == [7, 7, -1, -1, -1, -1, -1, -1, -1, -1]


@pytest.mark.parametrize("odd", ["0x10", "-5", "+5", "1e3", "", " 7", "12345678901", "x"])
def test_one_position_that_is_none_does_not_change_how_the_others_are_read(odd):
    assert positions(pd.Series(["12", odd, "007"])).fillna(-1).tolist() == [12, -1, 7]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("0.25", 0.25),
        ("1e-3", 0.001),
        ("-2", -2),
        (".", np.nan),
        ("word", np.nan),
        ("0x10", np.nan),
    ],
)
@pytest.mark.parametrize("beside", ["7", "oops"])
def test_a_number_is_read_the_same_whatever_stands_beside_it(text, value, beside):
    np.testing.assert_array_equal(numbers(pd.Series([beside, text]))[1], value)


def test_an_info_field_gives_the_value_of_its_allele():
    rows = split_alleles(
        records(alt=["A,C", "A,C", "A", "A"], info=["AF=0.1,0.2", "DP=3;AF=0.5", "XAF=1", "AF=."])
    )
    found = info_numbers(rows, ["AF"])["AF"]
    np.testing.assert_array_equal(found, [0.1, 0.2, 0.5, 0.5, np.nan, np.nan])


@pytest.mark.parametrize(
    ("info", "value"),
    [
        ("AF=0.00001&0.3", 0.3),
        ("AF=.&0.3", 0.3),
        ("AF=0.2&.", 0.2),
        ("AF=.&.", np.nan),
        ("AF= 0.25", 0.25),
        ("AF=0.25 ;DP=3", 0.25),
        ("AF=0.1&0.2,0.3", 0.2),
        ("AF=inf", np.nan),
        ("AF=-", np.nan),
    ],
)
def test_of_several_values_of_an_info_field_the_highest_counts(info, value):
    rows = records(alt=["A", "A"], info=["AF=0.5", info])
    np.testing.assert_array_equal(info_numbers(split_alleles(rows), ["AF"])["AF"], [0.5, value])
    of_records = info_numbers(rows, ["AF"], split_alleles(rows[["alt"]]))
    np.testing.assert_array_equal(of_records["AF"], [0.5, value])


def test_filter_is_written_in_one_way():
    written = pd.Series(["PASS", "pass", "PASS;", ".", "", ";", " q10 ; PASS", "Pass;q10"])
    found = canonical_filter(written)
    assert found.tolist() == ["PASS", "PASS", "PASS", ".", ".", ".", "q10;PASS", "PASS;q10"]


def test_a_name_that_is_no_file_is_named():
    with pytest.raises(VariantFileError, match=r"no_such\.vcf: cannot be read"):
        list(read_records("no_such.vcf", None))
