"""Convolutions five positions wide with eight products instead of twenty, by Toom-Cook's method F(4, 5).

Rounding errors are up to ten times those of the plain sum. It serves inference in float32 on a processor, where such a
convolution takes as long as its products; all else goes as in :mod:`landfall.models.layers.gpu_convolution`.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from landfall.models.inference.memo import TensorMemo
from landfall.models.layers import gpu_convolution
from landfall.models.layers.linear import dense
from landfall.models.layers.winograd import input_transform, kernel_transform, output_transform

OUTPUTS, TAPS = 4, 5
INPUTS = OUTPUTS + TAPS - 1
STRETCH = 2**18  # inputs times four-output tiles computed together by each thread; they fit its cache
POINTS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
"""Where the polynomials are evaluated, beside infinity."""
AT_ONE = POINTS.index(1.0)
"""The product that is in each of the outputs once, as all powers of 1 are 1."""
ENTER, LEAVE = input_transform(POINTS).float(), output_transform(POINTS, OUTPUTS).float()


def products(weight: Tensor) -> Tensor:
    """The taps of a convolution, (outputs, inputs, 1, 5), as the weights of its products, (8, outputs, inputs)."""
    taps = weight.squeeze(2).double()
    return torch.einsum("kt,oit->koi", kernel_transform(POINTS, TAPS), taps).float().contiguous()


def convolve(x: Tensor, weights: Tensor, bias: Tensor | None) -> Tensor:
    """(n, length, inputs) by what :func:`products` made to (n, length - 4, outputs); nothing is padded."""
    length, tiles = x.shape[1] - TAPS + 1, STRETCH * torch.get_num_threads() // x.shape[2]
    step = max(tiles, 1) * OUTPUTS
    y = x.new_empty(len(x), length, weights.shape[1])
    for start in range(0, length, step):
        y[:, start : start + step] = _stretch(x[:, start : start + step + TAPS - 1], weights, bias)
    return y


def _stretch(x: Tensor, weights: Tensor, bias: Tensor | None) -> Tensor:
    """The same, all at once."""
    members, length = len(x), x.shape[1] - TAPS + 1
    tiles = -(-length // OUTPUTS)
    beyond = tiles * OUTPUTS - length
    x = F.pad(x, (0, 0, 0, beyond)) if beyond else x
    inputs = x.unfold(1, INPUTS, OUTPUTS).permute(3, 0, 1, 2).reshape(INPUTS, -1)
    entered = (ENTER @ inputs).view(INPUTS, members * tiles, -1)
    multiplied = torch.stack(
        [
            dense(seen, weight, bias if number == AT_ONE else None)
            for number, (seen, weight) in enumerate(zip(entered, weights, strict=True))
        ],
        dim=1,
    )
    return (LEAVE @ multiplied).reshape(members, tiles * OUTPUTS, -1)[:, :length]


class Conv2d(gpu_convolution.Conv2d):
    """As ``nn.Conv2d`` over (n, channels, 1, length), a row at a time, its padding the same at both ends."""

    def __init__(self, *sizes: Any, **options: Any) -> None:
        super().__init__(*sizes, **options)
        self._products: TensorMemo[Tensor] = TensorMemo()

    def _conv_forward(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if not self._serves(x):
            return super()._conv_forward(x, weight, bias)
        padding = int(self.padding[1])
        rows = x.squeeze(2).transpose(1, 2)
        rows = F.pad(rows, (0, 0, padding, padding)) if padding else rows
        return convolve(rows, self._products.of(weight, products), bias).transpose(1, 2).unsqueeze(2)

    def _serves(self, x: Tensor) -> bool:
        plain = self.kernel_size == (1, TAPS) and self.dilation == (1, 1) and self.groups == 1
        inference = x.dtype == torch.float32 and not torch.is_grad_enabled()
        return plain and inference and x.device.type == "cpu"
