"""The compiled convolutions against plain sums in double precision, and torch's in their place."""

from __future__ import annotations

import ctypes
import ctypes.util
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

from landfall.models.layers import dilated_convolution
from landfall.models.layers.dilated_convolution import CHANNELS, Convolution, Layer, Norm

SHAPES = [(1, 11, 1, 400), (3, 11, 4, 101), (2, 21, 10, 333), (1, 41, 25, 2500), (5, 41, 25, 1), (2, 3, 7, 6)]
"""Batch, width, dilation, wanted positions."""


def case(
    batch: int, width: int, dilation: int, wanted: int, slope: float = 0.0
) -> tuple[Convolution, Norm, Layer, Layer]:
    """Seeded weights, norm, and an input and residual that are own in the middle and kept beside it."""
    generator = torch.Generator().manual_seed(width * wanted)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    weight = random(CHANNELS, CHANNELS, 1, width) / (CHANNELS * width) ** 0.5
    convolution = Convolution(weight, random(CHANNELS), dilation, slope)
    length = wanted + 2 * convolution.half
    away = torch.arange(batch) * 3
    layer = Layer(
        random(batch, length // 3, CHANNELS), length, length // 4, random(length + 50, CHANNELS), 7, 5, away
    )
    residual = layer.cut(convolution.half - 1, convolution.half - 1 + wanted)
    return convolution, Norm(random(CHANNELS), random(CHANNELS)), layer, residual


def rectified(x: torch.Tensor, slope: float) -> torch.Tensor:
    return torch.where(x < 0, slope * x, x)


def exact(convolution: Convolution, layer: Layer, norm: Norm | None, residual: Layer | None) -> torch.Tensor:
    x = layer.dense().double()
    x = rectified(x * norm.scale + norm.offset, convolution.slope) if norm else x
    weight, bias = convolution.weight.double(), convolution.bias.double()
    y = F.conv2d(x.transpose(1, 2).unsqueeze(2), weight, bias, dilation=(1, convolution.dilation))
    y = y.squeeze(2).transpose(1, 2)
    return y + residual.dense() if residual else y


@pytest.fixture(params=["compiled", "torch"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to compute a convolution; the compiled one must be there wherever the tests run."""
    if request.param == "torch":
        monkeypatch.setattr(dilated_convolution, "compiled", lambda: None)
    else:
        assert dilated_convolution.compiled() is not None, (
            "landfall was installed without its compiled convolutions"
        )


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("surrounded", [True, False])
@pytest.mark.parametrize("slope", [0.0, 0.1])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_convolution_with_its_surroundings(
    shape: tuple[int, int, int, int], slope: float, surrounded: bool
) -> None:
    convolve, norm, layer, residual = case(*shape, slope)
    around = (norm, residual) if surrounded else (None, None)
    expected = exact(convolve, layer, *around)
    torch.testing.assert_close(convolve(layer, *around).double(), expected, atol=2e-5, rtol=0)
    found = convolve(layer, *around, rectify=True)
    torch.testing.assert_close(found.double(), rectified(expected, slope), atol=2e-5, rtol=0)


def test_a_layer_in_one_piece() -> None:
    own, kept = torch.full((2, 3, 1), 9.0), torch.arange(20.0).unsqueeze(1)
    layer = Layer(own, 8, 2, kept, 1, 4, torch.tensor([0, 5]))
    assert layer.dense()[..., 0].tolist() == [[1, 2, 9, 9, 9, 9, 10, 11], [6, 7, 9, 9, 9, 14, 15, 16]]
    assert torch.equal(layer.cut(1, 7).dense(), layer.dense()[:, 1:7])


def test_threads_and_batches_change_no_bit() -> None:
    convolve, norm, layer, _ = case(4, 41, 25, 1700)
    together = convolve(layer, norm)
    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        assert torch.equal(convolve(layer, norm), together)
    finally:
        torch.set_num_threads(threads)
    for member, alone in enumerate(layer.dense()):
        assert torch.equal(convolve(Layer.of(alone.unsqueeze(0)), norm)[0], together[member])


@pytest.mark.usefixtures("way")
def test_what_is_not_a_number_stays_so() -> None:
    convolve, norm, layer, _ = case(1, 11, 1, 40)
    layer.own[0, 3, 3] = torch.nan
    assert convolve(layer, norm, rectify=True).isnan().any()


@pytest.mark.parametrize("origin", [None, "no-such-library.so", ctypes.util.find_library("c")])
def test_without_the_compiled_ones_torch_computes(
    origin: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SimpleNamespace(origin=origin) if origin else None
    monkeypatch.setattr(dilated_convolution, "find_spec", lambda _: found)
    assert dilated_convolution.compiled.__wrapped__() is None
