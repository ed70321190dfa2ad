"""A score computed before keeps an allele that is too common, within reason, and whoever asks is told so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pysam
import pytest

from landfall.audit import variant_fate_text
from landfall.audit.variant_fate import Account, Answer
from landfall.genome.intervals import Region, Regions
from landfall.genome.sequence import Genome
from landfall.stages.ranking import ledger
from landfall.testing import builders
from landfall.testing.builders import THRESHOLDS, normalised, site
from landfall.variants import known_sites
from landfall.variants.filters.frequency import limit
from landfall.variants.filters.location import Places
from landfall.variants.filters.pipeline import screen
from landfall.variants.population_frequency import Sources
from landfall.variants.precomputed_scores import Precomputed, largest_delta
from landfall.variants.tables import EXEMPTED

LETTERS = builders.bases(2000, 11)
EVERYWHERE = Places(Regions([Region("chr1", 0, 2000, "G")]))


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Genome:
    return builders.genome(tmp_path_factory.mktemp("genome"), {"chr1": LETTERS})


def change(pos: int) -> dict[str, object]:
    ref = LETTERS[pos - 1]
    return {"chrom": "chr1", "pos": pos, "ref": ref, "alt": "C" if ref != "C" else "T"}


def entry(allele: object, *deltas: object) -> str:
    return "|".join(map(str, (allele, "G", *deltas, 1, -2, 3, -4)))


def scored(pos: int, largest: float) -> str:
    row = change(pos)
    info = f"SpliceAI={entry(row['alt'], 0.0, 0.01, largest, 0.0)}"
    return site("1", pos, str(row["ref"]), str(row["alt"]), info)


def score_file(folder: Path, *lines: str) -> Path:
    path = folder / "scores.vcf"
    declared = '##INFO=<ID=SpliceAI,Number=.,Type=String,Description="x">\n##contig'
    path.write_text(builders.vcf_text(lines, {"1": len(LETTERS)}).replace("##contig", declared, 1))
    return Path(pysam.tabix_index(str(path), preset="vcf"))


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory, genome: Genome) -> Precomputed:
    folder = tmp_path_factory.mktemp("scores")
    path = score_file(folder, scored(500, 0.93), scored(600, 0.49), scored(700, 0.5))
    return Precomputed(path, genome, min_delta=0.5, maximum=0.05)


def judged(genome: Genome, scores: Precomputed, frequency: float, places: Places = EVERYWHERE, **row: object):
    """The row of tables.VARIANTS of one allele, or of tables.DECISIONS."""
    alleles = normalised({**change(500), "info_field": "AF", "info_frequency": frequency, **row})
    screened = screen(alleles, THRESHOLDS, places, genome, "GRCh38")
    source = Sources(THRESHOLDS.frequency)
    found = source.look_up(known_sites.Alleles.of(screened.alleles, genome), genome)
    complete = source.complete(screened.alleles, found)
    limited = limit(screened.alleles, complete, THRESHOLDS, "GRCh38", scores)
    rows = [*limited.alleles.to_dict("records"), *limited.decisions.to_dict("records")]
    return rows[0] if rows else screened.decisions.iloc[0].to_dict()


def test_a_high_score_keeps_an_allele_that_is_too_common(genome, scores):
    row = judged(genome, scores, 0.05)
    assert (row["filter_exempted"], row["precomputed_delta_score"], row["modes"]) == ("frequency", 0.93, "")
    assert judged(genome, scores, 0.05, **change(700))["filter_exempted"] == "frequency"


@pytest.mark.parametrize(
    ("frequency", "pos", "rule"),
    [(0.051, 500, "frequency"), (0.05, 600, "frequency"), (0.05, 800, "frequency")],
    ids=["commoner than is reasonable", "score below the setting", "no score"],
)
def test_near_misses_are_dropped_by_their_frequency(genome, scores, frequency, pos, rule):
    assert judged(genome, scores, frequency, **change(pos))["rule"] == rule


def test_a_score_overrides_neither_the_call_nor_the_regions(genome, scores):
    assert judged(genome, scores, 0.03, depth=1)["rule"] == "depth"
    assert judged(genome, scores, 0.03, Places(Regions([])))["rule"] == "region"


def test_a_rare_allele_is_not_asked_about(genome, scores):
    absent = replace(scores, path=Path("no_such.vcf.gz"))
    row = judged(genome, absent, 0.0005)
    assert row["filter_exempted"] == ""
    assert np.isnan(row["precomputed_delta_score"])


def test_the_largest_delta_of_the_allele_over_its_genes():
    rows = [
        (f"SpliceAI={entry('C', 0.1, 0.2, 0.3, 0.05)},{entry('C', 0, 0, 0, 0.4)},{entry('G', 0.9, 0, 0, 0)}", "C", 0.4),
        (f"AC=1;SpliceAI={entry('G', 0.9, '.', 0, 0)};DP=3", "G", 0.9),
        (f"SpliceAI={entry('T', '.', '.', '.', '.')}", "T", np.nan),
        (f"SpliceAI={entry('A', 0.7, 0, 0, 0)}", "T", np.nan),
        ("SpliceAI=.", "T", np.nan),
        ("DP=3", "T", np.nan),
    ]  # fmt: skip
    known = pd.DataFrame(rows, columns=["info", "written", "expected"])
    np.testing.assert_array_equal(largest_delta(known), known["expected"])


def test_an_allele_is_found_however_the_file_spells_it(tmp_path, genome):
    run = LETTERS.find("AA", 900) + 1
    before, shorter = LETTERS[run - 2 : run], LETTERS[run - 2]
    info = f"SpliceAI={entry('AAAAA', 0.9, 0, 0, 0)},{entry('A', 0.6, 0, 0, 0)}"
    path = score_file(tmp_path, site("1", run, "AA", "A,AAAAA", info))
    asked = builders.alleles(("chr1", 500, "A", "C"), ("chr1", run - 1, before, shorter))
    largest = Precomputed(path, genome, 0.5, 0.05).largest(asked)
    np.testing.assert_array_equal(largest, [np.nan, 0.6])


@pytest.mark.parametrize(
    ("rule", "known", "delta", "words"),
    [
        ("frequency", None, 0.931, "frequency: precomputed delta score 0.93"),
        ("region", "7 Pathogenic", None, "region: 7 Pathogenic"),
    ],
)
def test_the_ledger_and_why_name_the_filter_from_which_an_allele_is_exempt(
    tmp_path, rule, known, delta, words
):
    allele = {"chrom": "chr1", "pos": 500, "ref": "A", "alt": "C"}
    variant = {
        "record": 1,
        "allele": 1,
        "filter_exempted": rule,
        "clinvar": known,
        "precomputed_delta_score": delta,
    }
    decision = ledger.last_decision(variant, [{"status": "scored", "gene": "G"}], {})
    assert decision["detail"] == f"scored in G{EXEMPTED}{words}"
    account = Account({**allele, **decision}, None, None)
    told = variant_fate_text.text([Answer("q", "chr1-500-A-C", {}, [account])])
    assert f"exempt        from the filter {words}" in told
