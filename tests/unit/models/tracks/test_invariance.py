"""What no network of tracks may depend on: company in a batch, strand, order of shifts, threads; and the exact 0.

Each network at a small size with seeded weights, Borzoi as the small one that was really trained.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from track_toys import SMALL, alleles, close, sequence, windows

from landfall.models.inference.memo import LruMemo
from landfall.models.tracks.base import TrackModel, Window, read_many
from landfall.models.tracks.borzoi import model as borzoi_model
from landfall.models.tracks.effect_scores import WindowEdit, align, partners, predict, sad

SHIFTS = (-1, 0, 1)


@pytest.fixture(scope="module", params=[*SMALL, pytest.param("borzoi", marks=pytest.mark.shared)])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TrackModel:
    name = str(request.param)
    if name == "borzoi":
        return borzoi_model.load(request.getfixturevalue("shared_data") / "models" / "borzoi_tiny")
    return SMALL[name](tmp_path_factory.mktemp(name), "cpu")


def test_an_alternate_does_not_depend_on_its_company(model: TrackModel) -> None:
    reference, *alternates = windows(model.layout, *alleles(model.layout))
    tracks, together = model.read(reference, alternates)
    for alternate, found in zip(alternates, together, strict=True):
        alone, (one,) = model.read(reference, [alternate])
        close(one, found)
        close(alone, tracks)
        assert np.abs(found - tracks).max() > 0, "a change of a base is seen"


def test_a_site_does_not_depend_on_the_others(model: TrackModel) -> None:
    reference, *alternates = windows(model.layout, *alleles(model.layout))
    other = windows(model.layout, sequence(model.layout.length, 12))[0]
    sites = [(reference, alternates[:1]), (other, []), (reference, alternates[1:])]
    for site, (tracks, found) in zip(sites, read_many(model, sites), strict=True):
        expected, each = model.read(*site)
        close(tracks, expected)
        for one, two in zip(found, each, strict=True):
            close(one, two)


def test_a_reference_against_itself_is_exactly_0(model: TrackModel) -> None:
    reference, changed = windows(model.layout, *alleles(model.layout)[:2])
    tracks, (same, _) = predict(model, reference, [reference.copy(), changed], True, SHIFTS)
    aligned = align(
        tracks, same, model.layout, WindowEdit(model.layout.variant, model.layout.variant + 1, "A")
    )
    assert not sad(tracks, aligned).any()


def test_a_mirrored_locus_gives_the_mirrored_tracks(model: TrackModel) -> None:
    """By both strands; a network trained on one strand alone reads the other through them."""
    ahead = windows(model.layout, *alleles(model.layout)[:2])
    reference, (alternate,) = predict(model, ahead[0], ahead[1:])
    mirrored: list[Window] = [model.layout.mirrored(window) for window in ahead]
    back, (turned,) = predict(model, mirrored[0], mirrored[1:])
    order = partners(model.targets, reference.shape[1])
    close(back[::-1, order], reference)
    close(turned[::-1, order], alternate)


def test_neither_order_nor_company_of_shifts_matters(model: TrackModel) -> None:
    site = windows(model.layout, *alleles(model.layout)[:2])
    reference, (alternate,) = predict(model, site[0], site[1:], False, SHIFTS)
    turned, (other,) = predict(model, site[0], site[1:], False, SHIFTS[::-1])
    close(turned, reference)
    close(other, alternate)
    if not any(
        target.squash for target in model.targets
    ):  # un-squashed is the mean, not what it is the mean of
        singles = [predict(model, site[0], site[1:], False, (shift,)) for shift in SHIFTS]
        close(np.mean([single[0] for single in singles], axis=0), reference)
        close(np.mean([single[1][0] for single in singles], axis=0), alternate)


def test_threads_change_nothing_but_rounding(model: TrackModel, monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(model, "_kept"):
        monkeypatch.setattr(model, "_kept", LruMemo[Any](0))
    reference, changed = windows(model.layout, *alleles(model.layout)[:2])
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(model.read(reference, [changed]))
    finally:
        torch.set_num_threads(before)
    close(found[0][0], found[1][0])
    close(found[0][1][0], found[1][1][0])
