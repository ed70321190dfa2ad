"""Records of many or long alleles, damaged calls, samples with awkward names: every allele is accounted for."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest

from landfall.genome.sequence import Genome
from landfall.io import parquet
from landfall.testing import builders
from landfall.testing.builders import call
from landfall.variants import normalise as variants_normalise
from landfall.variants import vcf as variants_vcf
from landfall.variants.filters.ledger import combine
from landfall.variants.normalise import normalise
from landfall.variants.tables import DECISIONS, LEDGER, NORMALISED

SEQUENCE = builders.bases(60_000, 3)


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return builders.genome(tmp_path_factory.mktemp("genome"), {"chr1": SEQUENCE})


class Normalised(NamedTuple):
    """What the stage wrote: tables.NORMALISED and tables.LEDGER."""

    alleles: pa.Table
    ledger: pa.Table


def run(folder: Path, genome: Genome, text: str | bytes, sample: str | None = "P") -> Normalised:
    path = folder / "in.vcf"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    alleles, ledger, repeats = (folder / f"{name}.parquet" for name in ("alleles", "ledger", "repeats"))
    normalise(path, sample, genome, alleles, ledger, repeats, ("AF",))
    combine(ledger, [parquet.read(DECISIONS, repeats)], ledger)
    return Normalised(parquet.read(NORMALISED, alleles), parquet.read(LEDGER, ledger))


def vcf(*records: str, samples: tuple[str, ...] = ("P",)) -> str:
    return builders.vcf_text(records, {"chr1": len(SEQUENCE)}, samples)


def long_record(dice: random.Random, pos: int, length: int, alternates: int) -> str:
    """A stretch of the reference and alternates that each lack some bases of it, as pangenome callers write them."""
    ref = SEQUENCE[pos - 1 : pos - 1 + length]
    cuts = [sorted(dice.sample(range(1, length), 2)) for _ in range(alternates)]
    alts = ",".join(ref[:start] + ref[end:] for start, end in cuts)
    return call("chr1", pos, ref, alts, "GT", f"1/{alternates}")


@pytest.mark.parametrize("seed", range(3))
def test_small_and_large_blocks_give_the_same_alleles(tmp_path, genome, monkeypatch, seed):
    """bcftools' output of one block may itself be many blocks; pos and record keep the order of the input."""
    dice = random.Random(seed)
    records = [
        long_record(dice, pos, dice.randint(2, 300), dice.randint(1, 12)) for pos in range(1, 9000, 400)
    ]
    whole = run(tmp_path, genome, vcf(*records))
    monkeypatch.setattr(variants_vcf, "BLOCK_BYTES", 900)
    assert run(tmp_path, genome, vcf(*records)) == whole
    assert set(whole.ledger["rule"].to_pylist()) <= {"normalised", "duplicate"}


def test_alleles_whose_spelling_passes_a_block_are_all_read(tmp_path, genome):
    """50 alternates of 5,000 bases in each of 90 records: 22 MB of bcftools' output."""
    dice = random.Random(1)
    records = [long_record(dice, pos, 5000, 50) for pos in range(1, 50_000, 560)]
    ledger = run(tmp_path, genome, vcf(*records)).ledger
    assert ledger.num_rows == 50 * len(records)
    assert set(ledger["rule"].to_pylist()) <= {"normalised", "duplicate"}


def many(alternates: int) -> str:
    """A record of that many alternates, with a number for each in INFO and in AD."""
    ref = SEQUENCE[99]
    alts = ",".join(ref + "".join("ACGT"[n >> 2 * k & 3] for k in range(8)) for n in range(alternates))
    depths = ",".join(["0"] * (alternates - 1) + ["9"])
    frequencies = ",".join(["0.001"] * alternates)
    head = f"chr1 100 . {ref} {alts} 50 PASS AF={frequencies}"
    return vcf(f"{head} GT:AD:DP 0/{alternates}:9,{depths}:18", call("chr1", 200, SEQUENCE[199], "<DEL>"))


def test_a_record_of_10_000_alternates_is_read(tmp_path, genome):
    result = run(tmp_path, genome, many(9864))
    assert result.ledger.num_rows == 9864 + 1
    carried = result.alleles.filter(pa.compute.equal(result.alleles["zygosity"], "heterozygous")).to_pylist()
    assert [(row["allele"], row["allele_balance"]) for row in carried] == [(9864, 0.5)]


MEASURED = """
import sys
from pathlib import Path
from landfall.genome.sequence import Genome
from landfall.variants.normalise import normalise
folder, fasta = map(Path, sys.argv[1:])
normalise(folder / "in.vcf", "P", Genome(fasta), *(folder / name for name in "alr"), ("AF",))
print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.parametrize("alternates", [1, 9864, 70_000])
def test_the_memory_of_a_record_does_not_grow_with_the_square_of_its_alternates(tmp_path, genome, alternates):
    (tmp_path / "in.vcf").write_text(many(alternates))
    command = [sys.executable, "-c", MEASURED, str(tmp_path), str(genome.path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=builders.ROOT)
    assert int(told.stdout) < 600_000  # kB


def test_a_record_of_more_alternates_than_are_looked_at_has_its_reason(tmp_path, genome):
    ledger = run(tmp_path, genome, many(70_000)).ledger
    assert ledger.num_rows == 70_000 + 1
    crowded = ledger.to_pylist()[:-1]
    assert {row["rule"] for row in crowded} == {"too_many_alleles"}
    assert {row["status"] for row in crowded} == {"dropped"}
    assert (
        crowded[0]["detail"]
        == f"the record has 70000 alternate alleles, more than {variants_normalise.MOST_ALTERNATES}"
    )


@pytest.mark.parametrize("name", ["ID", "INFO", "POS", "record", "call", "row", "allele"])
def test_the_patient_may_have_the_name_of_a_column(tmp_path, genome, name):
    text = vcf(call("chr1", 100, SEQUENCE[99], "GATTACA", "GT", "1/1", "0/1"), samples=("other", name))
    assert run(tmp_path, genome, text, name).alleles["zygosity"].to_pylist() == ["heterozygous"]


def test_a_genotype_of_128_alleles_and_more(tmp_path, genome):
    result = run(tmp_path, genome, many(300))
    assert result.alleles["zygosity"].to_pylist().count("heterozygous") == 1


def test_what_cannot_be_read_is_told_once_for_the_file(tmp_path, genome, monkeypatch, caplog):
    monkeypatch.setattr(variants_vcf, "BLOCK_BYTES", 100)
    calls = ["0/x:9:62.5", "0/1:many:high", "0/1:9:.", "1/7:9:20", "0/1:9:worse"]
    records = [
        call("chr1", pos, SEQUENCE[pos - 1], "GATTACA", "GT:DP:GQ", text)
        for pos, text in enumerate(calls, 100)
    ]
    result = run(tmp_path, genome, vcf(*records))
    zygosity = ["uncalled", "heterozygous", "heterozygous", "uncalled", "heterozygous"]
    assert result.alleles["zygosity"].to_pylist() == zygosity
    assert result.alleles["genotype_quality"].to_pylist() == [62.5, None, None, 20, None]
    told = [text.split(": ", 1)[1] for text in caplog.messages if "cannot be read" in text]
    assert told == [
        "1 values of FORMAT/DP cannot be read and count as missing",
        "2 values of FORMAT/GQ cannot be read and count as missing",
        "2 values of FORMAT/GT cannot be read and count as missing",
    ]


@pytest.mark.parametrize("text", ["PASS", "pass", "PASS;", ".", ""])
def test_filters_that_pass_are_written_alike(tmp_path, genome, text):
    record = call("chr1", 100, SEQUENCE[99], "GATTACA").split()
    lines = vcf() + "\t".join([*record[:6], text, *record[7:]]) + "\n"
    assert run(tmp_path, genome, lines).alleles["filter"].to_pylist() == [
        "." if text in ("", ".") else "PASS"
    ]


def test_halves_of_a_split_call_stay_together_whatever_the_blocks(tmp_path, genome, monkeypatch):
    records = [
        call("chr1", pos, SEQUENCE[pos - 1], alt, "GT:AD:DP", f"{genotype}:0,15:30")
        for pos in range(100, 200)
        for alt, genotype in (("GATTACA", "1/0"), ("CATTAGA", "0/1"))
    ]
    monkeypatch.setattr(variants_vcf, "BLOCK_BYTES", 150)
    result = run(tmp_path, genome, vcf(*records))
    assert result.alleles["allele_balance"].to_pylist() == [0.5] * 200
    assert sorted(result.alleles["call_site"].to_pylist()) == sorted(
        2 * [f"chr1:{pos}" for pos in range(100, 200)]
    )
