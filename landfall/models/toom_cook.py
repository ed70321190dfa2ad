"""Convolutions five bases wide with eight products instead of twenty: Toom-Cook's method F(4, 5).

Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray, arXiv:1509.09308. Eight neighbouring inputs,
taken as a polynomial, and the five taps are evaluated at eight points and multiplied there, which gives four
neighbouring outputs. Rounding errors are up to ten times those of the plain sum. It serves inference in float32 on a
processor, where such a convolution takes as long as its products; all else goes as in :mod:`landfall.models.gpu`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from landfall.models import gpu
from landfall.models.kept import Once
from landfall.models.linear import dense

OUTPUTS, TAPS = 4, 5
INPUTS = OUTPUTS + TAPS - 1
TILES = 256  # of four outputs, in one go for each thread: what its cache holds
POINTS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5)
"""Where the polynomials are evaluated, beside infinity."""
AT_ONE = POINTS.index(1.0)
"""The product that is in each of the outputs once, as all powers of 1 are 1."""


def entering(points: Sequence[float]) -> Tensor:
    """(n, n) float64, inputs to products: a row holds the coefficients of prod (z - q) over all other points q."""
    rows = [[*np.poly([q for q in points if q != p])[::-1], 0.0] for p in points]
    return torch.tensor([*rows, [*np.poly(points)[::-1]]], dtype=torch.float64)


def evaluating(points: Sequence[float], taps: int) -> Tensor:
    """(n, taps) float64, taps to products: their polynomial at each point p, over prod (p - q), and at infinity."""
    rows = [[p**tap / prod(p - q for q in points if q != p) for tap in range(taps)] for p in points]
    return torch.tensor([*rows, [0.0] * (taps - 1) + [1.0]], dtype=torch.float64)


def leaving(points: Sequence[float], outputs: int) -> Tensor:
    """(outputs, n) float64, products to outputs: row i holds the points to the power of i."""
    rows = [[*(p**i for p in points), float(i == outputs - 1)] for i in range(outputs)]
    return torch.tensor(rows, dtype=torch.float64)


ENTER, LEAVE = entering(POINTS).float(), leaving(POINTS, OUTPUTS).float()


def products(weight: Tensor) -> Tensor:
    """The taps of a convolution, (outputs, inputs, 1, 5), as the weights of its products, (8, outputs, inputs)."""
    return (
        torch.einsum("kt,oit->koi", evaluating(POINTS, TAPS), weight.squeeze(2).double()).float().contiguous()
    )


def convolve(x: Tensor, weights: Tensor, bias: Tensor | None) -> Tensor:
    """(n, length, inputs) by what :func:`products` made to (n, length - 4, outputs); nothing is padded."""
    length, step = x.shape[1] - TAPS + 1, TILES * OUTPUTS * torch.get_num_threads()
    starts = range(0, length, step)
    return torch.cat(
        [_stretch(x[:, start : start + step + TAPS - 1], weights, bias) for start in starts], dim=1
    )


def _stretch(x: Tensor, weights: Tensor, bias: Tensor | None) -> Tensor:
    """The same, all at once."""
    members, length = len(x), x.shape[1] - TAPS + 1
    tiles = -(-length // OUTPUTS)
    beyond = tiles * OUTPUTS - length
    x = F.pad(x, (0, 0, 0, beyond)) if beyond else x
    x = x.unfold(1, INPUTS, OUTPUTS).transpose(2, 3).flatten(0, 1)
    entered = x.new_empty(INPUTS, len(x), x.shape[2])
    torch.bmm(ENTER.expand(len(x), -1, -1), x, out=entered.transpose(0, 1))
    multiplied = torch.stack(
        [
            dense(seen, weight, bias if number == AT_ONE else None)
            for number, (seen, weight) in enumerate(zip(entered, weights, strict=True))
        ],
        dim=1,
    )
    return (LEAVE @ multiplied).reshape(members, tiles * OUTPUTS, -1)[:, :length]


class Conv2d(gpu.Conv2d):
    """As ``nn.Conv2d`` over (n, channels, 1, length), a row at a time, its padding the same at both ends."""

    def __init__(self, *sizes: Any, **options: Any) -> None:
        super().__init__(*sizes, **options)
        self._products: Once[Tensor] = Once()

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
