"""The original SpliceAI's published numbers, variant by variant, as it prints them.

A sample of the records over OR4F5 is compared; marked all_records, all of them. Where a delta score is
printed as 0.00 its position may be that of the largest rounding error, on which machines need not agree: such a
position is not compared (``loose``), every other number is, to the printed digit.
"""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import torch

from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.splice.spliceai.model import Ensemble
from landfall.splicing.vcf import spliceai_compat
from landfall.testing.parity import Remembering, loose

pytestmark = pytest.mark.shared_data

SNVS, INDELS, SEED = 90, 50, 20
SHORTER = 3
"""Part of that sample that make test takes."""

# Records of the original's example that the real loci of GRCh37 do not hold: their contigs are not in the file.
# 1:25000 lies in no gene, so the original prints nothing for it either.
UNRESOLVABLE = {
    "1": "no chr1 in the loci",
    "19": "no chr19 (RYR1) in the loci",
    "X": "no chrX (AIFM1) in the loci",
}


@pytest.fixture(scope="module")
def model(spliceai_weights: Path) -> Iterator[Remembering]:
    threads = torch.get_num_threads()
    torch.set_num_threads(min(2, os.cpu_count() or 1))
    yield Remembering(Ensemble(spliceai_weights, "cuda" if torch.cuda.is_available() else "cpu"))
    torch.set_num_threads(threads)


@dataclass(frozen=True)
class Published:
    """One printed string of the original with where it was printed."""

    variant: Variant
    source: str
    text: str


def genes(tables: Path, build: str, genome: Genome, names: Iterable[str]) -> list[Transcript]:
    found = spliceai_compat.read_gene_table(tables / f"{build}.txt", dict(genome.aliases))
    return [gene for gene in found if gene.gene in set(names)]


def printed(
    model: Remembering,
    genome: Genome,
    table: list[Transcript],
    variants: Iterable[Variant],
    distance: int,
    masked: bool,
) -> dict[tuple[Variant, str], str]:
    """Our strings by variant and gene."""
    found = spliceai_compat.annotate(model, variants, table, genome, distance, masked, batch=8)
    return {(variant, gene): text for variant, gene, text in found}


def differences(
    expected: Iterable[Published], found: dict[tuple[Variant, str], str]
) -> list[tuple[str, str, str]]:
    """Source, published and our string wherever they differ."""
    nothing = "nothing|" + "|" * 8
    pairs = [(e, found.get((e.variant, e.text.split("|")[1]), nothing)) for e in expected]
    return [(f"{e.source} {e.variant}", e.text, ours) for e, ours in pairs if loose(e.text) != loose(ours)]


def records(path: Path, genome: Genome) -> Iterator[tuple[Variant, str | None]]:
    """Variants of a VCF with their SpliceAI strings, one for each allele and gene, None for an allele without."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt") as handle:
        for line in (line for line in handle if not line.startswith("#")):
            chrom, pos, _, ref, alts, _, _, info, *_ = line.rstrip("\n").split("\t")
            field = next((i[9:] for i in info.split(";") if i.startswith("SpliceAI=")), "")
            for alt in alts.split(","):
                texts = [t for t in field.split(",") if t.split("|")[0] == alt]
                for text in texts or [None]:
                    yield Variant(genome.aliases.get(chrom, chrom), int(pos), ref, alt), text


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        (Variant("10", 94077, "A", "C"), "C|TUBB8|0.15|0.27|0.00|0.05|89|-23|-267|193"),
        (Variant("10", 94555, "C", "T"), "T|TUBB8|0.01|0.18|0.15|0.62|-2|110|-190|0"),
    ],
    ids=str,
)
def test_the_two_results_that_the_originals_own_tests_assert(
    model, shared_data, spliceai_gene_tables, variant, expected
):
    genome = Genome(shared_data / "spliceai_official" / "chr10_test.fa")
    here = Variant(genome.aliases["10"], *(variant.pos, variant.ref, variant.alt))
    table = genes(spliceai_gene_tables, "grch37", genome, ["TUBB8"])
    assert printed(model, genome, table, [here], 500, masked=False) == {(here, "TUBB8"): expected}


def all_published(shared_data: Path) -> tuple[Genome, dict[str, list[Published]]]:
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    found: dict[str, list[Published]] = {"raw": [], "masked": []}
    for path in sorted((shared_data / "truth" / "illumina_precomputed").glob("*.vcf*")):
        kind = "masked" if ".masked." in path.name else "raw"
        found[kind] += [Published(v, path.name, t) for v, t in records(path, genome) if t is not None]
    return genome, found


@pytest.fixture(
    scope="module",
    params=[
        "shorter",
        pytest.param("sample", marks=pytest.mark.slow),
        pytest.param("all", marks=pytest.mark.all_records),
    ],
)
def or4f5(request: pytest.FixtureRequest, shared_data: Path) -> tuple[Genome, dict[str, list[Published]]]:
    """Published records of OR4F5, raw and masked; a seeded sample of the alleles, or all of them."""
    genome, found = all_published(shared_data)
    if request.param != "all":
        part = SHORTER if request.param == "shorter" else 1
        chosen = sample({e.variant for group in found.values() for e in group}, part)
        found = {kind: [e for e in group if e.variant in chosen] for kind, group in found.items()}
    return genome, found


def sample(variants: Iterable[Variant], part: int) -> set[Variant]:
    """A seeded sample, or one part in so many of it."""
    ordered, rng = sorted(variants, key=str), random.Random(SEED)
    snvs = [v for v in ordered if len(v.ref) == len(v.alt)]
    indels = [v for v in ordered if len(v.ref) != len(v.alt)]
    return {*rng.sample(snvs, SNVS // part), *rng.sample(indels, INDELS // part)}


@pytest.mark.parametrize("kind", ["raw", "masked"])
def test_the_published_scores_of_or4f5(model, or4f5, spliceai_gene_tables, kind):
    genome, published = or4f5
    table = genes(spliceai_gene_tables, "grch38", genome, ["OR4F5"])
    variants = sorted({e.variant for group in published.values() for e in group}, key=str)
    found = printed(model, genome, table, variants, 50, kind == "masked")
    assert len(published[kind]) >= 40
    assert differences(published[kind], found) == []


def test_the_sample_holds_at_least_three_hundred_records(shared_data: Path) -> None:
    """Of raw and masked scores together, each at least 130."""
    _, found = all_published(shared_data)
    chosen = sample({e.variant for group in found.values() for e in group}, 1)
    counts = [sum(e.variant in chosen for e in group) for group in found.values()]
    assert min(counts) >= 130
    assert sum(counts) >= 300


@pytest.mark.slow
def test_the_published_scores_of_pseudoexons(model, shared_data, spliceai_gene_tables):
    genome = Genome(shared_data / "loci" / "GRCh38.fa.gz")
    rows = pd.read_csv(shared_data / "truth" / "pseudoexons.GRCh38.tsv", sep="\t", keep_default_na=False)
    expected = [
        Published(Variant(r["chrom"], r["pos"], r["ref"], r["alt"]), r["hgvs_c"], r["spliceai_1.3.1_D500"])
        for r in rows.to_dict("records")
    ]
    table = genes(spliceai_gene_tables, "grch38", genome, rows["gene"])
    found = printed(model, genome, table, [e.variant for e in expected], 500, masked=False)
    assert len(expected) == 8
    assert differences(expected, found) == []


def test_the_originals_example_on_real_loci(model, shared_data, spliceai_gene_tables):
    folder, genome = shared_data / "spliceai_official", Genome(shared_data / "loci" / "GRCh37.fa.gz")
    all_records = list(records(folder / "output.vcf", genome))
    outside = {v.chrom for v, _ in all_records if v.chrom not in genome.lengths}
    assert outside == set(UNRESOLVABLE)
    here = [(v, text) for v, text in all_records if v.chrom not in UNRESOLVABLE]
    table = genes(spliceai_gene_tables, "grch37", genome, ["NEB", "TTN", "COL6A1"])
    found = printed(model, genome, table, [v for v, _ in here], 50, masked=False)
    expected = [Published(v, "output.vcf", text) for v, text in here if text is not None]
    assert len(expected) == len(found) == 10
    assert differences(expected, found) == []
