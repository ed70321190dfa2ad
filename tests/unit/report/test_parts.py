"""The parts of the report: numbers, exons along the transcript, funnel, protein windows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.report import formatting
from landfall.report.case import case, narrative, protein
from landfall.report.figures import exon_geometry, label_layout
from landfall.report.sections import funnel, score_breakdown
from landfall.variants.tables import LEDGER
from tests.unit.report import report_example as example


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "not found"),
        (0.0, "0"),
        (0.01, "0.010 (1 in 100)"),
        (0.0000123, "0.000012 (1 in 81,000)"),
        (0.25, "0.25 (1 in 4)"),
    ],
)
def test_frequency(value: float | None, shown: str) -> None:
    assert formatting.frequency(value) == shown


def test_a_small_probability_is_not_written_as_zero() -> None:
    assert [formatting.probability(p) for p in (None, 0.0, 0.004, 0.005, 0.914)] == [
        "–",
        "0.00",
        "<0.01",
        "0.01",
        "0.91",
    ]


def test_offsets_are_said_along_the_transcript() -> None:
    assert formatting.offset(5, "+") == formatting.offset(-5, "-") == "5 bases downstream"
    assert formatting.offset(-1, "+") == formatting.offset(1, "-") == "1 base upstream"


@pytest.mark.parametrize(
    ("number", "shown"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (14, "14th"), (22, "22nd")]
)
def test_ordinal(number: int, shown: str) -> None:
    assert formatting.ordinal(number) == shown


@given(
    st.lists(st.integers(0, 400), min_size=2, max_size=16, unique=True),
    st.integers(0, 399),
    st.integers(1, 60),
)
def test_adding_and_removing_keep_the_bases(cuts: list[int], start: int, length: int) -> None:
    ends = sorted(cuts)[: len(cuts) // 2 * 2]
    chain = list(zip(ends[::2], ends[1::2], strict=True))
    bases = {base for s, e in chain for base in range(s, e)}
    segment = (start, start + length)
    grown = {base for s, e in exon_geometry.added(chain, segment) for base in range(s, e)}
    shrunk = {base for s, e in exon_geometry.removed(chain, segment) for base in range(s, e)}
    assert grown == bases | set(range(*segment))
    assert shrunk == bases - set(range(*segment))


def shape(transcript: Any, **outcome: Any) -> exon_geometry.Splicing:
    found = exon_geometry.splicing(transcript, {"event": "any", **outcome})
    assert found is not None
    return found


def test_pseudoexon_on_either_strand_lies_between_its_exons() -> None:
    plus = shape(example.PLUS, start=124_868, end=124_915, is_gain=True)
    assert (plus.upstream, plus.downstream, len(plus.normal), len(plus.predicted)) == (7, 8, 1, 2)
    minus = shape(example.MINUS, start=503_399, end=503_462, is_gain=True)
    assert (minus.upstream, minus.downstream) == (4, 5)
    assert [piece.exon for piece in minus.pieces] == [4, None, None, None, 5]


def test_skipping_joins_the_neighbours() -> None:
    skipped = shape(example.SKIP, start=802_100, end=802_196, is_gain=False)
    assert (skipped.upstream, skipped.downstream) == (3, 5)
    assert (len(skipped.normal), len(skipped.predicted)) == (2, 1)


def test_a_moved_donor_keeps_primers_in_its_own_exon() -> None:
    moved = shape(example.PLUS, start=124_132, end=124_180, is_gain=True)
    assert (moved.upstream, moved.downstream) == (7, 8)


def test_retention_removes_a_junction() -> None:
    kept = shape(example.PLUS, start=124_132, end=128_000, is_gain=True)
    assert len(kept.normal) - len(kept.predicted) == 1
    assert (kept.upstream, kept.downstream) == (7, 8)


def test_segment_outside_the_transcript_has_no_diagram() -> None:
    outcome = {"event": "pseudoexon", "start": 10, "end": 60, "is_gain": True}
    assert exon_geometry.splicing(example.PLUS, outcome) is None


def test_annotated_sites_on_either_strand() -> None:
    assert exon_geometry.annotated(example.PLUS, "donor", 124_132) == 7
    assert exon_geometry.annotated(example.PLUS, "acceptor", 124_001) == 7
    assert exon_geometry.annotated(example.MINUS, "donor", 503_601) == 4
    assert exon_geometry.annotated(example.MINUS, "acceptor", 503_750) == 4
    assert exon_geometry.annotated(example.PLUS, "acceptor", 100_001) is None


def test_funnel_adds_up() -> None:
    ledger = parquet.from_rows(LEDGER, example.ledger())
    steps = funnel.steps(ledger, 1)
    assert [step.alleles for step in steps] == [4133, 4087, 2877, 1074, 54, 53, 1]
    assert sum(loss.alleles for step in steps for loss in step.losses) == 4133 - 53


def test_funnel_counts_rules_it_does_not_know() -> None:
    rows = example.ledger((("filter", "brand_new", "dropped", 3), ("elsewhere", "odd", "not_scored", 2)), 5)
    steps = funnel.steps(parquet.from_rows(LEDGER, rows), 0)
    assert [step.alleles for step in steps] == [10, 10, 10, 10, 10, 7, 5, 0]
    assert "kept by the other filters" in [step.words for step in steps]


def test_protein_after_a_frameshift_is_changed_to_its_stop() -> None:
    shown = protein.windows(
        {"protein_ref": "MKVAAA", "protein_alt": "MKWL*", "protein_start": 5, "ptc": True}
    )
    assert shown is not None
    assert [(run.letters, run.kind) for run in shown.mutant[0].runs] == [
        ("MK", "same"),
        ("WL", "changed"),
        ("*", "stop"),
    ]
    assert [(run.letters, run.kind) for run in shown.reference[0].runs] == [("MKVAAA", "same")]


def test_protein_that_loses_residues_marks_them_in_the_reference() -> None:
    shown = protein.windows(
        {"protein_ref": "MKVACD", "protein_alt": "MKCD", "protein_start": 1, "ptc": False}
    )
    assert shown is not None
    assert [run.letters for run in shown.reference[0].runs if run.kind == "changed"] == ["VA"]


def test_no_protein_window_without_proteins() -> None:
    assert (
        protein.windows({"protein_ref": None, "protein_alt": None, "protein_start": None, "ptc": None})
        is None
    )


def test_labels_keep_apart_and_out_of_each_others_leaders() -> None:
    crowd = [
        label_layout.LabelRequest(x, "acceptor, exon 4 · 503,750 · 0.99 → 0.98", "acceptor", True)
        for x in (175, 292, 400, 450, 725)
    ]
    placed = label_layout.place(crowd, 860)
    assert [p.request for p in placed] == crowd
    assert not any(a.crosses(b) for a in placed for b in placed)
    assert not any(a.meets(b) for a in placed for b in placed if a is not b and a.level == b.level)
    assert all(p.left >= 0 and p.right <= 860 for p in placed)


def test_a_lone_label_stands_on_the_side_it_likes() -> None:
    (left,) = label_layout.place([label_layout.LabelRequest(400, "acceptor", "acceptor", True)], 860)
    (right,) = label_layout.place([label_layout.LabelRequest(400, "donor", "donor", False)], 860)
    assert left.right < 400 < right.left


def test_a_long_name_is_cut_after_a_whole_residue() -> None:
    name = "p.(Lys1889_Asp1890insGlyArgValIleValArgLysGlnArgThr)"
    assert narrative.short(name, 30) == "p.(Lys1889_Asp1890insGlyArgVal…"
    assert narrative.short("p.(Gly251AlafsTer14)", 30) == "p.(Gly251AlafsTer14)"


def test_a_part_of_the_score_is_a_bar_from_the_middle() -> None:
    row = example.row(score_effect=-1.272, score_known=2.544, score_panel=99.0)
    whole = parquet.from_rows(PRIORITISED, [row]).to_pylist()[0]
    found = {part.name: part for part in score_breakdown.parts(whole)}
    assert (found["Effect"].start, found["Effect"].width, found["Effect"].against) == ("25.0", "25.0", True)
    assert (found["Known"].start, found["Known"].width, found["Known"].against) == ("50.0", "50.0", False)
    assert found["Panel"].width == "50.0"
    assert found["Partner"].width == "0.0"


def test_the_first_ten_have_their_reasons() -> None:
    inputs = example.full()
    found = score_breakdown.first(inputs.table(PRIORITISED), case.select(inputs))
    assert [reason.rank for reason in found] == [str(n) for n in range(1, 11)]
    assert found[0].anchor == "case-1"
    assert found[0].sentence == example.PSEUDOEXON["explanation"]
    assert found[0].score == "+1.04"
