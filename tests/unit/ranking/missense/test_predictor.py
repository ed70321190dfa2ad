"""Scores of a missense predictor: the published intervals, and the forms of files."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from landfall.genome.variant import Variant
from landfall.io.errors import InputError
from landfall.ranking.missense.predictor import CALIBRATIONS, Predictor

A, B, ABSENT = Variant("chr1", 100, "C", "T"), Variant("chr1", 100, "C", "G"), Variant("chr2", 5, "A", "G")
STRONG, MODERATE, SUPPORTING = 1.272, 0.636, 0.318

REVEL = {
    0.003: -2.544,
    0.0031: -STRONG,
    0.016: -STRONG,
    0.183: -MODERATE,
    0.29: -SUPPORTING,
    0.291: 0.0,
    0.643: 0.0,
    0.644: SUPPORTING,
    0.773: MODERATE,
    0.931: MODERATE,
    0.932: STRONG,
}


@pytest.mark.parametrize(("score", "ratio"), REVEL.items())
def test_revel_has_the_published_intervals(score: float, ratio: float) -> None:
    assert CALIBRATIONS["REVEL"].log10_ratio(score) == pytest.approx(ratio, abs=1e-3)


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_ratios_rise_with_the_score(name: str) -> None:
    found = [CALIBRATIONS[name].log10_ratio(n / 100) for n in range(-100, 101)]
    assert found == sorted(found)
    assert found[0] < 0 < found[-1]


def indexed(path: Path, text: str, preset: str | None = None) -> Path:
    path.write_text(text)
    place = {} if preset else {"seq_col": 0, "start_col": 1, "end_col": 1}
    made = pysam.tabix_index(str(path), force=True, preset=preset, **place)
    return Path(made)


TABLE = (
    "# Copyright\n"
    "#CHROM\tPOS\tREF\tALT\tgenome\ttranscript_id\tam_pathogenicity\tam_class\n"
    "chr1\t100\tC\tT\thg38\tENST1.1\t0.2\tambiguous\n"
    "chr1\t100\tC\tT\thg38\tENST2.1\t0.95\tlikely_pathogenic\n"
    "chr1\t100\tC\tG\thg38\tENST1.1\t0.05\tlikely_benign\n"
)


def test_a_table_in_alphamissense_s_form(tmp_path: Path) -> None:
    """Of two transcripts the higher score counts; an allele that the file lacks has no ratio."""
    found = Predictor(indexed(tmp_path / "am.tsv", TABLE), "am_pathogenicity", "AlphaMissense")
    ratios = found.ratios([A, B, ABSENT, Variant("chr1", 100, "CA", "T")])
    assert ratios == {A: pytest.approx(MODERATE, abs=1e-3), B: pytest.approx(-MODERATE, abs=1e-3)}


HEAD = "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
CSQ = '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations. Format: Allele|SYMBOL|REVEL">\n'
VCFS = {
    "INFO by allele": (HEAD, "REVEL=0.95,0.1", {A: STRONG, B: -MODERATE}),
    "VEP": (HEAD + CSQ, "CSQ=T|GENE|0.5&0.95,G|GENE|0.1,T|OTHER|", {A: STRONG, B: -MODERATE}),
    "missing": (HEAD, "REVEL=.,0.1", {B: -MODERATE}),
    "no field": (HEAD, ".", {}),
}


@pytest.mark.parametrize(("head", "info", "expected"), VCFS.values(), ids=VCFS)
def test_a_vcf_with_other_names_of_contigs(
    tmp_path: Path, head: str, info: str, expected: dict[Variant, float]
) -> None:
    text = f"{head}{COLUMNS}1\t100\t.\tC\tT,G\t.\t.\t{info}\n"
    found = Predictor(indexed(tmp_path / "revel.vcf", text, "vcf"), "REVEL", "REVEL").ratios([A, B])
    assert found == {allele: pytest.approx(ratio, abs=1e-3) for allele, ratio in expected.items()}


def test_a_file_without_index_or_column_is_a_fault(tmp_path: Path) -> None:
    plain = tmp_path / "plain.tsv"
    plain.write_text(TABLE)
    with pytest.raises(InputError, match="index it with tabix"):
        Predictor(plain, "am_pathogenicity", "AlphaMissense")
    with pytest.raises(InputError, match="am_pathogenicity"):
        Predictor(indexed(tmp_path / "am.tsv", TABLE), "am_pathogenicty", "AlphaMissense")
    other = TABLE.replace("#CHROM\tPOS\tREF", "#chr\tpos\tREF")
    with pytest.raises(InputError, match="names no CHROM, POS"):
        Predictor(indexed(tmp_path / "other.tsv", other), "am_pathogenicity", "AlphaMissense")
