"""Alignment of two alleles and the delta scores, against the original's rules spelt out once more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from landfall.models.splice.delta_scores import (
    ACCEPTOR,
    DONOR,
    EVENTS,
    Probabilities,
    Sites,
    align,
    annotated_sites,
    delta_scores,
    largest,
    masked_delta_scores,
)
from landfall.testing import builders

DISTANCE = 12
ROWS = 2 * DISTANCE + 1


def random_rows(rows: int, seed: int) -> Probabilities:
    return np.random.default_rng(seed).random((rows, 3), dtype=np.float32)


def original(alt: Probabilities, cov: int, ref_len: int, alt_len: int) -> Probabilities:
    """spliceai/utils.py of version 1.3.1, get_delta_scores, for one sequence."""
    if ref_len > 1 and alt_len == 1:
        deleted = np.zeros((ref_len - alt_len, 3), dtype=np.float32)
        return np.concatenate([alt[: cov // 2 + alt_len], deleted, alt[cov // 2 + alt_len :]])
    if ref_len == 1 and alt_len > 1:
        folded = np.max(alt[cov // 2 : cov // 2 + alt_len], axis=0)[None]
        return np.concatenate([alt[: cov // 2], folded, alt[cov // 2 + alt_len :]])
    return alt


@pytest.mark.parametrize("length", range(1, DISTANCE + 1))
def test_alignment_is_the_originals_where_the_original_has_a_rule(length):
    for ref_length, alt_length in ((1, length), (length, 1)):
        alt = random_rows(ROWS + alt_length - ref_length, length)
        expected = original(alt, ROWS, ref_length, alt_length)
        np.testing.assert_array_equal(align(alt, DISTANCE, ref_length, alt_length), expected)


def test_what_is_inserted_behind_the_last_row_is_cut_off():
    alt = np.arange(24, dtype=np.float32).reshape(8, 3)
    np.testing.assert_array_equal(align(alt, 2, 5, 7), alt[:6])
    np.testing.assert_array_equal(align(alt, 2, 4, 6), np.vstack([alt[:5], alt[7:8]]))


@pytest.mark.parametrize("ref_length", range(1, 9))
@pytest.mark.parametrize("alt_length", range(1, 9))
def test_alignment_base_by_base_for_any_lengths(ref_length, alt_length):
    alt = random_rows(ROWS + alt_length - ref_length, 100 * ref_length + alt_length)
    aligned = align(alt, DISTANCE, ref_length, alt_length)
    assert aligned.shape == (ROWS, 3)
    assert aligned.dtype == np.float32
    shared = min(ref_length, alt_length)
    for row in range(ROWS):
        inside = row - DISTANCE
        if inside < shared - 1 or (inside == shared - 1 and alt_length <= ref_length):
            expected = alt[row]
        elif inside == shared - 1:
            expected = alt[row : DISTANCE + alt_length].max(axis=0)
        elif inside < ref_length:
            expected = np.zeros(3)
        else:
            expected = alt[row + alt_length - ref_length]
        np.testing.assert_array_equal(aligned[row], expected, err_msg=f"row {row}")


def test_delta_scores_are_the_largest_change_at_its_first_row():
    ref, alt = np.zeros((2, 9, 3), dtype=np.float32)
    alt[[2, 5], ACCEPTOR] = 0.5
    ref[7, ACCEPTOR] = 0.25
    ref[0, DONOR], alt[0, DONOR] = 0.75, 0.5
    alt[8, DONOR] = 0.125
    assert delta_scores(ref, alt, origin=4) == {
        "ds_ag": 0.5, "dp_ag": -2.0, "ds_al": 0.25, "dp_al": 3.0,
        "ds_dg": 0.125, "dp_dg": 4.0, "ds_dl": 0.25, "dp_dl": -4.0,
    }  # fmt: skip


def test_equal_alleles_give_exactly_zero():
    ref = random_rows(ROWS, 1)
    assert set(delta_scores(ref, ref.copy(), 0).values()) == {0.0}
    masked = masked_delta_scores(ref, ref.copy(), DISTANCE, 0, Sites({3}, {5}))
    assert set(masked.values()) == {0.0}


def masked(ref: Probabilities, alt: Probabilities, sites: Sites) -> dict[str, float]:
    return masked_delta_scores(ref, alt, origin=DISTANCE, start=1000, sites=sites)


def test_the_mask_is_laid_before_the_largest_change_is_sought():
    """Issues 27 and 152 of the original: a masked maximum hid the next one."""
    ref, alt = np.zeros((2, ROWS, 3), dtype=np.float32)
    alt[5, ACCEPTOR], alt[9, ACCEPTOR] = 0.9, 0.5
    ref[3, DONOR], ref[8, DONOR] = 0.8, 0.25
    found = masked(ref, alt, Sites(acceptors={1005}, donors={1008}))
    assert (found["masked_ds_ag"], found["masked_dp_ag"]) == (0.5, 9 - DISTANCE)
    assert (found["masked_ds_dl"], found["masked_dp_dl"]) == (0.25, 8 - DISTANCE)


def test_the_mask_is_of_the_right_type():
    """An acceptor does not mask a donor: the original takes any exon boundary."""
    ref, alt = np.zeros((2, ROWS, 3), dtype=np.float32)
    alt[5, DONOR] = 0.5
    ref[7, DONOR] = 0.25
    crossed = masked(ref, alt, Sites(acceptors={1005, 1007}, donors=set()))
    assert (crossed["masked_ds_dg"], crossed["masked_ds_dl"]) == (0.5, 0.0)
    right = masked(ref, alt, Sites(acceptors=set(), donors={1005, 1007}))
    assert (right["masked_ds_dg"], right["masked_ds_dl"]) == (0.0, 0.25)


def test_without_any_change_allowed_the_position_is_that_of_the_variant():
    ref, alt = np.zeros((2, ROWS, 3), dtype=np.float32)
    ref[5, ACCEPTOR] = 0.5
    found = masked(ref, alt, Sites(acceptors={999, 1000 + ROWS}))
    assert (found["masked_ds_al"], found["masked_dp_al"]) == (0.0, 0.0)


def test_masked_scores_are_those_of_every_row_tried():
    ref, alt = random_rows(ROWS, 2), random_rows(ROWS, 3)
    sites = Sites({1002, 1010, 1017}, {1004, 1011})
    found = masked(ref, alt, sites)
    for suffix, column, sign in EVENTS:
        allowed = [n for n in range(ROWS) if (1000 + n in sites.of(column)) == (sign < 0)]
        changes = {n: sign * (alt[n, column] - ref[n, column]) for n in allowed}
        best = max(changes, key=changes.__getitem__)
        assert found[f"masked_ds_{suffix}"] == max(changes[best], 0)
        assert found[f"masked_dp_{suffix}"] == (best - DISTANCE if changes[best] > 0 else 0)


@pytest.mark.parametrize(
    ("strand", "donors", "acceptors"), [("+", {199, 499}, {400, 800}), ("-", {400, 800}, {199, 499})]
)
def test_annotated_sites_are_the_exon_bases_of_every_intron(strand, donors, acceptors):
    transcript = builders.transcript(strand=strand)
    assert annotated_sites([transcript]) == Sites(frozenset(acceptors), frozenset(donors))
    single = replace(transcript, exons=((100, 900),))
    assert annotated_sites([transcript, single]) == annotated_sites([transcript])


def test_the_largest_of_four():
    scores = {f"{p}ds_{s}": v for p, four in (("", (1, 4, 2, 3)), ("masked_", (0, 0, 2, 1)))
              for s, v in zip(("ag", "al", "dg", "dl"), four, strict=True)}  # fmt: skip
    assert (largest(scores), largest(scores, "masked_ds_")) == (4, 2)
