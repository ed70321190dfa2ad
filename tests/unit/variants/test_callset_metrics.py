"""The counts of a call set, against bcftools on the same alleles, and how the report shows them."""

from __future__ import annotations

import random
from pathlib import Path

import pysam
import pytest

from landfall.io import parquet
from landfall.report.sections import callset
from landfall.testing import builders
from landfall.testing.builders import call, normalised
from landfall.variants import callset_metrics, normalise
from landfall.variants.tables import CALLSET, NORMALISED
from tests.unit.report import report_example as example

CONTIGS = {"chr1": builders.bases(4000, 1), "chrX": builders.bases(2000, 2)}


def records() -> list[str]:
    chance, made = random.Random(7), []
    for chrom, letters in CONTIGS.items():
        for pos in range(100, len(letters) - 100, 11):
            ref = letters[pos - 1 : pos - 1 + chance.choice([1, 1, 1, 1, 3])]
            alt = chance.choice([base for base in "ACGT" if base != ref[0]]) if len(ref) == 1 else ref[0]
            if chance.random() < 0.2:
                ref, alt = letters[pos - 1], letters[pos - 1] + "".join(chance.choices("ACGT", k=2))
            made.append(call(chrom, pos, ref, alt, "GT", chance.choice(["0/1", "1|0", "1/1", "0/0", "./."])))
    return made


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict[str, int]]]:
    """A VCF, and the rows of the table by contig; the parts are those of a file in small row groups."""
    folder = tmp_path_factory.mktemp("callset")
    genome = builders.genome(folder, CONTIGS)
    vcf, outputs = (
        folder / "in.vcf",
        [folder / f"{name}.parquet" for name in ("alleles", "ledger", "repeats")],
    )
    vcf.write_text(builders.vcf_text(records(), {name: len(s) for name, s in CONTIGS.items()}, ["S"]))
    normalise.normalise(vcf, "S", genome, *outputs)
    whole = parquet.read(NORMALISED, outputs[0])
    parts = [whole.slice(first, 50) for first in range(0, whole.num_rows, 50)]
    table = callset_metrics.count(parts, ["PASS"])
    assert table.equals(callset_metrics.count([whole], ["PASS"]))
    return vcf, {row["chrom"]: row for row in table.to_pylist()}


def test_bcftools_counts_the_same(counted):
    vcf, rows = counted
    carried = vcf.with_name("carried.vcf")
    pysam.bcftools.view("-i", 'GT="alt"', "-o", str(carried), str(vcf), catch_stdout=False)
    stats = [line.split("\t") for line in pysam.bcftools.stats("-s", "S", str(carried)).splitlines()]
    (titv,) = (line for line in stats if line[0] == "TSTV")
    (psc,) = (line for line in stats if line[0] == "PSC")
    total = {name: sum(row[name] for row in rows.values()) for name in CALLSET.names if name != "chrom"}
    summary = {line[2]: int(line[3]) for line in stats if line[0] == "SN"}
    assert total["alleles"] == summary["number of records:"] > 200
    assert total["substitutions"] == summary["number of SNPs:"]
    assert total["insertions"] + total["deletions"] == summary["number of indels:"]
    assert (total["transitions"], total["transversions"]) == (int(titv[2]), int(titv[3]))
    assert int(psc[4]) + int(psc[5]) == total["substitutions"]


def test_counts_add_up_on_every_contig(counted):
    _, rows = counted
    assert list(rows) == list(CONTIGS)
    for row in rows.values():
        kinds = ("substitutions", "insertions", "deletions", "others")
        assert row["alleles"] == sum(row[name] for name in kinds)
        assert row["substitutions"] == row["transitions"] + row["transversions"]
        assert row["alleles"] == row["heterozygous"] + row["homozygous"] + row["hemizygous"]


def test_what_is_not_carried_or_does_not_pass_is_left_out():
    alleles = normalised(
        {"pos": 1, "ref": "A", "alt": "G"},
        {"pos": 2, "ref": "A", "alt": "C", "filter": "q10"},
        {"pos": 3, "ref": "A", "alt": "C", "zygosity": "absent"},
        {"pos": 4, "ref": "AT", "alt": "CG", "filter": "PASS;weak", "zygosity": "hemizygous"},
    )
    (row,) = callset_metrics.count([alleles], ["PASS", "weak"]).to_pylist()
    assert (row["alleles"], row["transitions"], row["others"], row["hemizygous"]) == (2, 1, 1, 1)
    assert callset_metrics.count([alleles], []).num_rows == 0


def test_the_report_shows_ratios_of_all_contigs_and_of_each():
    first, *others = callset.lines(parquet.from_rows(CALLSET, example.callset()))
    assert (first.chrom, first.counts[0], first.ti_tv, first.het_hom) == ("all", "4,000", "1.77", "1.57")
    assert [(line.chrom, line.ti_tv, line.het_hom) for line in others] == [
        ("chr1", "2.12", "1.60"),
        ("chrX", "1.20", "0.00"),
    ]
    assert callset.lines(parquet.from_rows(CALLSET, [])) == []
