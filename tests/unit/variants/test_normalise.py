"""The first stage: every allele of any VCF ends in one spelling or with its reason."""

from __future__ import annotations

import gzip
import logging
import random
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pysam
import pysam.bcftools
import pytest

from landfall.genome.sequence import Genome
from landfall.io import external_sort, parquet
from landfall.io.parquet import optional
from landfall.testing import builders
from landfall.testing.builders import call, site
from landfall.variants import left_align, vcf
from landfall.variants import normalise as normalise_module
from landfall.variants.decisions import decisions
from landfall.variants.filters.ledger import combine
from landfall.variants.filters.rule import CALLED, DROPPED, FILTER, Rule
from landfall.variants.normalise import WrongBuildError, normalise
from landfall.variants.tables import DECISIONS, LEDGER, NORMALISED
from landfall.variants.vcf import VariantFileError

#           1         11        21        31        41        51
CHR1 = "GATTACAGGCATATATATACGGGGGCTTTACCATGNRTACacgtacgtacTTGACCAGTA"
CONTIGS = {"chr1": CHR1, "chr2": builders.bases(300, seed=2), "chrM": builders.bases(100, seed=3)}
LENGTHS = {name: len(sequence) for name, sequence in CONTIGS.items()}


class Normalised(NamedTuple):
    """What the stage wrote: tables.NORMALISED and tables.LEDGER."""

    alleles: pa.Table
    ledger: pa.Table


WORDS = {
    "spanning_deletion": "marks a deletion called in another record",
    "symbolic": "a symbolic allele without its sequence",
    "reference_block": "a gVCF reference block",
    "breakend": "a breakend of a rearrangement",
}


def kept(allele: int, alt: str, variant: str) -> tuple[object, ...]:
    return allele, alt, "kept", "normalised", "", variant


def dropped(
    allele: int, alt: str, rule: str, detail: str = "", variant: str | None = None
) -> tuple[object, ...]:
    return allele, alt, "dropped", rule, detail or WORDS[rule], variant


AWKWARD = [
    # record, expected ledger rows: (allele, alt, status, rule, detail, variant)
    (call("chr1", 1, "G", "A,*,GA", "GT:AD:DP:GQ", "1/3:5,6,0,7:18:99"),
     [kept(1, "A", "chr1-1-G-A"),
      dropped(2, "*", "spanning_deletion"),
      kept(3, "GA", "chr1-1-G-GA")]),
    (call("chr1", 5, "A", "<DEL>"), [dropped(1, "<DEL>", "symbolic")]),
    (call("chr1", 5, "A", "<NON_REF>"), [dropped(1, "<NON_REF>", "reference_block")]),
    (call("chr1", 5, "A", "<*>"), [dropped(1, "<*>", "reference_block")]),
    (call("chr1", 5, "A", "G,<NON_REF>"),
     [kept(1, "G", "chr1-5-A-G"),
      dropped(2, "<NON_REF>", "reference_block")]),
    (call("chr1", 6, "C", "."), [dropped(1, ".", "no_alternate", "the record has no alternate allele")]),
    (call("chr1", 6, "C", "c"), [dropped(1, "c", "no_alternate", "ALT equals REF")]),
    (call("chr1", 6, "C", "C[chr2:9["), [dropped(1, "C[chr2:9[", "breakend")]),
    (call("chr1", 6, "C", "C."), [dropped(1, "C.", "breakend")]),
    (call("chr1", 6, "C", "R"), [dropped(1, "R", "non_acgt", "ALT holds a character that is not A, C, G or T")]),
    (call("chr1", 6, "C", "CN"), [dropped(1, "CN", "non_acgt", "ALT holds a character that is not A, C, G or T")]),
    (call("chr1", 36, "N", "A"), [dropped(1, "A", "non_acgt", "REF holds a character that is not A, C, G or T")]),
    (call("chr1", 37, "C", "T"), [dropped(1, "T", "ref_mismatch", "REF is C, the reference has N")]),
    (call("chr1", 41, "a", "t"), [kept(1, "t", "chr1-41-A-T")]),
    (call("chr1", 2, "AT", "CG"), [kept(1, "CG", "chr1-2-AT-CG")]),
    (call("chr1", 7, "AGG", "TC"), [kept(1, "TC", "chr1-7-AGG-TC")]),
    (call("chr1", 19, "ac", "a"), [kept(1, "a", "chr1-19-AC-A")]),
    (call("chr1", 41, "A", "T"), [dropped(1, "T", "duplicate", "the same allele as record 14", "chr1-41-A-T")]),
    (call("chr1", 17, "ATA", "A"), [kept(1, "A", "chr1-10-CAT-C")]),
    (call("chr1", 11, "ATAT", "AT"), [dropped(1, "AT", "duplicate", "the same allele as record 19", "chr1-10-CAT-C")]),
    (call("chr1", 50, "A", "G"), [dropped(1, "G", "ref_mismatch", "REF is A, the reference has C")]),
    (call("chr9", 50, "A", "G"), [dropped(1, "G", "contig_unknown", "the reference has no contig chr9")]),
    (call("2", 1, CONTIGS["chr2"][0], "GGG"), [kept(1, "GGG", f"chr2-1-{CONTIGS['chr2'][0]}-GGG")]),
    (call("chr1", 61, "A", "G"), [dropped(1, "G", "position", "the contig ends before the end of REF at 61")]),
    (call("chr1", 60, "AC", "G"), [dropped(1, "G", "position", "the contig ends before the end of REF at 60")]),
    (call("chr1", "x7", "A", "G"), [dropped(1, "G", "position", "POS is not a position: x7")]),
    (call("chr1", 0, "A", "G"), [dropped(1, "G", "position", "POS is not a position: 0")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return builders.genome(tmp_path_factory.mktemp("genome"), CONTIGS)


def run(folder: Path, genome: Genome, records: list[str], sample: str | None = "P") -> Normalised:
    path = folder / "in.vcf"
    path.write_text(builders.vcf_text(records, LENGTHS, [sample] if sample else []))
    return tables_of(path, sample, genome)


def tables_of(path: Path, sample: str | None, genome: Genome, *info_fields: str) -> Normalised:
    names = ("alleles", "ledger", "repeats")
    alleles, ledger, repeats = (path.with_name(f"{path.name}.{name}.parquet") for name in names)
    counts = normalise(path, sample, genome, alleles, ledger, repeats, info_fields)
    combine(ledger, [parquet.read(DECISIONS, repeats)], ledger)
    found = Normalised(parquet.read(NORMALISED, alleles), parquet.read(LEDGER, ledger))
    assert counts == (found.ledger.num_rows, found.alleles.num_rows)
    return found


def one(folder: Path, genome: Genome, layout: str, value: str, alt: str = "A") -> dict[str, object]:
    """The row of one allele whose genotype is given."""
    return run(folder, genome, [call("chr1", 1, "G", alt, layout, value)]).alleles.to_pylist()[0]


def test_every_awkward_allele_has_its_exact_ledger_row(tmp_path, genome):
    ledger = run(tmp_path, genome, [record for record, _ in AWKWARD]).ledger.to_pylist()
    found = [
        (r["record"], *(r[name] for name in ("allele", "alt", "status", "rule", "detail", "variant")))
        for r in ledger
    ]
    assert found == [(n, *row) for n, (_, rows) in enumerate(AWKWARD, start=1) for row in rows]
    assert {row["stage"] for row in ledger} == {"normalise"}


def test_alleles_in_are_kept_plus_dropped(tmp_path, genome):
    result = run(tmp_path, genome, [record for record, _ in AWKWARD])
    statuses = result.ledger["status"].to_pylist()
    assert len(statuses) == sum(len(rows) for _, rows in AWKWARD)
    kept = {(r["record"], r["allele"]) for r in result.ledger.to_pylist() if r["status"] == "kept"}
    assert kept == {(r["record"], r["allele"]) for r in result.alleles.to_pylist()}
    assert statuses.count("kept") + statuses.count("dropped") == len(statuses)


def test_the_ledger_keeps_the_input_as_written(tmp_path, genome):
    ledger = run(tmp_path, genome, [call("1", 41, "a", "t")]).ledger.to_pylist()[0]
    assert (ledger["chrom"], ledger["pos"], ledger["ref"], ledger["alt"]) == ("1", 41, "a", "t")


def test_alleles_are_sorted_by_contig_of_the_reference_and_position(tmp_path, genome):
    first = CONTIGS["chrM"][9], CONTIGS["chr2"][9]
    records = [
        site("chrM", 10, first[0], "AAC"),
        site("chr2", 10, first[1], "AAC"),
        site("chr1", 9, "G", "A"),
    ]
    rows = run(tmp_path, genome, [*records, site("chr1", 3, "T", "A")], None).alleles.to_pylist()
    assert [(r["chrom"], r["pos"]) for r in rows] == [("chr1", 3), ("chr1", 9), ("chr2", 10), ("chrM", 10)]


@pytest.mark.parametrize(
    ("genotype", "expected"),
    [
        ("./.", "uncalled"),
        (".", "uncalled"),
        (".|.", "uncalled"),
        ("0/0", "absent"),
        ("0", "absent"),
        ("0/1", "heterozygous"),
        ("1|0", "heterozygous"),
        ("./1", "heterozygous"),
        ("1/2", "heterozygous"),
        ("1/1", "homozygous"),
        ("1|1", "homozygous"),
        ("1", "hemizygous"),
        ("2/2", "absent"),
    ],
)
def test_zygosity_of_a_genotype(tmp_path, genome, genotype, expected):
    row = one(tmp_path, genome, "GT", genotype, "A,C")
    assert (row["genotype"], row["zygosity"]) == (genotype, expected)


@pytest.mark.parametrize(
    ("layout", "value", "depth", "quality", "balance"),
    [
        ("GT", "0/1", None, None, None),
        ("GT:AD:DP:GQ", "0/1:10,30:41:33.5", 41, 33.5, 0.75),
        ("GT:AD", "0/1:10,30", 40, None, 0.75),
        ("GT:AD:DP:GQ", "0/1:.:.:.", None, None, None),
        ("GT:AD:DP:GQ", "0/1", None, None, None),
        ("GT:AD:DP", "0/1:.,.:20", 20, None, None),
        ("GT:AD:DP", "0/1:10,.:20", 20, None, None),
        ("GT:AD", "0/1:0,0", 0, None, None),
        ("GT:AD:DP", "0/1:12:20", 20, None, None),
    ],
)
def test_numbers_of_a_call_that_may_be_missing(tmp_path, genome, layout, value, depth, quality, balance):
    row = one(tmp_path, genome, layout, value)
    assert (row["depth"], row["genotype_quality"], row["allele_balance"]) == (depth, quality, balance)


def test_reads_of_each_allele_of_a_record_with_several(tmp_path, genome):
    records = [
        call("chr1", 1, "G", "A,C", "GT:AD", "1/2:5,10,85"),
        call("chr1", 3, "T", "A", "GT:AD", "0/1:1,3"),
    ]
    rows = run(tmp_path, genome, records).alleles.to_pylist()
    assert [r["allele_balance"] for r in rows] == [0.1, 0.85, 0.75]


def test_of_two_equal_spellings_the_carried_one_is_kept(tmp_path, genome):
    records = [call("chr1", 17, "ATA", "A", "GT", "0/0"), call("chr1", 10, "CAT", "C", "GT", "0/1")]
    result = run(tmp_path, genome, records)
    assert [(r["record"], r["zygosity"]) for r in result.alleles.to_pylist()] == [(2, "heterozygous")]
    assert result.ledger["detail"].to_pylist() == ["the same allele as record 2", ""]


def test_a_file_of_sites_has_unknown_zygosity(tmp_path, genome):
    row = run(tmp_path, genome, [site("chr1", 1, "G", "A")], None).alleles.to_pylist()[0]
    assert (row["genotype"], row["zygosity"], row["depth"]) == (".", "unknown", None)


def test_the_named_one_of_several_samples_is_read(tmp_path, genome):
    path = tmp_path / "trio.vcf"
    records = [call("chr1", 1, "G", "A", "GT:DP", "0/0:1", "0/1:2", "1/1:3")]
    path.write_text(builders.vcf_text(records, LENGTHS, ["M", "P", "F"]))
    found = {name: tables_of(path, name, genome).alleles.to_pylist()[0] for name in "MPF"}
    assert {name: (row["zygosity"], row["depth"]) for name, row in found.items()} == {
        "M": ("absent", 1),
        "P": ("heterozygous", 2),
        "F": ("homozygous", 3),
    }


def test_the_highest_info_frequency_with_its_field(tmp_path, genome):
    path = tmp_path / "in.vcf"
    records = [
        site("chr1", 1, "G", "A,C", "XAF=0.9;AF=0.1,0.2;AF_popmax=0.3,."),
        site("chr1", 3, "T", "A", "AF_popmax=0.02"),
        site("chr1", 4, "T", "A", "DP=3"),
    ]
    path.write_text(builders.vcf_text(records, LENGTHS, info=("AF", "AF_popmax")))
    rows = tables_of(path, None, genome, "AF", "AF_popmax").alleles.to_pylist()
    assert [(r["info_frequency"], r["info_field"]) for r in rows] == [
        (0.3, "AF_popmax"),
        (0.2, "AF"),
        (0.02, "AF_popmax"),
        (None, None),
    ]


def encodings(folder: Path) -> dict[str, Path]:
    """One file of sound records: plain, gzip, bgzip, indexed, BCF, with CRLF and with a trailing blank line."""
    folder.mkdir()
    sound = [AWKWARD[n][0] for n in (0, 1, 3, 4, 5, 7, 9, 13, 14, 15, 16, 17, 18, 19, 20)]
    text = builders.vcf_text(sound, LENGTHS, ["P"])
    paths = {name: folder / f"{name}.vcf" for name in ("plain", "crlf", "blank")}
    for name, written in (("plain", text), ("crlf", text.replace("\n", "\r\n")), ("blank", text + "\n")):
        paths[name].write_text(written, newline="")
    paths["gzip"] = folder / "gzip.vcf.gz"
    paths["gzip"].write_bytes(gzip.compress(text.encode()))
    for name, kind in (("bgzip.vcf.gz", "-Oz"), ("bcf.bcf", "-Ob")):
        paths[name.split(".")[0]] = folder / name
        pysam.bcftools.view(kind, "-o", str(folder / name), str(paths["plain"]), catch_stdout=False)
    return paths


def test_one_file_in_every_encoding_gives_the_same_tables(tmp_path, genome):
    results = {name: tables_of(path, "P", genome) for name, path in encodings(tmp_path / "vcf").items()}
    plain = results.pop("plain")
    assert plain.alleles.num_rows > 5
    assert {n: r.alleles.equals(plain.alleles) for n, r in results.items()} == dict.fromkeys(results, True)
    assert {n: r.ledger.equals(plain.ledger) for n, r in results.items()} == dict.fromkeys(results, True)


def test_a_file_read_in_many_blocks_gives_the_same_tables(tmp_path, genome, monkeypatch, caplog):
    records = [record for record, _ in AWKWARD] * 4
    whole = run(tmp_path, genome, records)
    monkeypatch.setattr(vcf, "BLOCK_BYTES", 1200)
    with caplog.at_level(logging.INFO):
        pieces = run(tmp_path, genome, records)
    assert len(caplog.messages) > 3
    monkeypatch.setattr(external_sort, "STRETCH_BITS", 4)
    assert run(tmp_path, genome, records).alleles.equals(whole.alleles)
    assert pieces.ledger.equals(whole.ledger)
    assert pieces.alleles.equals(whole.alleles)


@pytest.mark.parametrize(
    ("reference", "written"), [("chr1", "1"), ("1", "chr1"), ("chrM", "MT"), ("MT", "chrM")]
)
def test_a_contig_is_known_by_its_other_name(tmp_path, reference, written):
    genome = builders.genome(tmp_path, {reference: CHR1})
    result = run(tmp_path, genome, [call(written, 1, "G", "A")])
    assert result.alleles["chrom"].to_pylist() == [reference]
    assert result.ledger["chrom"].to_pylist() == [written]


def test_a_name_that_only_shares_the_prefix_is_another_contig(tmp_path, genome):
    rules = run(tmp_path, genome, [call("chr1_random", 1, "G", "A"), call("chrchr1", 1, "G", "A")]).ledger[
        "rule"
    ]
    assert rules.to_pylist() == ["contig_unknown", "contig_unknown"]


def test_a_file_with_nothing_but_unusable_alleles_is_accounted_for(tmp_path, genome):
    result = run(tmp_path, genome, [call("chr1", 1, "G", "<DEL>"), call("chr1", 1, "G", ".")])
    assert result.alleles.num_rows == 0
    assert result.ledger["rule"].to_pylist() == ["symbolic", "no_alternate"]


@pytest.mark.parametrize("pos", ["1.5", "1e0", "+1", "inf", "nan", "-3", "99999999999999999999", "1_0"])
def test_bug_a_pos_that_is_almost_a_number_is_the_records_fault_not_a_crash(tmp_path, genome, pos):
    result = run(tmp_path, genome, [call("chr1", pos, "G", "A"), call("chr1", 1, "G", "A")])
    assert result.ledger["rule"].to_pylist() == ["position", "normalised"]
    assert result.ledger["detail"].to_pylist()[0].endswith(pos)


def test_the_wrong_build_is_named_as_such(tmp_path, genome):
    wrong = [call("chr2", n, "A" if CONTIGS["chr2"][n - 1] != "A" else "C", "G") for n in range(1, 12)]
    with pytest.raises(WrongBuildError, match=r"11 of 12 reference alleles disagree.*another genome build"):
        run(tmp_path, genome, [*wrong, call("chr1", 1, "G", "A")])


def test_a_few_mismatches_are_reasons_not_a_wrong_build(tmp_path, genome):
    wrong = [call("chr2", n, "A" if CONTIGS["chr2"][n - 1] != "A" else "C", "G") for n in range(1, 10)]
    assert set(run(tmp_path, genome, wrong).ledger["rule"].to_pylist()) == {"ref_mismatch"}


def broken(folder: Path) -> dict[str, Path]:
    """Files that no one can read to their end."""
    paths = encodings(folder / "whole")
    text = paths["plain"].read_bytes()
    header = text[: text.index(b"#CHROM")]
    contents = {
        "gzip_cut_in_the_records.vcf.gz": gzip.compress(text * 50)[:-60],
        "gzip_cut_in_the_header.vcf.gz": gzip.compress(text)[:40],
        "bcf_cut.bcf": paths["bcf"].read_bytes()[:-40],
        "no_records.vcf": text[: text.index(b"\n", len(header)) + 1],
        "no_columns.vcf": header,
        "empty.vcf": b"",
        "empty.vcf.gz": gzip.compress(b""),
        "no_vcf.vcf": b"sample\tgene\nP\tDYSF\n",
        "ragged.vcf": text + b"chr1\t5\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


@pytest.mark.parametrize(
    "name",
    [
        "gzip_cut_in_the_records.vcf.gz",
        "gzip_cut_in_the_header.vcf.gz",
        "bcf_cut.bcf",
        "no_records.vcf",
        "no_columns.vcf",
        "empty.vcf",
        "empty.vcf.gz",
        "no_vcf.vcf",
        "ragged.vcf",
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, genome, name):
    with pytest.raises(VariantFileError, match=name):
        tables_of(broken(tmp_path)[name], "P", genome)


def test_later_decisions_are_written_over_earlier_ones(tmp_path, genome):
    ledger = run(tmp_path, genome, [call("chr1", 1, "G", "A,C"), call("chr1", 3, "T", "A")]).ledger
    path, whole = tmp_path / "first.parquet", tmp_path / "whole.parquet"
    parquet.write(LEDGER, ledger, path)
    gone = decisions(ledger.take([2, 1]), "dropped", "filter", "depth", pa.array(["DP 3", "DP 4"]))
    last = decisions(ledger.take([2]), "kept", "score", "scored", pa.array(["scored in GENE"]))
    combine(path, [gone, last], whole)
    rows = parquet.read(LEDGER, whole).to_pylist()
    assert [(r["stage"], r["rule"], r["detail"]) for r in rows] == [
        ("normalise", "normalised", ""),
        ("filter", "depth", "DP 4"),
        ("score", "scored", "scored in GENE"),
    ]
    assert [r["variant"] for r in rows] == ledger["variant"].to_pylist()


def test_a_decision_on_an_allele_that_was_not_in_the_input_stops_the_run(tmp_path, genome):
    ledger = run(tmp_path, genome, [call("chr1", 1, "G", "A,C")]).ledger
    path = tmp_path / "first.parquet"
    parquet.write(LEDGER, ledger, path)
    strange = pa.table({"record": [1, 99], "allele": pa.array([2, 1], pa.int32())})
    with pytest.raises(KeyError, match="1 decisions on alleles that are not in the input"):
        combine(path, [decisions(strange, "dropped", "filter", "depth", pa.array(["", ""]))], path)
    assert parquet.read(LEDGER, path).equals(ledger)


def test_the_tables_keep_their_contracts(tmp_path, genome):
    result = run(tmp_path, genome, [record for record, _ in AWKWARD])
    assert result.ledger.schema == LEDGER.schema
    assert result.alleles.schema == NORMALISED.schema


def test_the_order_of_the_input_changes_nothing_but_the_numbers_of_the_records(tmp_path, genome, monkeypatch):
    sound = [record for record, rows in AWKWARD if rows[0][2] == "kept"]
    shuffled = random.Random(5).sample(sound, len(sound))
    monkeypatch.setattr(vcf, "BLOCK_BYTES", 900)
    wanted = [name for name in NORMALISED.names if name != "record"]
    straight = run(tmp_path, genome, sound).alleles.select(wanted)
    assert run(tmp_path, genome, shuffled).alleles.select(wanted).equals(straight)
    assert straight.num_rows == len(sound) + 1  # one record holds two alleles that can be spelt


def test_a_second_run_gives_the_same_bytes(tmp_path, genome):
    records = [record for record, _ in AWKWARD]
    run(tmp_path, genome, records)
    first = {path.name: path.read_bytes() for path in tmp_path.glob("*.parquet")}
    run(tmp_path, genome, records)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.parquet")} == first
    assert not list(tmp_path.glob(".*"))


def test_many_alleles_are_held_against_the_reference_at_once(tmp_path, monkeypatch):
    """Plain and bgzip FASTA, lines of several lengths: as bcftools decides for a few."""
    letters = builders.bases(5000, 8)
    records = [call("chr1", n, letters[n - 1 : n + 1], letters[n - 1]) for n in range(1, 4000, 3)]
    records += [
        call("chr1", n, letters[n - 1], "ACGT"["CGTA".index(letters[n - 1])]) for n in range(2, 4000, 3)
    ]
    records += [
        call("chr1", n, "ACGT"["CGTA".index(letters[n - 1])], letters[n - 1]) for n in range(7, 900, 99)
    ]
    genomes = []
    for width in (50, 61):
        path = tmp_path / f"{width}.fa"
        lines = "\n".join(letters[n : n + width] for n in range(0, len(letters), width))
        path.write_text(f">chr0\nACGTAC\n>chr1\n{lines}\n")
        pysam.tabix_compress(str(path), f"{path}.gz")
        genomes += [path, Path(f"{path}.gz")]
    found = []
    for path in genomes:
        pysam.faidx(str(path))
        found.append(run(tmp_path, Genome(path), records, "P"))
    monkeypatch.setattr(left_align, "FEW", 1 << 30)
    found.append(run(tmp_path, Genome(genomes[0]), records, "P"))
    assert found[0].ledger["rule"].to_pylist().count("ref_mismatch") == 10
    for other in found[1:]:
        assert other.alleles.equals(found[0].alleles)
        assert other.ledger.equals(found[0].ledger)


def test_a_field_of_info_that_a_filter_compares_is_a_column(tmp_path, monkeypatch):
    """Of the allele where there is a number for each, NaN where the record has none, null where the filter is off."""
    strand = Rule("toy", FILTER, DROPPED, CALLED, "reads of one strand", info="FS", observed="toy_bias")
    table = replace(NORMALISED, columns=(*NORMALISED.columns, optional("toy_bias", pa.float64(), "FS")))
    monkeypatch.setattr(normalise_module, "WITH_INFO", (*normalise_module.WITH_INFO, strand))
    monkeypatch.setattr(normalise_module, "NORMALISED", table)
    genome = builders.genome(tmp_path, {"chr1": "ACGT" * 50})
    records = [
        f"chr1 {pos} . A C,G 50 PASS {info}" for pos, info in ((5, "FS=61.5"), (9, "FS=1,2"), (13, "."))
    ]
    vcf = tmp_path / "in.vcf"
    vcf.write_text(builders.vcf_text(records, {"chr1": 200}))
    outputs = [tmp_path / f"{name}.parquet" for name in ("alleles", "ledger", "repeats")]
    for columns, wanted in (({"toy_bias": "FS"}, [61.5, 61.5, 1, 2, None, None]), ({}, [None] * 6)):
        normalise_module.normalise(vcf, None, genome, *outputs, info_columns=columns)
        assert parquet.read(table, outputs[0])["toy_bias"].to_pylist() == wanted
