"""The regulation page: what it says of classes, usual and unusual changes, and what it leaves out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from landfall.genome.tables import CANDIDATE
from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.regulation.tables import (
    CLASSES,
    REGULATION,
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATORY,
)
from landfall.report.build import build
from landfall.report.figures.regulation import describe
from landfall.report.sections import regulation_page, unscored
from landfall.variants.tables import LEDGER
from tests.unit.report import report_example as example

NAMED = dict(zip(CANDIDATE, ("chr10", 112_998_590, "C", "T", "TCF7L2", "ENST1"), strict=True))
TSS = 112_950_249


def further(
    percentile: float = 0.99, background: int = 200, sad: float = -6.0, e_value: float | None = None
) -> dict[str, Any]:
    """Made-up numbers of an explained variant 48 kb downstream of a gene's start."""
    regulatory = {
        **NAMED,
        "rank": 1,
        "strand": "+",
        "tss": TSS,
        "model": "sei",
        "z": 7.0,
        "z_percentile": percentile,
        "background": background,
        "networks": 1,
        "explained": True,
        "status": "scored",
        "reason": "",
        "detail": "",
    }
    other = {**regulatory, "pos": 5, "rank": 2, "explained": False, "status": "not_scored"}
    other |= {
        "reason": "unknown_sequence",
        "detail": "40% unknown",
        "z": None,
        "z_percentile": None,
        "model": None,
        "networks": 0,
    }
    strongest = {
        **NAMED,
        "model": "sei",
        "assay": "H3K27ac",
        "tissue_group": "pancreas",
        "tissue": "pancreatic islet",
        "mark": "H3K27ac",
        "track": 3,
        "target": "T3",
        "signal_ref": 12.0,
        "signal_alt": 12.0 + sad,
        "sad": sad,
        "logsad": -1.0,
        "local_log2": -0.5,
        "gene_log2": None,
        "percentile": percentile,
        "z": sad,
        "e_value": e_value,
        "functional_significance": e_value,
    }
    second = strongest | {"assay": "accessibility", "mark": "", "track": 4, "z": 1.0, "tissue_group": "brain"}
    classes = [("E6 pancreatic islet enhancer", 0.88, 0.12), ("P promoter", 0.20, 0.21), ("CTCF", 0.10, 0.50)]
    values = [1.0] * 8
    span = {**NAMED, "model": "sei", "start": 112_990_000, "bin": 2_000}
    rows = {
        REGULATORY: [regulatory, other],
        REGULATION: [second, strongest],
        CLASSES: [
            {**NAMED, "model": "sei", "class": n, "score_ref": a, "score_alt": b, "change": b - a}
            for n, a, b in classes
        ],
        REGULATION_BINS: [{**span, "track": 3, "signal_ref": values, "signal_alt": [0.5] * 8}],
        REGULATION_ATTRIBUTION: [
            {**span, "kind": "attention", "haplotype": "reference", "values": values}
            | {"track": None, "attribution_target": "gene"}
        ],
    }
    return {table.name: parquet.from_rows(table, found) for table, found in rows.items()}


RECORD: dict[str, Any] = {
    "running": [{"name": "sei", "title": "Sei"}],
    "off": [{"title": "Enformer", "why": "no weights at x"}],
    "tissues": [],
    "flank": 50_000,
}


def built(tables_of: dict[str, Any], **record: Any) -> str:
    inputs = example.full()
    provenance = {**inputs.provenance, "regulation": RECORD | record}
    return build(replace(inputs, provenance=provenance).with_tables(tables_of))


def page(tissues: list[str] | None = None, **changes: Any) -> str:
    return built(further(**changes), tissues=tissues or [])


def changed(table: parquet.Table, change: Callable[[list[dict[str, Any]]], object]) -> dict[str, Any]:
    """The made-up numbers with the rows of one table changed."""
    found = further()
    rows = found[table.name].to_pylist()
    change(rows)
    return found | {table.name: parquet.from_rows(table, rows)}


def test_sequence_classes_have_scores_and_change() -> None:
    said = page()
    assert "E6 pancreatic islet enhancer 0.88 → 0.12: lost" in said
    assert "P promoter 0.20 → 0.21: unchanged" in said
    assert "CTCF 0.10 → 0.50: gained" in said


@pytest.mark.parametrize(
    ("ref", "alt", "word"),
    [
        (0.9, 0.5, "weaker"),
        (0.5, 0.9, "stronger"),
        (0.0, 0.0, "unchanged"),
        (-0.5, -0.9, "weaker"),
        (-0.1, 0.4, "gained"),
    ],
)
def test_a_class_shift_in_a_word(ref: float, alt: float, word: str) -> None:
    assert regulation_page.shift(ref, alt) == word


def test_an_unusual_change_has_interpretation_and_experiments() -> None:
    said = page(["pancreas"])
    assert "48,340 bases downstream of the start of TCF7L2" in said
    assert "99% of 200 random substitutions: unusually large" in said
    assert "If the prediction holds: less of the signal H3K27ac in pancreatic islet, and perhaps" in said
    assert (
        "In the tissues of the phenotype (pancreas) the largest change is that of H3K27ac, pancreatic islet"
        in said
    )
    assert "chr10:112,998,340-112,998,840" in said


@pytest.mark.parametrize(
    ("percentile", "background", "words"),
    [(0.6, 200, "so not informative by itself"), (1.0, 15, "to show that it is unusual (50 are needed)")],
)
def test_a_usual_change_or_too_few_random_ones_claim_nothing(
    percentile: float, background: int, words: str
) -> None:
    said = page(percentile=percentile, background=background)
    assert words in said
    assert "The target gene of a distal element" not in said
    assert "The predicted change does not exceed that of background" in said


def test_the_probability_in_the_ranking_is_stated() -> None:
    assert '<td class="num">99% of 200</td><td class="num">0.10</td>' in page()
    assert (
        "as a probability that regulation is damaged, at most 0.5; it is not calibrated on causal variants"
        in page()
    )


def test_e_values_and_functional_significance_are_shown_where_they_are_given() -> None:
    said = page(e_value=0.012)
    assert "Sei&#39;s functional significance is 0.012: the geometric mean of the E-values" in said
    assert "conservation, a part of the published score, is not included" in said
    assert ">E-value</th>" in said
    assert '<td class="num">0.012</td>' in said
    assert "E-value" not in page()


def test_variants_not_scored_and_models_not_run_are_stated() -> None:
    said = page(["eye"])
    assert "Enformer: switched off; no weights at x." in said
    assert "1: too large a fraction of N in its window; for example chr10:5 C&gt;T: 40% unknown" in said
    assert "No track was measured in the tissues of the phenotype (eye)." in said
    assert "Variants up to 50,000 bases beyond the transcripts of candidate genes were included" in said


def test_the_change_described_is_that_of_the_model_with_the_percentile() -> None:
    """Another network's larger z is no part of the sentence, nor of what would test it."""

    def another(rows: list[dict[str, Any]]) -> None:
        rows.append(
            rows[1]
            | {"model": "enformer", "assay": "CAGE", "tissue": "muscle", "z": -30.0, "tissue_group": "muscle"}
        )

    both = [{"name": "sei", "title": "Sei"}, {"name": "enformer", "title": "Enformer"}]
    said = built(changed(REGULATION, another), running=both)
    assert "Sei predicts the largest change for H3K27ac, pancreatic islet" in said
    assert "in cells of pancreas" in said
    assert "cells of muscle" not in said
    assert "Sei and Enformer scored 1 pair of variant and gene, 1 of them not by all of these models." in said
    assert "Sei (1 of 2 models)" in said


def test_probabilities_and_signals_are_described_as_such() -> None:
    assert "its probability changes from 12 to 6 (z −6.0)" in page()

    def of_borzoi(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["model"] = "borzoi"

    tables_of = changed(REGULATION, of_borzoi)
    tables_of["regulatory"] = changed(REGULATORY, lambda rows: of_borzoi(rows[:1]))["regulatory"]
    said = built(tables_of, running=[{"name": "borzoi", "title": "Borzoi"}])
    assert "the signal summed over the window changes from 12 to 6 (−0.50 log2 within 250 bases" in said


def test_tracks_without_a_table_claim_no_tissue() -> None:
    def nameless(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row |= {"assay": "", "tissue": "", "mark": "", "tissue_group": "other"}

    said = built(changed(REGULATION, nameless), tissues=["muscle"])
    assert "their assays and tissues are unknown" in said
    assert "No track was measured in the tissues" not in said


def test_an_attribution_names_its_target_and_no_absent_table() -> None:
    def contribution(rows: list[dict[str, Any]]) -> None:
        rows[0] |= {"kind": "contribution", "track": 3, "attribution_target": "variant"}

    said = built(changed(REGULATION_ATTRIBUTION, contribution))
    assert "Target: H3K27ac, pancreatic islet." in said, "one number for the whole window has no place"
    assert "lies at the gene's start" not in said
    assert "the regions of the table" not in said
    assert "Dark: the start" not in said, "the map shows nothing so far away"

    def elsewhere(rows: list[dict[str, Any]]) -> None:
        contribution(rows)
        rows[0] |= {"model": "borzoi", "attribution_target": "gene", "start": TSS - 4_000}

    tables_of = changed(REGULATION_ATTRIBUTION, elsewhere)
    strongest = tables_of["regulation"].to_pylist()
    strongest.append(strongest[1] | {"model": "borzoi"})
    tables_of["regulation"] = parquet.from_rows(REGULATION, strongest)
    said = built(tables_of)
    assert "Target: H3K27ac, pancreatic islet, at the gene&#39;s start." in said
    assert "Dark: the start of the gene." in said


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"running": []}, "No regulatory track model ran: effects on promoters"),
        ({"flank": 0}, "Variants beyond the transcripts of candidate genes were not kept"),
    ],
)
def test_variants_not_assessed_are_stated(record: dict[str, Any], words: str) -> None:
    assert words in built(further(), **record)


@pytest.mark.parametrize("percentile", [0.99, 0.6])
def test_the_summary_names_an_unusual_change_and_no_usual_one(percentile: float) -> None:
    said = page(percentile=percentile).split('id="funnel"', 1)[0]
    words = "predict an unusually large change for 1 variant, first of all"
    assert (words in said) == (percentile > 0.9)
    assert ('<a href="#regulation-1">TCF7L2 chr10:112,998,590 C&gt;T</a>' in said) == (percentile > 0.9)


LOST = ("score", "outside_transcripts", "not_scored", 7)


def test_alleles_scored_by_track_models_alone_are_not_counted_as_unscored() -> None:
    inputs = example.nothing()
    first, second, *rest = inputs.rows(PRIORITISED)
    unread = {"status": "not_scored", "detail": "", "flagged": False}
    read = first | unread | {"reason": "outside_transcripts", "effect_regulation": 0.1}
    hidden = second | unread | {"reason": "unknown_sequence", "effect_regulation": 0.1}
    ledger = example.ledger((*example.LOSSES, LOST), 50)
    tables = example.tables((PRIORITISED, [read, hidden, *rest]), (LEDGER, ledger))
    found = replace(inputs, provenance={**inputs.provenance, "regulation": RECORD})
    said = build(found.with_tables(tables))
    assert "7 alleles could not be scored" in said
    assert "1 allele beyond the genes&#39; transcripts was scored by regulatory track models alone." in said
    assert "Variants outside the candidate genes and 50,000 bases around them, structural" in said
    assert "in or near the candidate genes" in said
    (row,), total = unscored.unscored(tables["prioritised"])
    assert (row.reason, total) == ("unknown_sequence", 1)


def test_a_report_without_track_models_states_that_regulation_was_not_assessed() -> None:
    assert "No regulatory track model was configured" in build(example.full())


def test_attention_is_shared_out_between_the_gene_and_either_side() -> None:
    row = {"tss": 4_500, "strand": "-"}
    values = [1.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 4.0]
    maps = {"reference": {"start": 0, "bin": 1_000, "attribution_target": "gene", "values": values}}
    assert "25% lies at the gene's start (within 1,000 bases), 50% upstream, 25% downstream" in describe(
        row, maps, "attention"
    )
    at_the_variant = {"reference": {**maps["reference"], "attribution_target": "variant"}}
    assert describe(row, at_the_variant, "contribution") == ""
