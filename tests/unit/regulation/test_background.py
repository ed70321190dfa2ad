"""The random changes that a variant's changes are held against."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from landfall.io import parquet
from landfall.regulation import background
from landfall.regulation.background import EVERY, LONGEST, Background
from landfall.regulation.tables import TRACKS
from landfall.regulation.windows import Rules, TrackPlacement
from landfall.testing import toy_tracks as toy

RULES = Rules(toy.LAYOUT, "variant", 0.1, 5)


def test_changes_are_as_many_as_asked_known_near_genes_and_the_same_with_the_seed(tmp_path: Path) -> None:
    genome, transcripts = toy.genome(tmp_path), [toy.transcript(), toy.transcript("H", 3_000, "-")]

    def draw(seed: int, flank: int = 300) -> list[TrackPlacement]:
        return background.draw(transcripts, genome, RULES, count=40, flank=flank, seed=seed, shards=2)

    drawn = draw(3)
    assert [p.variant for p in drawn] == [p.variant for p in draw(3)]
    assert [p.variant for p in drawn] != [p.variant for p in draw(4)]
    assert all(
        p.transcript and p.transcript.start <= p.variant.start < p.transcript.end for p in draw(3, flank=0)
    )
    assert len(drawn) == 40
    for placement in drawn:
        variant, gene = placement.variant, placement.transcript
        assert gene is not None
        assert placement.start is not None
        assert genome.fetch("c1", variant.start, variant.end) == variant.ref != variant.alt
        assert gene.start - 300 <= variant.start < gene.end + 300
        assert abs(len(variant.ref) - len(variant.alt)) <= LONGEST
    longer = [p for p in drawn if len(p.variant.ref) != len(p.variant.alt)]
    assert len(longer) == 40 // EVERY


def test_a_reference_without_a_readable_place_gives_none(tmp_path: Path) -> None:
    genome = toy.genome(tmp_path)
    rules = Rules(toy.LAYOUT, "variant", -0.1, 5)
    for transcripts in ([toy.transcript()], []):
        assert background.draw(transcripts, genome, rules, count=2, flank=300, seed=1, shards=1) == []


def test_z_and_percentile_by_track() -> None:
    held = Background(np.array([[-1.0, 0.0], [1.0, 0.0], [3.0, 0.0]]))
    assert held.z(np.array([5.0, 7.0])) == pytest.approx([2.0, 0.0])
    assert held.percentile(np.array([-2.0, 0.0])) == pytest.approx([2 / 3, 0.5])
    assert held.percentile(np.array([1.0, 1.0])) == pytest.approx([1 / 3, 1.0])


def test_the_largest_of_many_tracks_is_held_against_the_largest_of_each_change() -> None:
    """One track in 500 is large by chance, so a z that is rare for one track is common for the largest."""
    chance = np.random.default_rng(1)
    held = Background(chance.normal(size=(300, 500)))
    assert held.percentile_of_largest(2.5) < 0.2
    assert held.percentile_of_largest(9.0) == 1.0


def test_each_change_is_held_against_the_others() -> None:
    sad = np.random.default_rng(2).standard_t(2, size=(12, 5))
    sad[:, 3], sad[:, 4] = 0.0, [7.0] + [1.0] * 11  # nothing changes it; all the others are the same
    alone = [Background(np.delete(sad, n, axis=0)).z(row) for n, row in enumerate(sad)]
    expected = [max(np.abs(z[:3])) if n == 0 else max(np.abs(z)) for n, z in enumerate(alone)]
    assert Background(sad)._largest == pytest.approx(expected)


def test_a_change_like_the_background_is_as_often_beyond_it_as_the_percentile_says() -> None:
    """One in 51 is the largest of 51; one held against a spread that each change is part of would win more often."""
    chance, beyond, tried = np.random.default_rng(3), 0, 600
    for _ in range(tried):
        sad = chance.standard_t(3, size=(51, 200))
        held = Background(sad[:-1])
        beyond += held.percentile_of_largest(float(np.abs(held.z(sad[-1])).max())) == 1.0
    assert beyond / tried < 2 / 51


def test_insertions_and_deletions_are_held_against_their_like() -> None:
    def row(ref: str, alt: str, sad: float) -> dict[str, object]:
        named = {"chrom": "c1", "pos": 1, "ref": ref, "alt": alt, "gene": "G", "transcript": "t"}
        return {**named, "sad": [sad], "status": "scored", "reason": "", "detail": ""}

    rows = [row("A", base, sad) for base, sad in (("C", 1), ("G", 2), ("T", 3))]
    rows += [row("A", "AC", 10), row("AC", "A", 20), row("AG", "A", 30)]
    refused = {**row("C", "T", 0), "sad": None, "status": "not_scored"}
    held = background.from_tracks(parquet.from_rows(TRACKS, [*rows, refused]))
    assert held[False].sad.ravel().tolist() == [1, 2, 3]
    assert held[True].sad.ravel().tolist() == [10, 20, 30]
    with pytest.raises(ValueError, match="three changes"):
        background.from_tracks(parquet.from_rows(TRACKS, rows[:5]))


def test_lists_of_a_column_in_chunks_are_stacked_in_order() -> None:
    column = pa.chunked_array([[[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]])
    assert background.stacked(column).tolist() == [[1, 2], [3, 4], [5, 6]]
