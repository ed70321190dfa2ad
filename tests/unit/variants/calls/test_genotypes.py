"""What a VCF says of one sample at each allele, in every dialect that callers write."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from landfall.io.columns import TEXT
from landfall.variants.alleles import split_alleles
from landfall.variants.calls.genotypes import CallFields, canonical, read_calls
from landfall.variants.vcf import VariantFileError

NAN = np.nan


def called(layout: str | Sequence[str], *calls: str, alt: str | Sequence[str] = "A") -> CallFields:
    """The calls at all alleles of records, one a call; ``layout`` and ``alt`` for all records or one each."""
    layouts = [layout] * len(calls) if isinstance(layout, str) else layout
    alts = [alt] * len(calls) if isinstance(alt, str) else alt
    columns = {"alt": alts, "format": layouts, "call": calls}
    records = pd.DataFrame({name: pd.array(column, dtype=TEXT) for name, column in columns.items()})
    return read_calls(records, split_alleles(records))


def test_calls_of_records_with_different_layouts():
    calls = called(["GT:GQ:DP:AD:PS", "DP:GT", "GT"], "0|1:30:9:4,5:871", "7:1/1", "0")
    assert calls.phase_set.tolist() == ["871", ".", "."]
    assert calls.genotype.tolist() == ["0|1", "1/1", "0"]
    assert calls.copies.tolist() == [1, 2, 0]
    assert calls.ploidy.tolist() == [2, 2, 1]
    np.testing.assert_array_equal(calls.depth, [9, 7, NAN])
    np.testing.assert_array_equal(calls.quality, [30, NAN, NAN])
    np.testing.assert_array_equal(calls.allele_depth, [5, NAN, NAN])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("/0/1", "0/1"),
        ("|0|1", "0|1"),
        ("/1", "1"),
        ("|1", "1"),
        ("/0|1", "0/1"),
        ("|0/1", "0/1"),
        ("./.", "./."),
        ("/./1", "./1"),
        ("0/1|2", "0/1|2"),
        ("|0|1|2", "0|1|2"),
        *((text, ".") for text in ("", "x", "0/", "//1", "0//1", "0/1x", "0\\1", "-1/0", "0 /1", "1" * 5000)),
    ],
)
def test_a_genotype_without_its_leading_sign_of_phase(written, read):
    assert canonical(written) == read


@pytest.mark.parametrize(
    ("genotype", "copies", "ploidy", "missing"),
    [
        ("0/1", [1, 0], 2, 0),
        ("1/2", [1, 1], 2, 0),
        ("2|2", [0, 2], 2, 0),
        ("/1", [1, 0], 1, 0),
        ("0/0/1/1", [2, 0], 4, 0),
        ("./.", [-1, -1], 2, 2),
        (".", [-1, -1], 1, 1),
        ("./0", [-1, -1], 2, 1),
        ("./1", [1, -1], 2, 1),
        ("2|.", [-1, 1], 2, 1),
    ],
)
def test_copies_of_an_allele_and_what_is_not_known_of_it(genotype, copies, ploidy, missing):
    calls = called("GT", genotype, alt="A,C")
    assert calls.copies.tolist() == copies
    assert set(calls.ploidy) == {ploidy}
    assert set(calls.missing) == {missing}
    assert not calls.unreadable


def test_alleles_beyond_128():
    alts = ",".join(["A"] * 300)
    calls = called("GT", "127/299", "0/300", alt=alts)
    assert np.flatnonzero(calls.copies).tolist() == [126, 298, 599]


@pytest.mark.parametrize(
    ("layout", "call", "copies"),
    [
        ("GT:AD:DP:GQ", "0/0:30,0:30:99", 0),
        ("GT:AD:DP:GQ", "0/0:0,0:0:1", -1),
        ("GT:DP", "0/0:0", -1),
        ("GT:AD", "0/0:0,0", -1),
        ("GT:GQ", "0/0:0", -1),
        ("GT:RO:AO", "0/0:0:0", -1),
        ("GT", "0/0", 0),
        ("GT:DP:GQ", "0/0:.:.", 0),
        ("GT:DP", "0:0", -1),
        ("GT:DP", "0/1:0", 1),
    ],
)
def test_a_reference_call_without_reads_is_no_genotype(layout, call, copies):
    assert called(layout, call).copies.tolist() == [copies]


def test_a_genotype_that_cannot_be_read_is_missing_and_counted():
    calls = called("GT:DP", "0/x:30", "0/2:30", "0/1:30", "./.:30")
    assert calls.genotype.tolist() == [".", ".", "0/1", "./."]
    assert calls.copies.tolist() == [-1, -1, 1, -1]
    assert calls.unreadable == {"GT": 2}


def test_a_negative_number_is_missing_and_counted():
    """-1 and -9 stand for what is not known: they are no depth under a threshold."""
    calls = called("GT:AD:DP:GQ", "0/1:-1,-1:-1:-9", "0/1:9,8:17:50")
    np.testing.assert_array_equal(calls.depth, [NAN, 17])
    np.testing.assert_array_equal(calls.quality, [NAN, 50])
    np.testing.assert_array_equal(calls.allele_depth, [NAN, 8])
    assert calls.unreadable == {"AD": 2, "DP": 1, "GQ": 1}


def test_a_value_of_the_wrong_type_is_missing_and_counted():
    calls = called("GT:AD:DP:GQ", "0/1:15,x:deep:62.5", "0/1:15,15:30:high", "0/1:.,.:.:.")
    np.testing.assert_array_equal(calls.quality, [62.5, NAN, NAN])
    np.testing.assert_array_equal(calls.depth, [NAN, 30, NAN])
    np.testing.assert_array_equal(calls.allele_depth, [NAN, 15, NAN])
    assert calls.unreadable == {"AD": 1, "DP": 1, "GQ": 1}


DEPTHS = {
    "GATK": ("GT:AD:DP:GQ", "0/1:24,6:30:99"),
    "AD alone": ("GT:AD", "0/1:24,6"),
    "AD of the allele alone": ("GT:AD:DP", "0/1:.,6:30"),
    "freebayes": ("GT:DP:AD:RO:QR:AO:QA:GL", "0/1:30:24,6:24:800:6:200:-1,0,-2"),
    "freebayes without AD": ("GT:DP:RO:AO", "0/1:30:24:6"),
    "old freebayes": ("GT:DP:DPR:RO:QR:AO:QA", "0/1:30:30,6:24:800:6:200"),
    "DPR of freebayes": ("GT:DP:DPR", "0/1:30:30,6"),
    "DPR of samtools": ("GT:DP:DPR", "0/1:30:24,6"),
    "bcftools by strand": ("GT:PL:ADF:ADR", "0/1:1,0,2:14,2:10,4"),
    "Platypus": ("GT:GL:GOF:GQ:NR:NV", "0/1:-1,0,-2:3:99:30:6"),
    "VarScan": ("GT:GQ:SDP:DP:RD:AD:FREQ", "0/1:99:30:30:24:6:20%"),
    "VarScan's share": ("GT:DP:FREQ", "0/1:30:20%"),
    "VarScan's share with a comma": ("GT:DP:FREQ", "0/1:30:20,0%"),
    "VarDict": ("GT:DP:VD:AD:AF:RD:ALD", "0/1:30:6:24,6:0.2:12,12:3,3"),
    "Strelka's substitutions": ("GT:DP:FDP:SDP:SUBDP:AU:CU:GU:TU", "0/1:30:0:0:0:6,7:0,0:24,25:0,1"),
    "Strelka's indels": ("GT:DP:DP2:TAR:TIR:TOR", "0/1:30:30:24,25:6,6:2,2"),
    "Strelka's germline indels": ("GT:GQ:GQX:DPI:AD", "0/1:99:9:30:24,6"),
    "DeepVariant": ("GT:GQ:DP:AD:VAF:PL", "0/1:50:30:24,6:0.2:50,0,60"),
    "DeepVariant's share": ("GT:DP:VAF", "0/1:30:0.2"),
    "DRAGEN": ("GT:AD:AF:DP:F1R2:F2R1", "0/1:24,6:0.2:30:12,3:12,3"),
    "Clair3": ("GT:GQ:DP:AF", "0/1:20:30:0.2"),
    "MiSeq": ("GT:GQ:DP:VF", "0/1:99:30:0.2"),
    "MToolBox": ("GT:DP:HF:CILOW:CIUP", "0/1:30:0.2:0.1:0.3"),
    "Ion": ("GT:GQ:DP:FDP:RO:FRO:AO:FAO:AF", "0/1:99:30:30:25:24:5:6:0.2"),
    "samtools": ("GT:DP:DP4", "0/1:30:14,10,2,4"),
    "local alleles": ("GT:LAA:LAD:DP", "0/1:1:24,6:30"),
    "local genotype": ("LGT:LAA:LAD:DP", "0/1:1:24,6:30"),
    "hail": ("LGT:LA:LAD:DP", "0/1:0,1:24,6:30"),
}


@pytest.mark.parametrize("caller", DEPTHS)
def test_reads_in_every_dialect(caller):
    calls = called(*DEPTHS[caller])
    assert calls.copies.tolist() == [1]
    assert calls.genotype.tolist() == ["0/1"]
    assert calls.allele_depth.tolist() == [6]
    assert calls.total_depth.tolist() == [30]
    assert calls.depth.tolist() == [30]
    assert calls.balance.tolist() == [0.2]
    assert not calls.unreadable


@pytest.mark.parametrize(
    ("layout", "call"),
    [
        ("GT:AD:DP", "1/2:2,8,20:30"),
        ("GT:DP:RO:AO", "1/2:30:2:8,20"),
        ("GT:DP:DPR", "1/2:30:30,8,20"),
        ("GT:NR:NV", "1/2:30,30:8,20"),
        ("GT:FDP:FRO:FAO", "1/2:30:2:8,20"),
        ("LGT:LAA:LAD", "1/2:1,2:2,8,20"),
        ("LGT:LAA:LAD", "2/1:2,1:2,20,8"),
    ],
)
def test_reads_of_each_allele_of_a_record_of_two(layout, call):
    calls = called(layout, call, alt="A,C")
    np.testing.assert_array_equal(calls.allele_depth, [8, 20])
    np.testing.assert_array_equal(calls.total_depth, [30, 30])
    assert calls.copies.tolist() == [1, 1]


def test_a_list_of_reads_of_another_length_is_not_taken_for_them():
    """PEPPER writes AD of the alternates alone, beside their share."""
    calls = called("GT:DP:AD:VAF", "1/2:40:10,30:0.25,0.75", alt="A,C")
    assert calls.balance.tolist() == [0.25, 0.75]


def test_a_share_that_is_none_is_not_taken():
    assert np.isnan(called("GT:AF", "0/1:46.5").balance).all()


def test_a_share_without_a_depth_is_the_balance():
    calls = called("GT:AF", "0/1:0.3")
    assert calls.balance.tolist() == [0.3]
    np.testing.assert_array_equal(calls.total_depth, [NAN])


def test_local_alleles_are_those_of_the_sample():
    """hail's and DRAGEN's sparse files: numbers of a call count within the sample's own list of alleles."""
    layout, alt = "LGT:LAA:LAD:DP", "A,C,T"
    calls = called(layout, "0/1:3:20,10:30", "0/0:.:30:30", "1/2:1,3:0,14,16:30", "0/2:1:1,2:3", alt=alt)
    assert calls.genotype[::3].tolist() == ["0/3", "0/0", "1/3", "."]
    assert calls.copies.tolist() == [0, 0, 1, 0, 0, 0, 1, 0, 1, -1, -1, -1]
    np.testing.assert_array_equal(calls.allele_depth[:9], [NAN, NAN, 10, NAN, NAN, NAN, 14, NAN, 16])
    assert calls.unreadable == {"GT": 1}


@pytest.mark.parametrize(
    ("layout", "call", "words"), [("LGT:DP", "0/1:30", "LGT"), ("GT:LAD", "0/1:2,3", "LAD")]
)
def test_local_alleles_without_their_list_are_refused_by_name(layout, call, words):
    with pytest.raises(VariantFileError, match=rf"FORMAT has {words}.*without LAA"):
        called(layout, call)


@pytest.mark.parametrize(
    ("call", "balance"),
    [
        ("0/1:15,15:30", 0.5),
        ("0/1:14,14:30", 0.5),  # what the caller did not count says nothing
        ("1/0:0,15:30", 0.5),  # half of a split call
        ("0/1:1,15:30", 0.5),
        ("0/1:1,29:30", 29 / 30),
        ("0/1:5,5:30", 0.5),
        ("1/1:0,15:30", 1.0),
        ("0/1:0,15:.", 1.0),
        ("0/1:0,0:30", NAN),  # no read could be told apart, which says nothing
    ],
)
def test_the_balance_of_half_a_split_call_is_over_all_reads(call, balance):
    np.testing.assert_array_equal(called("GT:AD:DP", call).balance, [balance])


def test_a_record_of_many_alternates_is_read_once():
    """A record of 1,000 alternates with its 501,501 likelihoods, which copied for each would be 2 GB."""
    alts = ",".join(["A"] * 1000)
    likelihoods = ",".join(["9"] * 501_501)
    depths = ",".join(map(str, range(1001)))
    calls = called("GT:AD:PL", f"0/1000:{depths}:{likelihoods}", alt=alts)
    assert calls.copies[-1] == 1
    np.testing.assert_array_equal(calls.allele_depth, np.arange(1, 1001))


def test_a_file_of_sites_says_nothing_of_a_sample():
    records = pd.DataFrame({"alt": pd.array(["A", "A,C"], dtype=TEXT)})
    calls = read_calls(records, split_alleles(records))
    assert calls.copies.tolist() == [-1, -1, -1]
    assert calls.genotype.tolist() == [".", ".", "."]
