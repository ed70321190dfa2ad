"""What no model of the catalogue may depend on: company in a batch, strand, place, threads; and the exact 0.

Each runs at a small size with seeded weights, or as it is where nothing smaller was made: a new model is tried by being
listed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import pytest
import torch

from landfall.genome.sequence import reverse_complement
from landfall.models import registry
from landfall.models.base import ExonModel
from landfall.models.catalogue import SPLICE_MODELS, TRACK_MODELS
from landfall.models.inference.edits import Edit, Outputs, read_whole
from landfall.models.inference.memo import LruMemo
from landfall.models.splice import ensemble
from landfall.models.tracks.base import TrackModel, Window, read_many
from landfall.models.tracks.borzoi import model as borzoi_model
from landfall.models.tracks.effect_scores import WindowEdit, align, partners, predict, sad
from landfall.regulation import network as regulation_network
from landfall.splicing import scoring
from landfall.testing import builders
from landfall.testing.toy_networks import SMALL, alleles, close, sequence, substituted, windows
from tests.unit.models import splice_toys

T = TypeVar("T")
DISTANCE = 30
"""Bases judged on either side of an edit."""
Pairs = list[tuple[Outputs, Outputs]]


def by_threads(compute: Callable[[], T]) -> list[T]:
    """The same computed on one thread and on two."""
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(compute())
    finally:
        torch.set_num_threads(before)
    return found


# Networks of splicing base by base: of splice sites, and of tissues


@pytest.fixture(scope="module", params=[spec.name for spec in SPLICE_MODELS if spec.kind != "exons"])
def sites(request: pytest.FixtureRequest) -> Any:
    return splice_toys.loaded(registry.splice_model(str(request.param)))


def bases(model: Any) -> str:
    """A sequence with room for edits, some of it unknown."""
    known = sequence(2 * (model.context + DISTANCE) + 24, 4)
    return known[:50] + "N" * 9 + known[59:]


def edits(model: Any, text: str, moved: int = 0) -> list[Edit]:
    """A substitution, an insertion, a deletion and a change of both alleles' lengths, side by side."""
    at = model.context + DISTANCE
    changes = (
        (at, 1, substituted(text, at)[at]),
        (at + 3, 0, "GATTACA"),
        (at + 7, 5, ""),
        (at + 14, 2, "TTT"),
        (at + 20, 1, substituted(text, at + 20)[at + 20]),
    )
    return [
        Edit(start + moved, start + moved + size, alt, start + moved - DISTANCE, start + moved + DISTANCE + 1)
        for start, size, alt in changes
    ]


def same(found: Pairs, expected: Pairs, atol: float = 2e-6) -> None:
    for pair, other in zip(found, expected, strict=True):
        for one, two in zip(pair, other, strict=True):
            np.testing.assert_allclose(one, two, rtol=0, atol=atol)


def test_probabilities_of_both_alleles_have_the_length_asked_for_and_sum_to_1(sites: Any) -> None:
    text = bases(sites)
    tissues = registry.splice_model(sites.info.name).kind == "tissues"
    columns = len(sites.stacks) if tissues else 3
    for edit, (ref, alt) in zip(edits(sites, text), sites.read(text, edits(sites, text), 4), strict=True):
        assert ref.shape == (edit.last - edit.first, columns)
        assert alt.shape == (edit.last - edit.first + edit.shift, columns)
        for found in (ref, alt):
            assert found.dtype == np.float32
            assert ((found >= 0) & (found <= 1)).all()
            if not tissues:
                np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
        if not edit.shift:
            assert np.abs(alt - ref).max() > 1e-5, "a change of a base is seen"


def test_incremental_inference_gives_what_whole_passes_give(sites: Any) -> None:
    text = bases(sites)
    whole = read_whole(sites.predict, sites.context, text, edits(sites, text), 1)
    same(sites.read(text, edits(sites, text), 4), whole, atol=2e-5)


def test_an_edit_does_not_depend_on_its_company(sites: Any) -> None:
    text = bases(sites)
    together = sites.read(text, edits(sites, text), 4)
    same([sites.read(text, [edit], 1)[0] for edit in edits(sites, text)], together)


def test_an_allele_that_is_the_reference_changes_exactly_nothing(sites: Any) -> None:
    text = bases(sites)
    unchanged = (replace(edit, alt=text[edit.start : edit.end]) for edit in edits(sites, text))
    nothing = [edit.trimmed(text) for edit in unchanged]
    for ref, alt in sites.read(text, nothing, 4):
        assert np.array_equal(ref, alt)


def test_a_mirrored_locus_gives_the_mirrored_probabilities(sites: Any) -> None:
    text = bases(sites)
    ahead = scoring.read_along(sites, text, "+", edits(sites, text), 4)
    mirrored = [edit.mirrored(len(text)) for edit in edits(sites, text)]
    back = scoring.read_along(sites, reverse_complement(text), "-", mirrored, 4)
    same([(ref[::-1], alt[::-1]) for ref, alt in back], ahead)


def test_the_place_in_the_sequence_does_not_matter(sites: Any) -> None:
    text = bases(sites)
    moved = sites.read(sequence(7, 5) + text, edits(sites, text, moved=7)[:2], 4)
    same(moved, sites.read(text, edits(sites, text)[:2], 4))


def test_threads_change_no_probability_but_by_rounding(sites: Any) -> None:
    text = bases(sites)
    one, two = by_threads(lambda: sites.read(text, edits(sites, text)[:2], 4))
    same(one, two)


def test_an_ensemble_is_the_mean_of_its_networks(sites: Any) -> None:
    if registry.splice_model(sites.info.name).kind == "tissues":
        pytest.skip("its networks stand side by side")
    text = bases(sites)
    chosen = edits(sites, text)[:2]
    each = ensemble.EachNetwork(sites).read(text, chosen, 4)
    means = [
        tuple(np.stack(np.split(found, found.shape[1] // 3, axis=1)).mean(axis=0) for found in pair)
        for pair in each
    ]
    same([(ref, alt) for ref, alt in means], sites.read(text, chosen, 4))


# Models of exons


@pytest.fixture(scope="module", params=[spec.name for spec in SPLICE_MODELS if spec.kind == "exons"])
def exons(request: pytest.FixtureRequest) -> ExonModel:
    model: ExonModel = splice_toys.loaded(registry.splice_model(str(request.param)))
    return model


EXONS = [(100, 200), (900, 1010), (1700, 1800)]
LOCUS = builders.bases(2000, seed=9)


def of_exons(model: ExonModel, text: str, edit: Edit, strand: str = "+") -> list[dict[str, float]]:
    places = EXONS if strand == "+" else [(2000 - end, 2000 - start) for start, end in reversed(EXONS)]
    gene = builders.transcript("P", places, strand)
    return [effect.tracks() for effect in model.effects(gene, text, 0, edit)]


def test_a_mirrored_locus_gives_the_same_numbers(exons: ExonModel) -> None:
    edit = Edit(1012, 1013, substituted(LOCUS, 1012)[1012], 0, 0)
    (one,) = of_exons(exons, LOCUS, edit)
    (other,) = of_exons(exons, reverse_complement(LOCUS), edit.mirrored(2000), "-")
    assert one == pytest.approx(other, abs=1e-5)
    names = {column.name for column in registry.splice_model(exons.info.name).output_columns}
    assert names <= {f"{exons.info.name}_{track}" for track in one}


def test_an_allele_that_is_the_reference_changes_no_exon(exons: ExonModel) -> None:
    (nothing,) = exons.effects(builders.transcript("P", EXONS), LOCUS, 0, Edit(1012, 1013, LOCUS[1012], 0, 0))
    assert abs(nothing.delta_logit_psi) < 1e-3


def test_threads_change_no_exon_but_by_rounding(exons: ExonModel) -> None:
    edit = Edit(1012, 1013, substituted(LOCUS, 1012)[1012], 0, 0)
    (one,), (two,) = by_threads(lambda: of_exons(exons, LOCUS, edit))
    assert one == pytest.approx(two, abs=1e-5)


# Regulatory track models

SHIFTS = (-1, 0, 1)
WITH_TOY = [
    spec.name if spec.name in SMALL else pytest.param(spec.name, marks=pytest.mark.shared_data)
    for spec in TRACK_MODELS
]
"""A model without a toy is tried with weights of the shared data."""


@pytest.fixture(scope="module", params=WITH_TOY)
def tracks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TrackModel:
    name = str(request.param)
    if name in SMALL:
        return SMALL[name](tmp_path_factory.mktemp(name), "cpu")
    assert name == "borzoi", f"{name} has no toy: add one to tests/unit/track_toys.py"
    return borzoi_model.load(request.getfixturevalue("shared_data") / "models" / "borzoi_tiny")


def test_a_model_reads_what_its_declaration_says(tracks: TrackModel) -> None:
    """But for the size of the window, which is that of the toy."""
    spec = registry.track_model(tracks.info.name)
    assert tracks.info == spec.info
    assert (tracks.layout.order, tracks.layout.unknown) == (spec.layout.order, spec.layout.unknown)
    assert (tracks.layout.bins == 1) == spec.whole_window
    assert tracks.layout.variant - tracks.layout.length // 2 == spec.layout.variant - spec.context
    assert hasattr(tracks, "classes") == spec.has_classes
    found, _ = tracks.read(windows(tracks.layout, sequence(tracks.layout.length, 3))[0], [])
    assert found.shape[0] == tracks.layout.bins
    known = regulation_network.Known("0" * 64, spec.layout, found.shape[1])
    assert regulation_network.write(known)


def test_an_alternate_does_not_depend_on_its_company(tracks: TrackModel) -> None:
    reference, *alternates = windows(tracks.layout, *alleles(tracks.layout))
    found_ref, together = tracks.read(reference, alternates)
    for alternate, found in zip(alternates, together, strict=True):
        alone, (one,) = tracks.read(reference, [alternate])
        close(one, found)
        close(alone, found_ref)
        assert np.abs(found - found_ref).max() > 0, "a change of a base is seen"


def test_an_alternate_is_what_a_pass_over_its_window_gives(tracks: TrackModel) -> None:
    reference, *alternates = windows(tracks.layout, *alleles(tracks.layout))
    _, found = tracks.read(reference, alternates)
    for alternate, one in zip(alternates, found, strict=True):
        close(tracks.read(alternate, [])[0], one)


def test_a_site_does_not_depend_on_the_others(tracks: TrackModel) -> None:
    reference, *alternates = windows(tracks.layout, *alleles(tracks.layout))
    other = windows(tracks.layout, sequence(tracks.layout.length, 12))[0]
    places = [(reference, alternates[:1]), (other, []), (reference, alternates[1:])]
    for site, (found_ref, found) in zip(places, read_many(tracks, places), strict=True):
        expected, each = tracks.read(*site)
        close(found_ref, expected)
        for one, two in zip(found, each, strict=True):
            close(one, two)


def test_a_reference_against_itself_is_exactly_0(tracks: TrackModel) -> None:
    layout = tracks.layout
    reference, changed = windows(layout, *alleles(layout)[:2])
    found, (same_again, _) = predict(tracks, reference, [reference.copy(), changed], True, SHIFTS)
    aligned = align(found, same_again, layout, WindowEdit(layout.variant, layout.variant + 1, "A"))
    assert not sad(found, aligned).any()


def test_a_mirrored_locus_gives_the_mirrored_tracks(tracks: TrackModel) -> None:
    """By both strands; a network trained on one strand alone reads the other through them."""
    ahead = windows(tracks.layout, *alleles(tracks.layout)[:2])
    reference, (alternate,) = predict(tracks, ahead[0], ahead[1:])
    mirrored: list[Window] = [tracks.layout.mirrored(window) for window in ahead]
    back, (turned,) = predict(tracks, mirrored[0], mirrored[1:])
    order = partners(tracks.targets, reference.shape[1])
    close(back[::-1, order], reference)
    close(turned[::-1, order], alternate)


def test_neither_order_nor_company_of_shifts_matters(tracks: TrackModel) -> None:
    site = windows(tracks.layout, *alleles(tracks.layout)[:2])
    reference, (alternate,) = predict(tracks, site[0], site[1:], False, SHIFTS)
    turned, (other,) = predict(tracks, site[0], site[1:], False, SHIFTS[::-1])
    close(turned, reference)
    close(other, alternate)
    if any(target.squash for target in tracks.targets):
        return  # the mean is un-squashed, not what it is the mean of
    singles = [predict(tracks, site[0], site[1:], False, (shift,)) for shift in SHIFTS]
    close(np.mean([single[0] for single in singles], axis=0), reference)
    close(np.mean([single[1][0] for single in singles], axis=0), alternate)


def test_threads_change_no_track_but_by_rounding(tracks: TrackModel, monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(tracks, "_kept"):
        monkeypatch.setattr(tracks, "_kept", LruMemo[Any](0))
    reference, changed = windows(tracks.layout, *alleles(tracks.layout)[:2])
    one, two = by_threads(lambda: tracks.read(reference, [changed]))
    close(one[0], two[0])
    close(one[1][0], two[1][0])
