"""The part of a case page that belongs to the class of the variant, on built rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from landfall.ranking.finding.classes import CLASSES, classes
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import PRIORITISED
from landfall.report.build import build
from landfall.splicing.tables import OUTCOMES
from landfall.testing.rows import READ
from tests.unit.report import report_example as example
from tests.unit.report.test_first_screen import CFTR, DEEP, DMD, FRAMESHIFT, QUIET, calls, decided, words

MITOCHONDRIAL = example.row(
    chrom="chrM", pos=3501, gene="MT-ND1", transcript="MT-ND1-201", hgvs_c="c.195C>A", hgvs_p="p.(Tyr65Ter)",
    consequence="stop_gained", location="exon 1", heteroplasmy=0.38, depth=5000, zygosity="heterozygous",
    best_inheritance_mode="mitochondrial", gene_moi="mitochondrial", effect_coding=1.0, **QUIET,
)  # fmt: skip
RNA_GENE = example.row(
    gene="RMRP", transcript="ENST00000363046.2", hgvs_c="n.71A>G", location="exon 1",
    consequence="non_coding_transcript_exon_variant", clinvar="14206 Pathogenic", **QUIET,
)  # fmt: skip
REGULATORY = example.row(**QUIET, phenotype_share=0.001) | READ
JOINT = {
    "consequence": "missense_variant", "coding_transcript": "TX1.1", "coding_consequence": "stop_gained",
    "coding_hgvs_c": "c.364_366delinsTAA", "coding_hgvs_p": "p.(His122Ter)", "coding_codon": "122 CAC>TAA",
    "joint_phase": "cis", "joint_transcript": "TX1.1", "joint_hgvs_c": "c.364_366delinsTAA",
    "joint_consequence": "stop_gained", "joint_hgvs_p": "p.(His122Ter)", "effect_coding": 1.0, "phenotype_share": 0.001,
}  # fmt: skip
ONE_COPY = [
    example.row(**QUIET, pos=500, hgvs_c="c.364C>T", joint_with="chr2-502-C-T") | JOINT,
    example.row(**QUIET, rank=2, pos=502, hgvs_c="c.366C>T", joint_with="chr2-500-C-T") | JOINT,
]


def page(rows: list[dict[str, Any]], outcomes: list[dict[str, Any]], family: Any = None) -> str:
    """The summary and the case page of the first row."""
    tables = example.tables(
        (PRIORITISED, decided(rows, family or calls(rows[0], dad="0/0", mum="0/0"))), (OUTCOMES, outcomes)
    )
    html = build(replace(example.full(), sample="P").with_tables(tables))
    return words(
        " ".join(html.split(f'id="{part}"')[1].split("</section>")[0] for part in ("summary", "case-1"))
    )


def normal(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The outcome of normal splicing with the coding change of a row."""
    return example.outcome(row, event="none", is_gain=False, reason="normal splicing", **changes)


def test_a_frameshift_has_its_frame_stop_and_decay() -> None:
    o = normal(
        FRAMESHIFT,
        frameshift=True,
        ptc=True,
        ptc_codon=50,
        nmd=True,
        nmd_reason="the stop lies 700 nt before",
    )
    text = page([FRAMESHIFT, DEEP], [o], calls(FRAMESHIFT, DEEP, dad="0/0,0/1", mum="0/1,0/0"))
    assert "The variant by its class: pair, coding" in text
    assert "The two variants of the pair" in text
    assert "c.647+2084G>T 2,084 bases into intron 6" in text
    assert "Reading frame shifted (2 bases lost) Premature stop codon 50" in text
    assert "Nonsense-mediated decay expected: the stop lies 700 nt before" in text


def test_a_stop_without_a_predicted_mrna_has_its_codon_from_the_name() -> None:
    text = page([DMD | {"coding_codon": "768 CGA>TGA"}], [])
    assert "Codon 768, CGA → TGA" in text
    assert "Premature stop codon 768" in text
    assert "Nonsense-mediated decay not predicted" in text


def test_an_in_frame_change_keeps_the_frame() -> None:
    row = example.row(
        ref="TTAC",
        alt="T",
        hgvs_p="p.(Arg754del)",
        consequence="inframe_deletion",
        effect_coding=0.85,
        **QUIET,
    )
    text = page([row], [normal(row, frameshift=False, ptc=False)])
    assert "Protein p.(Arg754del) Reading frame kept (3 bases lost) Premature stop none" in text
    assert "Nonsense-mediated decay" not in text.split("What is predicted")[1].split("Limitations")[0]


def test_two_substitutions_of_one_copy_are_one_finding() -> None:
    text = page(ONE_COPY, [])
    assert (
        "ALPHA1 c.364_366delinsTAA, homozygous: stop gained, p.(His122Ter), the alleles c.364C>T and c.366C>T"
        in text
    )
    assert "Codon 122, CAC → TAA" in text
    assert (
        "Nonsense-mediated decay not predicted: the consequence rests on several alleles of one copy" in text
    )


def test_a_mitochondrial_variant_has_its_heteroplasmy() -> None:
    text = page([MITOCHONDRIAL], [])
    assert "Heteroplasmy 38% of the reads Reads 5,000" in text
    assert "Measure the heteroplasmy in a second tissue" in text


def test_an_rna_gene_has_no_protein() -> None:
    text = page([RNA_GENE], [])
    assert "Change of the RNA ENST00000363046.2: n.71A>G" in text
    assert "No protein is made from this gene" in text
    assert "Coding change" not in text


def test_a_known_allele_has_stars_and_conflicts() -> None:
    text = page([CFTR | {"clinvar_stars": 3}], [])
    assert "Classification 7166 Pathogenic (3 stars: reviewed by expert panel)" in text
    assert "Review stars 3 of 4 Conflicting entries none" in text


def test_a_regulatory_change_is_a_hypothesis() -> None:
    text = page([REGULATORY], [])
    assert "Regulatory change Probability that regulation is damaged 0.17, not calibrated" in text
    assert "regulation alone puts nothing forward" in text


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (example.row(**QUIET), ["non_coding"]),
        (CFTR, ["known"]),
        (DMD, ["coding"]),
        (MITOCHONDRIAL, ["coding", "mitochondrial"]),
        (RNA_GENE, ["known", "rna_gene"]),
        (example.SKIPPED, ["splicing"]),
        (REGULATORY, ["regulatory"]),
    ],
)
def test_classes_of_a_variant(row: dict[str, Any], found: list[str]) -> None:
    (full,) = decided([row], calls(row))
    assert classes(cast("PrioritisedRow", full)) == found
    assert set(found) <= set(CLASSES)
