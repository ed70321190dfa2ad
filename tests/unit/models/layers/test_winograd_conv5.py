"""Convolutions five wide by eight products: the plain sum's numbers, and the plain way where they do not serve."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from landfall.models.layers import gpu_convolution, winograd_conv5


def given(members: int, inputs: int, length: int) -> Tensor:
    torch.manual_seed(length)
    return torch.randn(members, inputs, 1, length)


def layer(inputs: int, outputs: int, width: int = 5, **options: object) -> winograd_conv5.Conv2d:
    torch.manual_seed(5)
    return winograd_conv5.Conv2d(inputs, outputs, (1, width), **options)


def exact(conv: winograd_conv5.Conv2d, x: Tensor) -> Tensor:
    bias = None if conv.bias is None else conv.bias.double()
    return F.conv2d(x.double(), conv.weight.double(), bias, padding=conv.padding)


def differs(conv: winograd_conv5.Conv2d, x: Tensor) -> float:
    with torch.inference_mode():
        expected, found = exact(conv, x), conv(x)
    assert found.shape == expected.shape
    return float((found - expected).abs().max() / expected.std())


@pytest.mark.parametrize("length", [5, 6, 7, 8, 9, 50, 123])
@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("options", [{}, {"padding": (0, 2)}, {"bias": False}])
def test_the_numbers_are_those_of_the_plain_sum(
    length: int, members: int, options: dict[str, object]
) -> None:
    assert differs(layer(11, 7, **options), given(members, 11, length)) < 2e-5


def test_rounding_is_a_few_times_that_of_the_plain_sum() -> None:
    conv, x = layer(512, 256), F.silu(given(1, 512, 400))
    with torch.inference_mode():
        expected = exact(conv, x)
        plain, found = (
            float((y - expected).square().mean().sqrt())
            for y in (F.conv2d(x, conv.weight, conv.bias), conv(x))
        )
    assert plain < found < 12 * plain


def test_stretches_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    conv, x = layer(11, 7), given(2, 11, 203)
    with torch.inference_mode():
        plain = conv(x)
        monkeypatch.setattr(winograd_conv5, "STRETCH", 33)
        torch.testing.assert_close(conv(x), plain, rtol=1e-5, atol=1e-5)


def test_channels_last_tensors_give_the_same() -> None:
    conv, x = layer(11, 7), given(2, 11, 41)
    with torch.inference_mode():
        last = x.contiguous(memory_format=torch.channels_last)
        torch.testing.assert_close(conv(last), conv(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("width", "options"), [(3, {}), (5, {"dilation": (1, 2)}), (5, {"groups": 11}), (5, {"padding": (0, 3)})]
)
def test_other_convolutions_are_torchs(width: int, options: dict[str, object]) -> None:
    conv, x = layer(11, 11, width, **options), given(1, 11, 60)
    plain = gpu_convolution.Conv2d(11, 11, (1, width), **options)
    plain.load_state_dict(conv.state_dict())
    with torch.inference_mode():
        torch.testing.assert_close(conv(x), plain(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_another_precision_is_torchs(dtype: torch.dtype) -> None:
    conv, x = layer(11, 7).to(dtype), given(1, 11, 60).to(dtype)
    with torch.inference_mode():
        assert torch.equal(conv(x), F.conv2d(x, conv.weight, conv.bias))


def test_a_gradient_goes_through_it_before_and_after_an_inference() -> None:
    conv, x = layer(11, 7), given(1, 11, 60).requires_grad_()
    (before,) = torch.autograd.grad(conv(x).sum(), x)
    with torch.inference_mode():
        conv(x)
    (after,) = torch.autograd.grad(conv(x).sum(), x)
    assert torch.equal(before, after)


def test_other_weights_get_products_of_their_own() -> None:
    conv, x = layer(11, 7), given(1, 11, 60)
    assert differs(conv, x) < 2e-5
    conv.weight = torch.nn.Parameter(conv.weight.detach().flip(-1))
    assert differs(conv, x) < 2e-5
