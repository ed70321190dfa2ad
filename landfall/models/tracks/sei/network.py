"""Sei's network: layers, and how its weights are mapped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from landfall.models.layers.gpu_convolution import Conv1d
from landfall.models.layers.linear import Linear

POOL = 4
"""Width of a pooling in positions; after the first and the second stage."""

LENGTH = 4_096
WIDTH = 9
DILATIONS = (2, 4, 8, 16, 25)


def spline_basis(positions: int, freedom: int) -> NDArray[np.float64]:
    """Cubic B-splines with an intercept and evenly spaced knots at 0 .. positions - 1: (positions, freedom) float64.

    The official ``bs(np.arange(n), df=freedom, intercept=True)``, after R's ``splines::bs``.
    """
    x = np.arange(positions, dtype=float)
    inner = np.percentile(x, 100 * np.linspace(0, 1, freedom - 2)[1:-1])
    knots = np.concatenate([[x[0]] * 4, inner, [x[-1]] * 4])
    last = np.searchsorted(knots, x[-1]) - 1  # the last interval that is not empty takes the last position in
    interval = np.minimum(np.searchsorted(knots, x, side="right") - 1, last)
    basis: NDArray[np.float64] = (interval[:, None] == np.arange(len(knots) - 1)).astype(float)
    for degree in (1, 2, 3):  # Cox and de Boor's recursion, where 0 / 0 is 0
        rising = _ratio(x[:, None] - knots[: -degree - 1], knots[degree:-1] - knots[: -degree - 1])
        falling = _ratio(knots[degree + 1 :] - x[:, None], knots[degree + 1 :] - knots[1:-degree])
        basis = rising * basis[:, :-1] + falling * basis[:, 1:]
    return basis


def _ratio(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> NDArray[np.float64]:
    quotient: NDArray[np.float64] = np.divide(
        numerator, denominator, out=np.zeros_like(numerator), where=denominator > 0
    )
    return quotient


def convolution(inputs: int, outputs: int) -> nn.Conv1d:
    return Conv1d(inputs, outputs, WIDTH, padding=WIDTH // 2)


def nonlinear(channels: int) -> list[nn.Module]:
    return [convolution(channels, channels), nn.ReLU(), convolution(channels, channels), nn.ReLU()]


def dilated(channels: int, dilation: int) -> nn.Sequential:
    layer = Conv1d(channels, channels, 5, dilation=dilation, padding=2 * dilation)
    return nn.Sequential(nn.Dropout(0.1), layer, nn.ReLU())


class Sei(nn.Module):
    """One-hot (n, length, 4) A, C, G, T to probabilities (n, 1, tracks).

    channels: of the three stages; freedom: B-splines; hidden: units of the first dense layer.
    """

    basis: Tensor

    def __init__(self, channels: Sequence[int], freedom: int, hidden: int, tracks: int) -> None:
        super().__init__()
        first, second, third = channels
        self.lconv1 = nn.Sequential(convolution(4, first), convolution(first, first))
        self.conv1 = nn.Sequential(*nonlinear(first))
        self.lconv2 = nn.Sequential(
            nn.MaxPool1d(POOL),
            nn.Dropout(0.2),
            convolution(first, second),
            convolution(second, second),
        )
        self.conv2 = nn.Sequential(nn.Dropout(0.2), *nonlinear(second))
        self.lconv3 = nn.Sequential(
            nn.MaxPool1d(POOL),
            nn.Dropout(0.2),
            convolution(second, third),
            convolution(third, third),
        )
        self.conv3 = nn.Sequential(nn.Dropout(0.2), *nonlinear(third))
        self.dconv1, self.dconv2, self.dconv3, self.dconv4, self.dconv5 = (
            dilated(third, dilation) for dilation in DILATIONS
        )
        splines = spline_basis(LENGTH // POOL**2, freedom)
        basis = torch.tensor(splines, dtype=torch.float32, device="cpu")
        self.register_buffer("basis", basis, persistent=False)
        self.classifier = nn.Sequential(
            Linear(third * freedom, hidden), nn.ReLU(), Linear(hidden, tracks), nn.Sigmoid()
        )

    def forward(self, windows: Tensor) -> Tensor:
        linear = self.lconv1(windows.transpose(1, 2))
        linear = self.lconv2(self.conv1(linear) + linear)
        linear = self.lconv3(self.conv2(linear) + linear)
        total = self.conv3(linear)
        total = total + self.dconv1(total + linear)
        for layer in (self.dconv2, self.dconv3, self.dconv4, self.dconv5):
            total = total + layer(total)
        return self.classify(self.features(total))

    def features(self, trunk: Tensor) -> Tensor:
        """The trunk's output (n, channels, positions) as weights of its splines (n, channels * freedom)."""
        return torch.matmul(trunk, self.basis).flatten(1)

    def classify(self, features: Tensor) -> Tensor:
        """Weights of splines (n, channels * freedom) to probabilities (n, 1, tracks)."""
        probabilities: Tensor = self.classifier(features)
        return probabilities[:, None, :]
