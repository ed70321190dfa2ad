"""Toom-Cook's method: a convolution by fewer products (Winograd, Arithmetic Complexity of Computations, 1980; Lavin and
Gray, arXiv:1509.09308).

n inputs side by side, taken as a polynomial, and t taps are evaluated at n points, the last of them infinity, and
multiplied there, which gives n - t + 1 outputs side by side: :func:`output_transform` @ ((:func:`kernel_transform` @
taps) * (:func:`input_transform` @ inputs)).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import torch
from torch import Tensor


def input_transform(points: Sequence[float]) -> Tensor:
    """(n, n) float64, inputs to products: a row holds the coefficients of prod (z - q) over all other points q."""
    rows = [[*np.poly([q for q in points if q != p])[::-1], 0.0] for p in points]
    return torch.tensor([*rows, [*np.poly(points)[::-1]]], dtype=torch.float64)


def kernel_transform(points: Sequence[float], taps: int) -> Tensor:
    """(n, taps) float64, taps to products: their polynomial at each point p, over prod (p - q), and at infinity."""
    rows = [[p**tap / prod(p - q for q in points if q != p) for tap in range(taps)] for p in points]
    return torch.tensor([*rows, [0.0] * (taps - 1) + [1.0]], dtype=torch.float64)


def output_transform(points: Sequence[float], outputs: int) -> Tensor:
    """(outputs, n) float64, products to outputs: row i holds the points to the power of i."""
    rows = [[*(p**i for p in points), float(i == outputs - 1)] for i in range(outputs)]
    return torch.tensor(rows, dtype=torch.float64)
