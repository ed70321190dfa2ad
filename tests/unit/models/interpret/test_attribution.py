"""Gradient times input: a toy with a known gradient, and Enformer's memory held down at no cost to the numbers."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from landfall.models.interpret.attribution import by_bin, candidate_enhancers, contributions
from landfall.testing.toy_enformer import LENGTH, load_toy, random_window, write_toy


class Linear(nn.Module):
    """Two bins, two tracks; each a weighted sum of the bases."""

    def __init__(self, length: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.weight = nn.Parameter(torch.randn(2, 2, length, 4, generator=generator), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("nlc,btlc->nbt", x, self.weight)


def test_of_a_linear_network_it_is_the_weight_of_the_base_that_is_there():
    network, window = Linear(20), random_window(length=20)
    window[5] = 0  # N
    expected = (network.weight[1].numpy() * window).sum(axis=2)
    assert np.allclose(contributions(network, window, [1], [0]), expected[0])
    assert np.allclose(contributions(network, window, [1], [0, 1]), expected.mean(axis=0))
    assert contributions(network, window, [1], [0])[5] == 0


@pytest.mark.parametrize(("bins", "tracks"), [([], [0]), ([0], [])])
def test_a_contribution_to_nothing_is_refused(bins, tracks):
    with pytest.raises(ValueError, match="needs bins and tracks"):
        contributions(Linear(20), random_window(length=20), bins, tracks)


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return load_toy(write_toy(tmp_path_factory.mktemp("enformer")))


def test_layers_computed_again_on_the_way_back_change_nothing(toy, monkeypatch):
    held = contributions(toy.network, random_window(), [9, 10], [0, 2])
    monkeypatch.setattr(
        "landfall.models.tracks.enformer.network.segment", lambda layer, *inputs: layer(*inputs)
    )
    assert np.array_equal(held, contributions(toy.network, random_window(), [9, 10], [0, 2]))


def test_it_is_the_slope_of_the_prediction(toy):
    """Turning a base down by a thousandth changes the mean of the prediction by a thousandth of its score."""
    window, bins, tracks = random_window(), [9, 10], [0, 2]
    scores = contributions(toy.network, window, bins, tracks)
    at = int(np.abs(scores).argmax())
    step = torch.zeros(LENGTH, 4, dtype=torch.float64)
    step[at] = 1e-3 * torch.from_numpy(window[at])
    network = copy.deepcopy(toy.network).double()
    with torch.inference_mode():
        x = torch.from_numpy(window).double()
        up, down = (network.attend(network.embed(way[None]))[0] for way in (x + step, x - step))
    slope = (up - down)[bins][:, tracks].mean() / 2e-3
    assert scores[at] == pytest.approx(float(slope), rel=1e-2)


def test_bins_are_means_of_absolute_scores():
    scores = np.array([1, -3, 2, 0, 5], dtype=np.float32)
    assert by_bin(scores, 2).tolist() == [2, 1]


def test_candidate_enhancers_lie_outside_the_promoter_best_first():
    scores = np.zeros(100, dtype=np.float32)
    scores[[12, 55, 81]] = 2, -5, 1
    scores[42] = 100  # in the promoter
    found = candidate_enhancers(scores, (40, 50), width=10)
    assert [(one.start, one.end, one.score) for one in found] == [(50, 60, 5), (10, 20, 2), (80, 90, 1)]
    assert found[0].share == pytest.approx(5 / 108)
    assert len(candidate_enhancers(scores, (40, 50), width=10, count=1)) == 1


def test_candidate_enhancers_cover_everything_but_the_promoter():
    scores = np.ones(100, dtype=np.float32)
    found = candidate_enhancers(scores, (40, 50), width=10, count=99)
    assert sorted(one.start for one in found) == [0, 10, 20, 30, 50, 60, 70, 80, 90]


def test_where_nothing_contributes_there_is_no_candidate():
    assert candidate_enhancers(np.zeros(100, dtype=np.float32), (40, 50), width=10) == []
