"""Scores of tracks: haplotypes of a window, tracks back in the reference's bins, strands, shifts, formulas."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from landfall.models.registry import splice_model
from landfall.models.tracks.base import Layout, Squash, Tracks, TrackTarget, Window
from landfall.models.tracks.effect_scores import (
    SCORES,
    WindowEdit,
    align,
    alternate,
    exon_bins,
    gene_log_ratio,
    joined,
    local_log_ratio,
    log_ratio,
    predict,
    shifted,
    tss_bins,
    unsquashed,
)

LAYOUT = Layout(length=64, variant=31, first=8, bin=8, bins=6)


def target(number: int, partner: int = -1, squash: Squash | None = None) -> TrackTarget:
    return TrackTarget(
        number, f"t{number}", "CAGE", "muscle", "", "CAGE:muscle", partner=partner, squash=squash
    )


class Toy:
    """Three tracks of a window: G in a bin weighed by its place there; tracks 0 and 1 are the strands of one assay."""

    info = splice_model("spliceai").info
    layout = LAYOUT
    targets = (target(0, 1), target(1, 0), target(2))

    def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
        ref, *alts = [self._one(window) for window in (reference, *alternates)]
        return ref, alts

    def _one(self, window: Window) -> Tracks:
        inner = window[8:56].reshape(6, 8, 4)
        ramp = np.arange(1, 9, dtype=np.float32)
        plus, minus = inner[:, :, 2] @ ramp, inner[:, :, 1] @ ramp[::-1]
        return np.stack([plus, minus * np.float32(0.5), plus * plus], axis=1).astype(np.float32)


def sequence(seed: int, length: int = 80) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def test_a_deletion_is_filled_from_the_right_and_an_insertion_pushes_out():
    bases = sequence(1)
    assert alternate(bases, 64, WindowEdit(10, 13, "")) == bases[:10] + bases[13:67]
    assert alternate(bases, 64, WindowEdit(10, 10, "GG")) == bases[:10] + "GG" + bases[10:62]
    assert alternate(bases, 64, WindowEdit(10, 12, "TTT")) == bases[:10] + "TTT" + bases[12:63]
    with pytest.raises(ValueError, match="3 more bases"):
        alternate(bases[:64], 64, WindowEdit(10, 13, ""))


def tracks(*values: float) -> Tracks:
    return np.array(values, dtype=np.float32)[:, None]


REFERENCE = tracks(1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    ("change", "found", "expected"),
    [
        (WindowEdit(24, 25, "A"), (1, 2, 9, 4, 5, 6), (1, 2, 9, 4, 5, 6)),  # no base moves
        (WindowEdit(24, 27, ""), (1, 2, 9, 4, 5, 6), (1, 2, 9, 4, 5, 6)),  # less than half a bin
        (WindowEdit(24, 32, ""), (1, 2, 4, 5, 6, 7), (1, 2, 0, 4, 5, 6)),  # bin 2 is deleted
        (WindowEdit(29, 37, ""), (1, 2, 3.5, 5, 6, 7), (1, 2, 3.5, 0, 5, 6)),  # most of it in bin 3
        (
            WindowEdit(0, 8, ""),
            (2, 3, 4, 5, 6, 7),
            (1, 2, 3, 4, 5, 6),
        ),  # left of the output: bin 0 is out of sight
        (
            WindowEdit(0, 0, "A" * 8),
            (0, 1, 2, 3, 4, 5),
            (1, 2, 3, 4, 5, 6),
        ),  # bin 5 is out of sight: unchanged
        (
            WindowEdit(26, 26, "A" * 16),
            (1, 2, 3, 7, 8, 4),
            (1, 2, 18, 4, 5, 6),
        ),  # what is inserted counts in bin 2
        (WindowEdit(60, 60, "A" * 16), (1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6)),  # right of the output
        (WindowEdit(50, 50, "A" * 16), (1, 2, 3, 4, 5, 7), (1, 2, 3, 4, 5, 7)),  # in the last bin
    ],
)
def test_tracks_right_of_an_indel_come_back_to_the_bins_of_the_reference(change, found, expected):
    assert align(REFERENCE, tracks(*found), LAYOUT, change).ravel().tolist() == list(expected)


def test_a_network_without_positions_needs_no_alignment():
    whole = Layout(length=64, variant=31, first=0, bin=64, bins=1)
    assert align(tracks(1), tracks(2), whole, WindowEdit(3, 60, "")).tolist() == [[2.0]]


def test_a_shifted_window_is_padded_with_zeros():
    window = LAYOUT.encode(sequence(2, 64))
    right, left = shifted(window, 2), shifted(window, -3)
    assert not right[:2].any()
    assert (right[2:] == window[:-2]).all()
    assert not left[-3:].any()
    assert (left[:-3] == window[3:]).all()
    assert (shifted(window, 0) == window).all()


@pytest.mark.parametrize("shifts", [(0,), (-1, 0, 1)])
def test_a_mirrored_window_gives_mirrored_tracks_when_strands_are_averaged(shifts):
    ref, alt = LAYOUT.encode(sequence(3, 64)), LAYOUT.encode(sequence(4, 64))
    forward = predict(Toy(), ref, [alt], shifts=shifts)
    mirrored = predict(Toy(), LAYOUT.mirrored(ref), [LAYOUT.mirrored(alt)], shifts=shifts)
    for one, other in ((forward[0], mirrored[0]), (forward[1][0], mirrored[1][0])):
        np.testing.assert_allclose(one, other[::-1, [1, 0, 2]], rtol=1e-6)
    alone = predict(Toy(), ref, [alt], both_strands=False)
    assert not np.allclose(
        alone[0], predict(Toy(), LAYOUT.mirrored(ref), [], both_strands=False)[0][::-1, [1, 0, 2]]
    )


def test_a_reference_against_itself_is_exactly_nothing():
    ref = LAYOUT.encode(sequence(5, 64))
    tracks_of_ref, (itself,) = predict(Toy(), ref, [ref.copy()], shifts=(-1, 0, 1))
    for score in SCORES.values():
        assert not score(tracks_of_ref, itself).any()
    assert not local_log_ratio(tracks_of_ref, itself, LAYOUT, 31).any()


def test_the_mean_over_shifts_is_that_of_single_shifts():
    ref = LAYOUT.encode(sequence(6, 64))
    single = [predict(Toy(), ref, [], shifts=(shift,))[0] for shift in (-1, 0, 1)]
    np.testing.assert_allclose(
        predict(Toy(), ref, [], shifts=(-1, 0, 1))[0], np.mean(single, axis=0), rtol=1e-6
    )


def test_squashed_tracks_are_averaged_before_that_is_undone():
    class Squashed(Toy):
        targets = tuple(replace(target, squash=Squash(10, 2, 1)) for target in Toy.targets)

    ref = LAYOUT.encode(sequence(6, 64))
    raw = predict(Toy(), ref, [], shifts=(-1, 0, 1))[0]
    found = predict(Squashed(), ref, [], shifts=(-1, 0, 1))[0]
    np.testing.assert_allclose(found, unsquashed(raw, Squashed.targets), rtol=1e-5)


def test_squashed_tracks_are_undone_as_they_were_made():
    data = np.geomspace(0.01, 5000, 50)

    def now(x):  # baskerville: square root of x + 1, then soft clip
        root = np.sqrt(x + 1) - 1
        return np.where(root > 10, 10 - 1 + np.sqrt(np.maximum(root - 10, 0) + 1), root)

    def then(x):  # Borzoi's publication: power 3/4, soft clip, scale
        root = x**0.75
        return 0.3 * np.where(root > 10, 10 + np.sqrt(np.maximum(root - 10, 0)), root)

    squashed = np.stack([now(data), then(data), data], axis=1).astype(np.float32)
    targets = (target(0, squash=Squash(10, 2, 1)), target(1, squash=Squash(10, 4 / 3, 0, 0.3)), target(2))
    plain = unsquashed(squashed, targets)
    np.testing.assert_allclose(plain[:, 0], data, rtol=1e-4)
    np.testing.assert_allclose(plain[:, 1], 0.3 * data, rtol=1e-4)
    assert (plain[:, 2] == squashed[:, 2]).all()


def test_the_strands_of_an_assay_are_joined():
    assert joined("sad", np.array([1.0, 2.0, 4.0]), Toy.targets).tolist() == [3, 4]
    assert joined("logd2", np.array([3.0, 4.0, 7.0]), Toy.targets).tolist() == [5, 7]


def test_the_formulas_by_hand():
    ref, alt = tracks(1, 3, 0), tracks(3, 0, 0)
    found = {name: score(ref, alt).item() for name, score in SCORES.items()}
    expected = {
        "sad": -1,
        "mean_sad": -1 / 3,
        "logsad": 1 - 2,
        "sar": np.log2(4 / 5),
        "sqrtsad": 3**0.5 - 1 - 3**0.5,
        "d2": 13**0.5,
        "logd2": 5**0.5,
    }
    assert found == pytest.approx(expected)


def test_the_local_ratio_takes_the_bins_that_its_bases_touch():
    ref, alt = tracks(*[1] * 6), tracks(*[3] * 6)
    assert local_log_ratio(ref, alt, LAYOUT, 28, width=9) == pytest.approx(
        log_ratio(np.array([2.0]), np.array([6.0]))
    )
    assert local_log_ratio(ref, alt, LAYOUT, 28) == pytest.approx(
        log_ratio(np.array([6.0]), np.array([18.0]))
    )
    with pytest.raises(ValueError, match="no bin"):
        local_log_ratio(ref, alt, LAYOUT, 1, width=3)


def test_a_gene_is_read_at_its_start_or_over_its_exons():
    assert tss_bins(LAYOUT, 8) == [0, 1]
    assert tss_bins(LAYOUT, 30) == [1, 2, 3]
    first, end = LAYOUT.first, LAYOUT.first + LAYOUT.bin * LAYOUT.bins
    assert tss_bins(LAYOUT, first - 1) == tss_bins(LAYOUT, end) == [], "its own bin must be there"
    assert tss_bins(LAYOUT, end - 1) == [LAYOUT.bins - 2, LAYOUT.bins - 1]
    assert exon_bins(LAYOUT, [(0, 9), (30, 32), (31, 33), (50, 64)]) == [0, 2, 3, 5]
    assert gene_log_ratio(REFERENCE, REFERENCE * 2, [1, 2]) == pytest.approx(np.log2(11 / 6))
    with pytest.raises(ValueError, match="no bin"):
        gene_log_ratio(REFERENCE, REFERENCE, [])


def test_the_centre_of_enformer_is_read_at_the_bins_of_its_notebook():
    enformer = Layout(length=196_608, variant=98_304, first=40_960, bin=128, bins=896)
    assert tss_bins(enformer, enformer.variant) == [447, 448, 449]


@pytest.mark.shared_data
def test_published_log_ratios_of_enformer_at_sort1(shared_data: Path):
    with (shared_data / "models/enformer/SORT1_rs12740374_tfhub.tsv").open() as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    assert len(rows) == 84
    for row in rows:
        values = (np.array([float(row[name])]) for name in ("ref_value", "alt_value"))
        assert log_ratio(*values) == pytest.approx(float(row["raw_score"]), abs=1e-6), row["assay_id"]
