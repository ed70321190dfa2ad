"""What is read of a family from its VCF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from landfall.io import parquet
from landfall.patient.tables import FAMILY_CALLS
from landfall.testing import builders
from landfall.variants import vcf as variants_vcf
from landfall.variants.calls import family_genotypes
from landfall.variants.tables import VARIANTS

Spelt = tuple[int, str, str]

CONTIGS = {"chr1": 4000, "chrX": 3_000_000}
PEOPLE = ("kid", "dad", "mum")
MORE = (
    '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="phase set">\n'
    '##FORMAT=<ID=PID,Number=1,Type=String,Description="phase by reads">\n'
    '##FORMAT=<ID=PGT,Number=1,Type=String,Description="genotype by reads">\n'
)


def vcf(folder: Path, *lines: str) -> Path:
    path = folder / "family.vcf"
    path.write_text(builders.vcf_text(lines, CONTIGS, PEOPLE).replace("##contig", MORE + "##contig", 1))
    return path


def variants_of(lines: Sequence[str], moved: Mapping[str, Spelt]) -> pa.Table:
    """tables.VARIANTS of lines of a VCF; ``moved`` gives the spelling of alleles that were normalised."""
    variants = []
    for record, text in enumerate(lines, 1):
        chrom, pos, _, ref, alts, *_, calls = text.split()[:10]
        for allele, alt in enumerate(alts.split(","), 1):
            place = {"record": record, "allele": allele}
            spelt = dict(zip(("pos", "ref", "alt"), moved.get(alt, (int(pos), ref, alt)), strict=True))
            fixed = {"frequency_source": "absent", "genes": "G", "zygosity": "heterozygous", "filter": "PASS"}
            variants.append({"chrom": chrom, **spelt, **place, **fixed, "genotype": calls.split(":")[0]})
    return parquet.from_rows(VARIANTS, variants)


def calls(
    folder: Path,
    *lines: str,
    names: Mapping[str, str] | None = None,
    take: slice = slice(None),
    **moved: Spelt,
) -> list[dict[str, Any]]:
    """The family's calls at the patient's alleles (those of ``take``), held against their contract."""
    alleles = variants_of(lines, moved)
    alleles = pa.Table.from_pylist(alleles.to_pylist()[take], alleles.schema)
    made = family_genotypes.family_calls(vcf(folder, *lines), names or {n: n for n in PEOPLE}, alleles)
    return parquet.from_rows(FAMILY_CALLS, made).to_pylist()


def by_person(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["individual"]: row for row in rows}


def test_every_member_has_a_call_with_reads(tmp_path):
    record = builders.call(
        "chr1", 5, "A", "G", "GT:AD:DP:GQ", "0/1:10,12:25:60", "0/0:30,0:31:50", "./.:0,0:0:0"
    )
    found = by_person(calls(tmp_path, record))
    kid, dad, mum = (found[name] for name in PEOPLE)
    assert (kid["copies"], kid["ploidy"], kid["depth"], kid["allele_depth"]) == (1, 2, 25, 12)
    assert kid["allele_balance"] == pytest.approx(12 / 22)
    assert (dad["zygosity"], dad["copies"], dad["depth"], dad["allele_depth"]) == ("absent", 0, 31, 0)
    assert (mum["zygosity"], mum["copies"], mum["ploidy"]) == ("uncalled", None, None)


def test_each_allele_of_a_record_has_its_own_copies(tmp_path):
    record = builders.call("chr1", 5, "A", "G,C", "GT:AD", "1/2:0,9,8", "0/1:9,9,0", "2/2:0,0,20")
    rows = calls(tmp_path, record)
    table = {(row["alt"], row["individual"]): (row["copies"], row["allele_depth"]) for row in rows}
    assert table["G", "kid"] == (1, 9)
    assert table["C", "kid"] == (1, 8)
    assert [table["G", name][0] for name in ("dad", "mum")] == [1, 0]
    assert [table["C", name][0] for name in ("dad", "mum")] == [0, 2]
    assert len({row["record"] for row in rows}) == 1


def test_an_allele_that_was_moved_to_the_left_is_found_where_the_vcf_has_it(tmp_path):
    rows = calls(
        tmp_path, builders.call("chr1", 110, "TT", "T", "GT", "0/1", "0/1", "0/0"), T=(91, "CT", "C")
    )
    assert {(row["pos"], row["ref"], row["alt"]) for row in rows} == {(91, "CT", "C")}
    assert [row["copies"] for row in rows] == [1, 1, 0]


def test_the_phase_of_the_file_and_that_of_reads(tmp_path):
    rows = calls(
        tmp_path,
        builders.call("chr1", 5, "A", "G", "GT:PS", "0|1:5", "0/0:.", "0/0:."),
        builders.call("chr1", 9, "A", "G", "GT:PGT:PID", "0/1:1|0:5_A_G", "0/0:.:.", "0/0:.:."),
        builders.call("chr1", 13, "A", "G", "GT:PGT:PID", "1/1:1|1:5_A_G", "0/0:.:.", "0/0:.:."),
        builders.call("chr1", 17, "A", "G", "GT", "0/1", "0/0", "0/0"),
    )
    phases = {row["pos"]: (row["genotype"], row["phase_set"]) for row in rows if row["individual"] == "kid"}
    assert phases == {5: ("0|1", "5"), 9: ("1|0", "5_A_G"), 13: ("1|1", "5_A_G"), 17: ("0/1", None)}


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["first", "last"])
def test_of_two_records_of_one_allele_the_patient_s_counts(tmp_path, order):
    lines = [
        builders.call("chr1", 5, "A", "G", "GT", "0/0", "0/0", "0/0"),
        builders.call("chr1", 5, "A", "G", "GT", "0/1", "0/1", "0/0"),
    ][order]
    carried = next(n for n, record in enumerate(lines) if "0/1" in record)
    found = by_person(calls(tmp_path, *lines, take=slice(carried, carried + 1)))
    assert (found["kid"]["copies"], found["dad"]["copies"]) == (1, 1)


def test_names_of_the_vcf_become_those_of_the_pedigree_and_others_are_left_out(tmp_path):
    record = builders.call("chr1", 5, "A", "G", "GT", "0/1", "0/1", "1/1")
    rows = calls(tmp_path, record, names={"kid": "II-1", "mum": "I-2"})
    assert [(row["individual"], row["copies"]) for row in rows] == [("II-1", 1), ("I-2", 2)]


def test_a_file_that_declares_neither_contigs_nor_fields(tmp_path):
    path = tmp_path / "bare.vcf"
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tdad\n"
    path.write_text(head + "chr1\t5\t.\tA\tG\t.\tPASS\t.\tGT:AD:DP\t0/1:4,6:10\t0/0:9,0:9\n")
    alleles = variants_of(["chr1 5 . A G . PASS . GT:AD:DP 0/1:4,6:10"], {})
    rows = family_genotypes.family_calls(path, {"kid": "kid", "dad": "dad"}, alleles)
    assert [(row["copies"], row["depth"], row["allele_depth"]) for row in rows] == [(1, 10, 6), (0, 9, 0)]
    assert family_genotypes.census(path, ("kid", "dad"), "GRCh38") == {("autosome", "0/1", "0/0"): 1}


def test_without_alleles_there_are_no_calls(tmp_path):
    record = builders.call("chr1", 5, "A", "G", "GT", "0/1", "0/1", "0/0")
    assert calls(tmp_path, record, take=slice(0, 0)) == []
    assert len(calls(tmp_path, record)) == 3


def test_the_census_counts_passed_biallelic_substitutions_by_kind(tmp_path):
    path = vcf(
        tmp_path,
        builders.call("chr1", 5, "A", "G", "GT", "0/1", "1|0", "0/0"),
        builders.call("chr1", 6, "A", "G", "GT", "1|0", "0/1", "0|0"),
        builders.call("chr1", 7, "A", "G,C", "GT", "0/1", "0/1", "0/0"),
        builders.call("chr1", 8, "AC", "A", "GT", "0/1", "0/1", "0/0"),
        builders.call("chr1", 9, "A", "G", "GT", "0/1", "0/1", "0/0").replace("PASS", "q10"),
        builders.call("chrX", 2_781_479, "A", "G", "GT", "0/1", "0/1", "0/0"),
        builders.call("chrX", 2_781_480, "A", "G", "GT", "1", "0", "./."),
    )
    expected = {("autosome", "0/1", "0/1", "0/0"): 3, ("x", "1", "0", "./."): 1}
    assert family_genotypes.census(path, PEOPLE, "GRCh38") == expected
    turned = {("autosome", "0/0", "0/1"): 3, ("x", "./.", "1"): 1}
    assert family_genotypes.census(path, ("mum", "kid"), "GRCh38") == turned


def test_the_census_does_not_hang_on_the_size_of_its_blocks(tmp_path, monkeypatch):
    genotypes = ("0/0", "0/1", "1/1")
    lines = [
        builders.call("chr1", 5 + n, "A", "G", "GT", *(genotypes[(n // step) % 3] for step in (1, 2, 5)))
        for n in range(300)
    ]
    path = vcf(tmp_path, *lines)
    whole = family_genotypes.census(path, PEOPLE, "GRCh38")
    monkeypatch.setattr(variants_vcf, "BLOCK_BYTES", 100)
    assert family_genotypes.census(path, PEOPLE, "GRCh38") == whole
    assert sum(whole.values()) == 300


def test_a_census_of_a_file_without_such_sites_is_empty(tmp_path):
    path = vcf(tmp_path, builders.call("chr1", 8, "AC", "A", "GT", "0/1", "0/1", "0/0"))
    assert family_genotypes.census(path, PEOPLE, "GRCh38") == {}


KNOWN = {
    "one allele missing, the other REF": ("./0:20,0:20:30", (None, None, 1)),
    "one allele missing, the other ALT": ("./1:0,20:20:30", (1, 2, 1)),
    "no reads by DP": ("0/0:.:0:.", (None, None, 0)),
    "no reads by AD": ("0/0:0,0:.:.", (None, None, 0)),
    "no quality": ("0/0:.:.:0", (None, None, 0)),
    "a quality that is no whole number": ("0/1:9,9:18:62.5", (1, 2, 0)),
    "a quality that is no number": ("0/1:9,9:18:high", (1, 2, 0)),
    "three copies": ("0/0/1:20,10:30:50", (1, 3, 0)),
    "a leading sign": ("/0/1:9,9:18:50", (1, 2, 0)),
    "a leading sign and one allele": ("|1:0,9:9:50", (1, 1, 0)),
    "no genotype at all": (".", (None, None, 1)),
    "a genotype that is none": ("0/x:9,9:18:50", (None, None, 1)),
}


@pytest.mark.parametrize(("call", "expected"), KNOWN.values(), ids=KNOWN)
def test_what_a_relative_s_call_says(tmp_path, call, expected):
    record = builders.call("chr1", 5, "A", "G", "GT:AD:DP:GQ", "0/1:9,9:18:50", call, "0/0:30,0:30:50")
    dad = by_person(calls(tmp_path, record))["dad"]
    assert (dad["copies"], dad["ploidy"], dad["missing"]) == expected
    assert (dad["zygosity"] == "uncalled") is (expected[0] is None)


def test_a_relative_with_two_copies_of_another_allele_of_a_split_record(tmp_path):
    rows = calls(
        tmp_path,
        builders.call("chr1", 5, "A", "G", "GT:AD:DP", "1/0:0,15:30", "0/0:0,0:30", "1/0:0,15:30"),
        builders.call("chr1", 5, "A", "C", "GT:AD:DP", "0/1:0,15:30", "1/1:0,30:30", "0/1:0,15:30"),
    )
    found = {(row["alt"], row["individual"]): row for row in rows}
    assert [found["G", name]["copies"] for name in PEOPLE] == [1, 0, 1]
    assert [found["C", name]["copies"] for name in PEOPLE] == [1, 2, 1]
    assert found["G", "kid"]["call_site"] == found["C", "kid"]["call_site"] == "chr1:5"
    assert found["G", "kid"]["allele_balance"] == 0.5


def test_phase_by_haplotypes(tmp_path):
    rows = calls(
        tmp_path,
        builders.call("chr1", 5, "A", "G", "GT:HP", "0/1:5-1,5-2", "0/1:.", "0/0:."),
        builders.call("chr1", 9, "A", "G", "GT:HP", "0/1:5-2,5-1", "0/1:5-2", "0/0:."),
        builders.call("chr1", 13, "A", "G", "GT:HP:PS", "0|1:.:7", "|0|1:.:7", "0/0:.:."),
        builders.call("chr1", 17, "A", "G", "GT:PGT:PID", "0|1:0|1:17_A_G", "/0|1:.:.", "0/0:.:."),
    )
    found = {(row["pos"], row["individual"]): (row["genotype"], row["phase_set"]) for row in rows}
    places = (5, 9, 13, 17)
    phased = [("0|1", "5"), ("1|0", "5"), ("0|1", "7")]
    assert [found[pos, "kid"] for pos in places] == [*phased, ("0|1", "17_A_G")]
    assert [found[pos, "dad"] for pos in places] == [
        ("0/1", None),
        ("0/1", None),
        ("0|1", "7"),
        ("0/1", None),
    ]


def test_the_census_leaves_calls_without_reads_out(tmp_path):
    path = vcf(
        tmp_path,
        builders.call("chr1", 5, "A", "G", "GT:AD:DP", "1/1:0,9:9", "0/0:0,0:0", "./1:0,9:9"),
        builders.call("chr1", 6, "A", "G", "GT:RO:AO", "0/1:9,9:9", "0/0:0:0", "0/0:9:0"),
        builders.call("chr1", 7, "A", "G", "GT", "/0/1", "|0|0", "0/0/1"),
    )
    assert family_genotypes.census(path, PEOPLE, "GRCh38") == {
        ("autosome", "1/1", "./.", "./."): 1,
        ("autosome", "0/1", "./.", "0/0"): 1,
        ("autosome", "0/1", "0/0", "./."): 1,
    }
