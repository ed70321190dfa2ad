"""On a GPU every model gives what it gives on a processor, within rounding; short memory ends in smaller batches."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from landfall.audit import qualify
from landfall.models.inference.edits import Edit
from landfall.models.interpret.attribution import contributions
from landfall.models.layers import gpu_convolution
from landfall.models.registry import splice_models
from landfall.models.splice.spliceai.model import CONTEXT, Ensemble
from landfall.models.tracks.base import Layout, TrackModel
from landfall.models.tracks.borzoi import model as borzoi_model
from landfall.models.tracks.effect_scores import predict
from landfall.models.tracks.enformer import model as enformer_model
from landfall.splicing import scoring
from landfall.testing.parity import fetched
from landfall.testing.toy_networks import SMALL, alleles, close, sequence, windows

Pair = tuple[TrackModel, TrackModel]


@pytest.mark.parametrize("width", [1, 4, 5])
@pytest.mark.parametrize("dilation", [1, 3])
@pytest.mark.parametrize("biased", [True, False])
def test_moved_products_are_a_convolution(width: int, dilation: int, biased: bool) -> None:
    torch.manual_seed(1)
    x, weight = torch.randn(3, 40, 7), torch.randn(6, 7, width)
    bias = torch.randn(6) if biased else None
    expected = torch.nn.functional.conv1d(x.transpose(1, 2), weight, bias, dilation=dilation).transpose(1, 2)
    torch.testing.assert_close(
        gpu_convolution.moved_products(x, weight, bias, dilation), expected, rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("padding", [0, 4])
def test_layers_of_products_are_those_of_torch(padding: int, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(2)
    x = torch.randn(2, 40, 50)
    layers = (
        (gpu_convolution.Conv1d(40, 33, 5, padding=padding, dilation=2), x),
        (
            gpu_convolution.Conv2d(40, 33, (1, 5), padding=(0, padding), dilation=(1, 2), bias=False),
            x.unsqueeze(2),
        ),
    )
    for layer, given in layers:
        expected = layer(given)
        monkeypatch.setattr(gpu_convolution, "pays", lambda *_: True)
        torch.testing.assert_close(layer(given), expected, rtol=1e-5, atol=1e-5)
        monkeypatch.undo()


@pytest.fixture(scope="module", params=[*SMALL, pytest.param("borzoi", marks=pytest.mark.shared_data)])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A network of tracks on the processor and on the GPU."""
    name = str(request.param)
    if name == "borzoi":
        folder = request.getfixturevalue("shared_data") / "models" / "borzoi_tiny"
        return borzoi_model.load(folder), borzoi_model.load(folder, "cuda")
    here, there = (SMALL[name](tmp_path_factory.mktemp(name), device) for device in ("cpu", "cuda"))
    return here, there


@pytest.mark.gpu
def test_tracks_are_those_of_the_processor(pair: Pair) -> None:
    reference, *alternates = windows(pair[0].layout, *alleles(pair[0].layout))
    (tracks, found), (expected, each) = (
        predict(model, reference, alternates, True, (-1, 0, 1)) for model in pair[::-1]
    )
    close(tracks, expected)
    for one, other in zip(found, each, strict=True):
        close(one, other)


@pytest.mark.gpu
def test_company_in_a_batch_changes_nothing(pair: Pair) -> None:
    _, there = pair
    reference, *alternates = windows(there.layout, *alleles(there.layout))
    _, together = there.read(reference, alternates)
    for alternate, found in zip(alternates, together, strict=True):
        close(there.read(reference, [alternate])[1][0], found)


@pytest.mark.gpu
def test_a_reference_is_itself_exactly(pair: Pair) -> None:
    _, there = pair
    reference, changed = windows(there.layout, *alleles(there.layout)[:2])
    tracks, (same, _) = there.read(reference, [reference.copy(), changed])
    assert (tracks == same).all()


@pytest.fixture(scope="module")
def both_enformers(tmp_path_factory: pytest.TempPathFactory) -> tuple[enformer_model.EnformerTracks, ...]:
    folder = tmp_path_factory.mktemp("enformer")
    pair = tuple(SMALL["enformer"](folder, device) for device in ("cpu", "cuda"))
    assert all(isinstance(model, enformer_model.EnformerTracks) for model in pair)
    return pair  # type: ignore[return-value]


def window_of(layout: Layout) -> np.ndarray:
    return windows(layout, sequence(layout.length, 3))[0]


@pytest.mark.gpu
def test_attention_is_that_of_the_processor(both_enformers: Sequence[enformer_model.EnformerTracks]) -> None:
    expected, found = (model.attention(window_of(model.layout), [3, 4]) for model in both_enformers)
    assert found.sum() == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.gpu
def test_contributions_are_those_of_the_processor(
    both_enformers: Sequence[enformer_model.EnformerTracks],
) -> None:
    expected, found = (
        contributions(model.network, window_of(model.layout), [3, 4], [0, 2]) for model in both_enformers
    )
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * float(np.abs(expected).max()))


@pytest.mark.gpu
@pytest.mark.parametrize("name", splice_models())
def test_splice_models_give_the_known_answers(name: str, tmp_path: Path) -> None:
    (outcome,) = qualified(name, tmp_path)
    assert outcome["passed"], outcome["words"]


def qualified(name: str, folder: Path) -> list[dict[str, object]]:
    resources = fetched(splice_models()[name].info).parents[1]
    certificate = qualify.qualify([name], resources, "cuda", 1)
    assert certificate["device"] != "cpu"
    models: list[dict[str, object]] = certificate["models"]
    return models


@pytest.fixture
def little_memory() -> Iterator[None]:
    """About a gigabyte of the GPU for this process."""
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, (torch.cuda.memory_allocated() + 2**30) / total))
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)


@pytest.mark.gpu
def test_memory_that_runs_out_ends_in_smaller_batches(
    spliceai_weights: Path, little_memory: None, caplog: pytest.LogCaptureFixture
) -> None:
    model = Ensemble(spliceai_weights, "cuda")
    count, distance = 400, 500
    bases = sequence(2 * (CONTEXT + distance) + count, 5)
    first = CONTEXT + distance
    edits = [
        Edit(at, at + 1, "C" if bases[at] != "C" else "G", at - distance, at + distance)
        for at in range(first, first + count)
    ]
    few = scoring.read_along(model, bases, "+", edits, 2)
    with caplog.at_level(logging.WARNING):
        many = scoring.read_along(model, bases, "+", edits, count)
    assert "variants at once" in caplog.text, "a gigabyte holds them all: give the test more of them"
    for (_, one), (_, other) in zip(few, many, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
