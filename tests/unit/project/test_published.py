"""The benchmark of published patients: whose calls are written, and how ranks are counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import published, published_cases, published_fit
from benchmarks.published_cases import SETTINGS, Files, Panel, Published, panel_of, panels, read, sample
from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant

COLUMNS = ("patient", "sex", "gene", "mode", "class", "terms", "excluded", "unpublished")
COLUMNS += ("chrom", "pos", "ref", "alt", "genotype")
ONE = Published(
    "one", "MINE", "heterozygous", "missense", "FEMALE", {Variant("chr1", 9, "A", "C"): "0/1"},
    ("HP:0003323", "HP:0003236"), ("HP:0001250",), ("HP:0003236",),
)  # fmt: skip
PLAIN, WIDE = SETTINGS[1], SETTINGS[3]


def row(gene: str, rank: int, score: float, pos: int = 20, phenotype: float = 0.0) -> dict[str, object]:
    shown = dict.fromkeys(published.SHOWN)
    place = {"chrom": "chr1", "pos": pos, "ref": "A", "alt": "C"}
    return {**shown, **place, "gene": gene, "rank": rank, "score": score, "score_phenotype": phenotype}


def test_genes_ahead_count_once_and_other_alleles_of_the_causal_gene_do_not() -> None:
    rows = [
        row("B", 1, 5.0),
        row("B", 2, 4.5, 21),
        row("MINE", 3, 4.0),
        row("MINE", 4, 3.0, 9),
        row("C", 5, 1.0),
    ]
    found = published.outcome(ONE, PLAIN, rows, {})
    assert (found["rank"], found["causal_score"], found["other_gene"]) == (2, 3.0, "B")
    assert published.outcome(ONE, PLAIN, rows[:3], {})["rank"] == 0, "its causal allele is not ranked"


def test_in_the_wide_background_every_gene_of_hpo_competes() -> None:
    """Alleles of B score 2 without the phenotype, whatever gene they are given to."""
    rows = [row("MINE", 1, 4.0, 9), row("B", 2, 1.0, phenotype=-1.0)]
    shares = {"MINE": 0.001, "X": 0.0001, "Y": 0.5, "Z": 1.0}
    found = published.outcome(ONE, WIDE, rows, shares)
    assert found["rank"] == 2
    assert published.outcome(ONE, PLAIN, rows, {})["rank"] == 1


def test_a_panel_has_the_causal_alleles_of_its_genotype_and_a_male_s_x_is_haploid(tmp_path: Path) -> None:
    (tmp_path / "toy.fa").write_text(
        ">chr1\n" + "ACGGTCATTGCAGGTACCTA" * 10 + "\n>chrX\n" + "ACGT" * 20 + "\n"
    )
    genome = Genome(tmp_path / "toy.fa")
    chrom = next(iter(genome.lengths))
    ref = genome.fetch(chrom, 9, 10)
    alt = next(base for base in "ACGT" if base != ref)
    cases = "\n".join(
        "\t".join(cells)
        for cells in (
            COLUMNS,
            (
                "p1",
                "FEMALE",
                "TOY",
                "heterozygous",
                "missense",
                "HP:0003323;HP:9999999",
                "",
                "",
                chrom,
                "10",
                ref,
                alt,
                "0/1",
            ),
            (
                "p2",
                "MALE",
                "TOY",
                "homozygous",
                "missense",
                "HP:0003323",
                "",
                "",
                chrom,
                "10",
                ref,
                alt,
                "1/1",
            ),
        )
    )
    (tmp_path / "cases.tsv").write_text(cases + "\n")
    (tmp_path / "background.tsv").write_text(
        "chrom\tpos\trsid\tref\talt\tgenotype\tcell\tsource\n"
        f"{chrom}\t30\t.\tA\tG\t0/1\t0/1:5,5:10:99\texome\n"
    )
    patients = read(tmp_path, genome)
    assert patients[0].terms == ("HP:0003323",), "terms that the release lacks are left out"
    assert [panel.name for panel in panels(patients)] == ["female_01", "male_11"]
    panel = panel_of(patients[1])
    made = sample(panel, tmp_path)
    Files(tmp_path, genome).write(panel, patients, made)
    calls = [line.split("\t") for line in made.vcf.read_text().splitlines() if line[0] != "#"]
    assert [(call[1], call[9].split(":")[0]) for call in calls] == [("10", "1/1"), ("30", "0/1")]
    files = Files(tmp_path, genome)
    files.background = [dict(files.background[0], chrom="chrX", genotype="1/1")]
    own = files._own(files.background[0], "MALE", published_cases.random.Random(1))
    assert own is not None
    assert own.startswith("1:")


def test_settings_give_the_features_they_name() -> None:
    given = {s.name: ([t.id for t in s.profile(ONE).present], len(s.profile(ONE).excluded)) for s in SETTINGS}
    assert given["terms only"] == (["HP:0003323", "HP:0003236"], 0)
    assert given["as published, with excluded terms"][1] == 1
    assert given["unpublished terms only"] == (["HP:0003236"], 0)
    assert given["no terms"] == ([], 0)


def test_lines_of_the_tables() -> None:
    rows = [{"rank": rank, "gene": name} for rank, name in ((1, "A"), (4, "A"), (0, "B"))]
    assert published.line("all", rows) == "| all | 3 | 33% | 33% | 67% | 0.417 |"
    assert published.by_gene(rows) == "| mean over genes | 2 | 25% | 25% | 50% | 0.313 |"


def test_a_constant_fitted_on_one_half_is_shown_on_the_other() -> None:
    constant = published_fit.CONSTANTS[0]
    found = {constant.present: [0.5, 0.5], constant.present + 1: [0.7, 0.4]}
    assert list(published_fit.lines(replace(constant, values=()), found))[2:] == [
        f"  fitted on half 1: {constant.present + 1:g}, gain on half 2 -0.1000",
        f"  fitted on half 2: {constant.present:g}, gain on half 1 +0.0000",
    ]


def test_both_halves_have_genes() -> None:
    assert {published.half(name) for name in ("DMD", "CFTR", "SCN1A", "TTN", "FBN1")} == {0, 1}


@pytest.mark.parametrize("sex", published_cases.SEXES)
def test_every_sex_has_a_panel(sex: str) -> None:
    assert Panel(sex, "0/1").name.startswith(sex.lower())
