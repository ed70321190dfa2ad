"""The sentence of the first screen for patients of many kinds, from ranked rows to the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any, cast

import pytest

from landfall.config.sections import Finding
from landfall.genome.variant import Variant
from landfall.patient.inheritance.family import NO_PEDIGREE, Family
from landfall.ranking.finding import columns
from landfall.ranking.finding.decision import Thresholds
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import PRIORITISED
from landfall.report import cohort
from landfall.report.build import build
from landfall.testing.families import known, trio
from landfall.variants.population_frequency import NOT_KNOWN
from tests.unit.report import report_example as example

ALONE = Family("kid", "female", "GRCh38", NO_PEDIGREE)
QUIET = {**example.spliceai((0.02, 0, 0, 0), (1, 1, 1, 1)), "effect_splicing": 0.02, "event": "none"}

CFTR = example.row(
    chrom="chr7", pos=117_639_961, gene="CFTR", transcript="ENST00000003084.11", hgvs_c="c.3718-2477C>T",
    location="2,477 bases before exon 23", clinvar="7166 Pathogenic (3 stars: reviewed by expert panel)",
    phenotype_share=0.0005, phenotype_disease="Cystic fibrosis (OMIM:219700)", **QUIET,
)  # fmt: skip
IN_TRANS = {
    "chrom": "chr9", "gene": "FKTN", "transcript": "ENST00000357998.10", "zygosity": "heterozygous",
    "genotype": "0/1", "best_inheritance_mode": "autosomal_recessive_comp_het", "partner_phase": "trans",
    "partner_trans_probability": 0.99, "partner_phase_reason": "one from each parent", "phenotype_share": 0.001,
    "inheritance": "fits autosomal recessive, compound heterozygous (in trans: one from each parent)",
}  # fmt: skip
FRAMESHIFT = example.row(
    **{**IN_TRANS, **QUIET, "effect_splicing": None, "status": "not_scored", "reason": "region"}, pos=105_601_000,
    ref="TGA", alt="T", hgvs_c="c.141_142del", hgvs_p="p.(Asp48LysfsTer3)", consequence="frameshift_variant",
    location="exon 4", effect_coding=1.0, partner="chr9-105604000-G-T",
)  # fmt: skip
DEEP = example.row(
    **{**IN_TRANS, **example.spliceai((0.2, 0, 0.35, 0), (1, 1, 1, 1))}, rank=2, pos=105_604_000, ref="G",
    hgvs_c="c.647+2084G>T", location="2,084 bases into intron 6", effect_splicing=0.35, event="pseudoexon",
    partner="chr9-105601000-TGA-T",
)  # fmt: skip
DMD = example.row(
    chrom="chrX", pos=32_485_000, gene="DMD", transcript="ENST00000357033.9", hgvs_c="c.2302C>T",
    hgvs_p="p.(Arg768Ter)", consequence="stop_gained", location="exon 19", zygosity="hemizygous", genotype="1/1",
    best_inheritance_mode="x_linked_recessive", gene_moi="x_linked_recessive", effect_coding=1.0,
    phenotype_share=0.0002, inheritance="fits X-linked recessive (one X, mutated, the mother is a carrier)",
    **QUIET,
)  # fmt: skip
DE_NOVO = example.row(
    chrom="chr2", gene="SCN1A", transcript="ENST00000674923.1", hgvs_c="c.2836C>T", hgvs_p="p.(Arg946Cys)",
    consequence="missense_variant", location="exon 19", zygosity="heterozygous", genotype="0/1",
    best_inheritance_mode="de_novo", inheritance_modes="de_novo", gene_moi="autosomal_dominant;de_novo",
    effect_coding=0.6, phenotype_share=0.001, inheritance="fits a de novo change", **QUIET,
)  # fmt: skip
SITES_ONLY = example.row(
    chrom="chr21", gene="COL6A1", transcript="ENST00000361866.8", hgvs_c="c.930+189C>T", zygosity="unknown",
    genotype="", location="189 bases into intron 11", best_inheritance_mode="autosomal_dominant",
    gene_moi="autosomal_dominant;de_novo", depth=None, genotype_quality=None, allele_balance=None,
    inheritance="fits autosomal dominant (unknown)", effect_splicing=0.9,
    **example.spliceai((0.7, 0.0, 0.9, 0.0), (-47, 12, -1, 215)),
)  # fmt: skip


def calls(*rows: Mapping[str, Any], sex: str = "f", **of: str) -> Family:
    """The trio with the parents' genotypes at each row, '0/0,0/1' for two rows."""
    alleles = {
        Variant(row["chrom"], row["pos"], row["ref"], row["alt"]): {
            "kid": row["genotype"],
            **{name: texts.split(",")[number] for name, texts in of.items()},
        }
        for number, row in enumerate(rows)
    }
    return known(trio(sex), cast("Any", alleles))


def decided(rows: list[dict[str, Any]], family: Family) -> list[dict[str, Any]]:
    """The rows with the columns of the finding."""
    typed = [cast("PrioritisedRow", row) for row in rows]
    full = [cast("PrioritisedRow", {**dict.fromkeys(PRIORITISED.names), **row}) for row in typed]
    keyed, thresholds = columns.by_allele(full), Thresholds(Finding(), 0.5)
    return [
        {**row, **columns.columns(row, columns.partner_of(row, keyed), family, thresholds)} for row in full
    ]


def page(rows: list[dict[str, Any]], family: Family = ALONE) -> str:
    """The words of the first screen."""
    tables = example.tables((PRIORITISED, decided(rows, family)))
    html = build(replace(example.full(), sample="P").with_tables(tables))
    found = html.split('<section id="summary">')[1].split("</section>")[0]
    return words(found)


def words(html: str) -> str:
    """The text without markup, blanks evened out."""
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))
    return re.sub(r" ([,.:;)])", r"\1", text)


@pytest.mark.parametrize(
    ("rows", "family", "said"),
    [
        (
            [CFTR],
            ALONE,
            [
                "CFTR c.3718-2477C>T, homozygous: classified as pathogenic, 2,477 bases before exon 23.",
                "Known pathogenic allele, 7166 Pathogenic (3 stars: reviewed by expert panel); the homozygous",
                "the homozygous genotype fits autosomal recessive",
                "Best matching disease of CFTR: Cystic fibrosis",
                "modes of the diseases of CFTR: autosomal recessive",
                "Hypothesis: a homozygous variant of CFTR",
            ],
        ),
        (
            [FRAMESHIFT, DEEP],
            calls(FRAMESHIFT, DEEP, dad="0/0,0/1", mum="0/1,0/0"),
            [
                "FKTN: two heterozygous variants in trans, c.141_142del (frameshift, p.(Asp48LysfsTer3)) and",
                "one of two alleles in trans (one from each parent)",
                "frameshift, p.(Asp48LysfsTer3)",
                "2,084 bases into intron 6, predicted pseudoexon",
                "inherited from the mother, a carrier",
                "inherited from the father, a carrier",
            ],
        ),
        (
            [DMD],
            calls(DMD, sex="m", mum="0/1"),
            [
                "DMD c.2302C>T, hemizygous: stop gained, p.(Arg768Ter)",
                "Inherited from the mother, a carrier",
                "Hypothesis: a hemizygous variant of DMD",
            ],
        ),
        (
            [DE_NOVO],
            calls(DE_NOVO, dad="0/0", mum="0/0"),
            ["SCN1A c.2836C>T, heterozygous: missense, p.(Arg946Cys)", "De novo, absent in both parents"],
        ),
        ([SITES_ONLY], ALONE, ["no genotype is given; autosomal dominant fits"]),
    ],
    ids=["known pathogenic", "pair in trans", "boy and carrier", "de novo", "sites only"],
)
def test_first_screen_names_what_explains_the_patient(
    rows: list[dict[str, Any]], family: Family, said: list[str]
) -> None:
    text = page(rows, family)
    for words in said:
        assert words in text
    assert "No variant is put forward" not in text
    assert "Also put forward" not in text
    assert "normal splicing" not in text
    assert "were not read" not in text


def test_first_screen_of_a_sites_only_file_names_no_genotype() -> None:
    text = page([SITES_ONLY])
    assert "a unknown" not in text
    assert "unknown variant" not in text


def test_first_screen_without_findings_lists_the_candidates() -> None:
    carrier = {
        **CFTR, "zygosity": "heterozygous", "genotype": "0/1", "best_inheritance_mode": "autosomal_dominant",
    }  # fmt: skip
    text = page([carrier])
    assert "No variant is put forward as a finding." in text
    assert "Candidates, below the level of a finding:" in text
    assert "CFTR c.3718-2477C>T" in text
    assert "Candidates, below" not in page([example.row(**QUIET)])


def test_funnel_without_frequencies_calls_nothing_rare() -> None:
    def funnel(source: str) -> str:
        inputs = example.full().with_tables(
            example.tables((PRIORITISED, decided([{**CFTR, "frequency_source": source}], ALONE)))
        )
        return build(inputs)

    assert "rare variants in" in funnel("absent")
    assert "rare variants in" not in funnel(NOT_KNOWN)
    assert "frequencies not known" in funnel(NOT_KNOWN)
    assert "rare in the population" not in funnel(NOT_KNOWN)
    assert "of any frequency (not known)" in funnel(NOT_KNOWN)


def test_cohort_page_has_the_pair_as_one_finding() -> None:
    rows = decided([FRAMESHIFT, DEEP], calls(FRAMESHIFT, DEEP, dad="0/0,0/1", mum="0/1,0/0"))
    sample = cohort.Sample("P1", [cast("PrioritisedRow", row) for row in rows], [], {})
    text = words(cohort.page([sample]))
    assert "c.141_142del and c.647+2084G>T" in text
    assert "finding" in text
    assert "inherited from the mother, a carrier" in text
