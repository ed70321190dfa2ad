"""Where a variant is read: shared windows equal single ones, refusals have reasons, shards are whole."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from landfall.genome.variant import Variant
from landfall.splicing import windows
from landfall.splicing.windows import (
    Placement,
    Reach,
    assign_shards,
    choose_transcripts,
    masked_sequence,
    place,
)
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome

SEQUENCE = builders.bases(3000, seed=11)
GENOME = MemoryGenome({"chr1": SEQUENCE})
GENE = builders.transcript("GENE", [(300, 500), (2000, 2600)])
REACH = Reach(context=100, distance=30, max_unknown_fraction=0.5)
FLANK = REACH.context + REACH.distance


def variant(pos: int, length: int = 1, alt: str = "") -> Variant:
    ref = GENOME.fetch("chr1", pos - 1, pos - 1 + length)
    return Variant("chr1", pos, ref, alt or {"A": "C"}.get(ref[0], "A"))


def many(count: int, seed: int = 1) -> list[Variant]:
    rng = random.Random(seed)
    found = {
        variant(rng.randint(301, 2590), rng.choice([1, 1, 1, 2, 9, 25]), rng.choice(["", "GATTACA", "TT"]))
        for _ in range(count)
    }
    return sorted(found, key=str)


def alternate(sequence: str, placement: Placement, flank: int) -> str:
    """The alternate sequence cut from a window: ``flank`` bases from the first base of the variant."""
    offset, v = placement.offset, placement.variant
    return sequence[offset - flank : offset] + v.alt + sequence[offset + len(v.ref) : offset + flank + 1]


def direct(v: Variant, transcript=GENE) -> str:
    """The alternate sequence straight from the genome: FLANK bases from the first base of the variant."""
    left = masked_sequence(GENOME, transcript, v.start - FLANK, v.start)
    return left + v.alt + masked_sequence(GENOME, transcript, v.end, v.start + FLANK + 1)


def test_an_alternate_from_a_shared_window_is_the_one_built_directly():
    variants = many(200)
    made, placements = place([(v, GENE) for v in variants], GENOME, REACH)
    assert len(made) < len(variants) / 10
    assert {p.variant for p in placements if p.window is not None} == set(variants)
    for p in placements:
        window = made[p.window]
        assert window.sequence[p.offset : p.offset + len(p.variant.ref)] == p.variant.ref
        assert alternate(window.sequence, p, FLANK) == direct(p.variant)


def test_a_window_holds_what_each_of_its_variants_needs():
    made, placements = place([(v, GENE) for v in many(100)], GENOME, REACH)
    for p in placements:
        start, end = REACH.span(p.variant)
        assert made[p.window].start <= start < end <= made[p.window].end
    assert all(len(w.sequence) == w.end - w.start for w in made)


def test_windows_are_joined_only_up_to_a_length(monkeypatch):
    monkeypatch.setattr(windows, "LONGEST_WINDOW", 400)
    made, placements = place([(v, GENE) for v in many(200)], GENOME, REACH)
    assert len(made) > 5
    assert max(len(w.sequence) for w in made) <= 400
    assert all(alternate(made[p.window].sequence, p, FLANK) == direct(p.variant) for p in placements)


def test_variants_far_apart_have_windows_of_their_own():
    near, far = [variant(400), variant(400 + 2 * FLANK)], [variant(400), variant(401 + 2 * FLANK)]
    assert [len(place([(v, GENE) for v in vs], GENOME, REACH)[0]) for vs in (near, far)] == [1, 2]


def test_outside_the_transcript_and_the_contig_is_n():
    assert masked_sequence(GENOME, GENE, 290, 310) == "N" * 10 + SEQUENCE[300:310]
    assert masked_sequence(GENOME, GENE, 2590, 2610) == SEQUENCE[2590:2600] + "N" * 10
    assert masked_sequence(GENOME, GENE, 10, 20) == masked_sequence(GENOME, GENE, 2700, 2710) == "N" * 10
    over = builders.transcript("OVER", [(0, 3000)])
    assert masked_sequence(GENOME, over, -5, 5) == "N" * 5 + SEQUENCE[:5]
    assert masked_sequence(GENOME, over, 2995, 3005) == SEQUENCE[2995:] + "N" * 5


def test_two_genes_at_one_place_have_windows_masked_to_each():
    inner = builders.transcript("INNER", [(900, 1100)])
    made, placements = place([(variant(1000), GENE), (variant(1000), inner)], GENOME, REACH)
    assert [(w.transcript.gene, w.sequence.count("N")) for w in made] == [("GENE", 0), ("INNER", 61)]
    assert [p.window for p in placements] == [0, 1]


@pytest.mark.parametrize(
    ("v", "transcript", "reason", "words"),
    [
        (variant(1000), None, "outside_transcripts", "no transcript of a candidate gene contains it"),
        (
            variant(1000, 31),
            GENE,
            "longer_than_window",
            "an allele of 31 bases, 30 at most",
        ),
    ],
)
def test_a_refusal_has_its_words(v, transcript, reason, words):
    made, placements = place([(v, transcript)], GENOME, REACH)
    assert made == []
    assert [(p.window, p.offset, p.reason, p.detail) for p in placements] == [(None, None, reason, words)]


def test_the_longest_deletion_that_fits_is_read():
    made, placements = place([(variant(1000, 30), GENE)], GENOME, REACH)
    assert alternate(made[0].sequence, placements[0], FLANK) == direct(placements[0].variant)


def test_unknown_sequence_is_refused_by_its_share():
    holed = MemoryGenome({"chr1": SEQUENCE[:1000] + "N" * 200 + SEQUENCE[1200:]})
    v = Variant("chr1", 950, SEQUENCE[949], "A" if SEQUENCE[949] != "A" else "C")
    assert windows.refusal(v, GENE, holed, REACH) is None
    strict = replace(REACH, max_unknown_fraction=0.1)
    refused = windows.refusal(v, GENE, holed, strict)
    assert refused.rule == "unknown_sequence"
    assert refused.detail == "31% of its window is unknown (N or beyond the contig), 10% at most"
    assert (round(refused.observed, 2), refused.threshold) == (0.31, "0.1")


def test_what_lies_outside_the_transcript_is_not_counted_as_unknown():
    strict = replace(REACH, max_unknown_fraction=0.0)
    assert windows.refusal(variant(301), GENE, GENOME, strict) is None


def shards(variants: list[Variant], count: int) -> list[int]:
    made, placements = place([(v, GENE) for v in variants], GENOME, REACH)
    return [w.shard for w in assign_shards(made, placements, REACH, count)]


@pytest.fixture
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "LONGEST_WINDOW", 300)


@pytest.mark.usefixtures("short_windows")
@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_shards_are_contiguous_runs_of_about_equal_work(count):
    found = shards(many(300), count)
    assert found == sorted(found)
    assert set(found) == set(range(1, count + 1))
    sizes = [found.count(n) for n in set(found)]
    assert max(sizes) < 2.5 * min(sizes)


@pytest.mark.usefixtures("short_windows")
def test_more_shards_than_windows_leaves_some_empty():
    found = shards([variant(400), variant(1000), variant(2100)], 10)
    assert len(found) == 3
    assert found == sorted(set(found))
    assert set(found) <= set(range(1, 11))


def test_no_windows_are_no_shards():
    assert assign_shards([], [], REACH, 4) == []


def test_a_variant_is_read_in_the_representative_of_each_gene_that_holds_it():
    long = replace(builders.transcript("ONE", [(0, 2000)]), transcript="ONE.long", representative=False)
    short = replace(builders.transcript("ONE", [(100, 900)]), transcript="ONE.short", representative=True)
    other = builders.transcript("TWO", [(0, 500)])

    def holding(v: Variant):
        return [t for t in (long, other, short) if t.start < v.end and v.start < t.end]

    assert choose_transcripts(variant(200), [], holding) == [short, other]
    assert choose_transcripts(variant(200), ["TWO"], holding) == [other]
    assert choose_transcripts(variant(1500), [], holding) == [long]
    assert choose_transcripts(variant(2500), [], holding) == []


def test_beside_the_representative_marked_transcripts_come_first_then_the_longest() -> None:
    """Of two that span the same the one with more exonic bases: that is LMNA's lamin A, not progerin, at c.1824C>T."""
    whole = replace(
        builders.transcript("ONE", [(0, 900), (1000, 2000)]), transcript="ONE.2", representative=False
    )
    spliced = replace(whole, exons=((0, 700), (1000, 2000)), transcript="ONE.3")
    clinical = replace(whole, exons=((0, 300), (1400, 1800)), transcript="ONE.1", tag="MANE_Plus_Clinical")
    assert choose_transcripts(variant(1500), [], lambda _: [whole, spliced]) == [whole]
    assert choose_transcripts(variant(1500), [], lambda _: [spliced, whole, clinical]) == [clinical]
