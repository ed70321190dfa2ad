"""A real exome on real sequence, with published pseudoexon variants added: only SpliceAI and landfall decide."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.workflow.accounts import assert_conserved, assert_same_text
from tests.workflow.runner import Run, finished, merged, prepare, quick_config

pytestmark = pytest.mark.shared_data

PANEL = ("COL6A1", "FKTN", "DYSF", "SGCD", "LAMA2")
TEXTBOOK = ("chr2", 71514705)
WEAK = ("chr2", 71661900)
"""DYSF c.4886+1249G>T: real, but at 0.26 with the published acceptor only second for the model."""


def settings(data: Path, build: str) -> dict[str, Any]:
    loci = data / "loci"
    genome = {
        "build": build,
        "fasta": str(loci / f"{build}.fa.gz"),
        "annotation": str(loci / f"genes.{build}.gtf.gz"),
    }
    changes = {
        "labels": {"banner": None},
        "genome": genome,
        "filter": {"frequency": {"population_vcf": None}},
    }
    return merged(quick_config(), changes)


def published(data: Path) -> pd.DataFrame:
    table = pd.read_csv(data / "truth" / "pseudoexons.GRCh38.tsv", sep="\t", keep_default_na=False)
    return table.rename(columns={"spliceai_1.3.1_D500": "original"})


def with_variants(exome: Path, extra: Iterable[list[str]], path: Path) -> Path:
    """The exome with heterozygous calls added at its end: a VCF need not be sorted."""
    with gzip.open(exome, "rt") as handle:
        lines = handle.read().splitlines()
    added = ["\t".join([*five, "500", "PASS", ".", "GT:AD:DP:GQ", "0/1:20,20:40:99"]) for five in extra]
    path.write_text("".join(f"{line}\n" for line in [*lines, *added]))
    return path


@pytest.fixture(scope="module")
def exome(tmp_path_factory: pytest.TempPathFactory, shared_data: Path, spliceai_weights: Path) -> Run:
    folder = tmp_path_factory.mktemp("exome38")
    truth = published(shared_data)
    extra = [[row.chrom, str(row.pos), ".", row.ref, row.alt] for row in truth.itertuples()]
    vcf = with_variants(shared_data / "loci" / "exome.GRCh38.vcf.gz", extra, folder / "patient.vcf")
    row = {"sample": "demo", "vcf": str(vcf), "genes": ",".join(PANEL)}
    return finished(prepare(folder, settings(shared_data, "GRCh38"), row))


def at(table: pd.DataFrame, place: tuple[str, int]) -> pd.Series[Any]:
    (found,) = table[(table["chrom"] == place[0]) & (table["pos"] == place[1])].index
    return table.loc[found]


def test_the_published_variant_of_col6a1_comes_first_with_its_pseudoexon(exome: Run) -> None:
    best = exome.table("prioritised").iloc[0]
    assert (best["gene"], best["hgvs_c"], best["event"]) == ("COL6A1", "c.930+189C>T", "pseudoexon")
    assert best["event_size_nt"] == 72
    assert best["spliceai_ds_dg"] == pytest.approx(0.96, abs=0.005)
    assert best["flagged"]


def test_scores_are_those_of_the_original_tool(exome: Run, shared_data: Path) -> None:
    table = exome.table("prioritised")
    truth = published(shared_data)
    for row in truth[truth["gene"].isin(PANEL)].itertuples():
        found = at(table, (row.chrom, row.pos))
        _, gene, *numbers = row.original.split("|")
        assert gene == found["gene"]
        deltas = [float(found[f"spliceai_ds_{kind}"]) for kind in ("ag", "al", "dg", "dl")]
        assert deltas == pytest.approx([float(n) for n in numbers[:4]], abs=0.0051), row.hgvs_c


def test_the_textbooks_change_stays_a_negative_below_every_real_pseudoexon(
    exome: Run, shared_data: Path
) -> None:
    table = exome.table("prioritised")
    textbook = at(table, TEXTBOOK)
    assert round(textbook["spliceai_ds_max"], 2) == 0.0
    assert textbook["event"] == "none"
    assert not textbook["flagged"]
    truth = published(shared_data)
    real = truth[truth["gene"].isin(PANEL) & (truth["pseudoexon_nt"] > 0)]
    assert len(real) == 4
    for row in real.itertuples():
        assert at(table, (row.chrom, row.pos))["rank"] < textbook["rank"], row.hgvs_c


def test_published_pseudoexons_are_predicted(exome: Run, shared_data: Path) -> None:
    outcomes = exome.table("outcomes")
    truth = published(shared_data)
    for row in truth[truth["gene"].isin(PANEL) & (truth["pseudoexon_nt"] > 0)].itertuples():
        mine = outcomes[(outcomes["chrom"] == row.chrom) & (outcomes["pos"] == row.pos)]
        sizes = mine.loc[mine["event"] == "pseudoexon", "size_nt"].tolist()
        assert row.pseudoexon_nt in (sizes if (row.chrom, row.pos) == WEAK else sizes[:1]), row.hgvs_c


def test_every_allele_of_the_exome_is_accounted_for(exome: Run) -> None:
    assert_conserved(exome, exome.folder / "patient.vcf")
    assert_same_text(exome.result("prioritised.parquet"), exome.result("prioritised.tsv"))


@pytest.mark.slow
def test_contigs_named_otherwise_or_unknown_to_the_reference(
    tmp_path: Path, shared_data: Path, spliceai_weights: Path
) -> None:
    """The file names contigs 1, 2 ...; the reference has chr2, chr13, chr17 and chr21 alone."""
    vcf = shared_data / "loci" / "exome.GRCh37.vcf.gz"
    row = {"sample": "demo", "vcf": str(vcf), "genes": "SGCG,SGCA"}
    run = finished(prepare(tmp_path, settings(shared_data, "GRCh37"), row))
    assert_conserved(run, vcf)
    ledger = run.table("ledger")
    unknown = ledger[ledger["rule"] == "contig_unknown"]
    known = {"2", "13", "17", "21"}
    assert set(unknown["chrom"]) == {str(n) for n in range(1, 23)} - known | {"X"}
    assert not set(ledger.loc[ledger["rule"] != "contig_unknown", "chrom"]) - known
    table = run.table("prioritised")
    assert set(table["chrom"]) <= {"chr13", "chr17"}
    assert (table["status"] == "scored").any()
