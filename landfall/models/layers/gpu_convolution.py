"""What a GPU does otherwise than a processor, with the same numbers: exact convolutions, and tracks taken back.

cuDNN's convolutions of exact float32 are slower than matrix products, and for some shapes it chooses transforms of tens
of gigabytes (docs/performance.md). So a convolution is a sum of matrix products here, one for each base of its
width, of the input moved by that many bases. ``python -m benchmarks.regulation --device cuda`` and the like measure it.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

FEWEST_INPUTS = 32
"""Channels from which on products pay: bases themselves, four channels, are convolved."""


def moved_products(x: Tensor, weight: Tensor, bias: Tensor | None, dilation: int = 1) -> Tensor:
    """A convolution: (n, length, inputs) by (outputs, inputs, width) to (n, length - dilation * (width - 1), outputs).

    bias: (outputs,) or None. Nothing is padded.
    """
    taps = weight.permute(2, 1, 0).contiguous()
    length = x.shape[1] - dilation * (len(taps) - 1)
    factors = (
        (x[:, number * dilation : number * dilation + length], tap.expand(len(x), -1, -1))
        for number, tap in enumerate(taps)
    )
    total = torch.baddbmm(x.new_zeros(1) if bias is None else bias, *next(factors))
    for seen, tap in factors:
        total.baddbmm_(seen, tap)
    return total


def pays(x: Tensor, weight: Tensor, groups: int = 1) -> bool:
    """Whether a convolution runs as products: on a GPU, in float32, without gradients, of enough channels."""
    on_gpu = x.device.type == "cuda" and x.dtype == torch.float32 and not torch.is_grad_enabled()
    return on_gpu and groups == 1 and weight.shape[1] >= FEWEST_INPUTS


def conv1d(x: Tensor, weight: Tensor, bias: Tensor | None, padding: int = 0, dilation: int = 1) -> Tensor:
    """As ``torch.nn.functional.conv1d`` with a stride of 1: (n, inputs, length) to (n, outputs, length)."""
    if pays(x, weight):
        return _padded_products(x, weight, bias, padding, dilation)
    return F.conv1d(x, weight, bias, padding=padding, dilation=dilation)


def _padded_products(x: Tensor, weight: Tensor, bias: Tensor | None, padding: int, dilation: int) -> Tensor:
    x = F.pad(x, (padding, padding)) if padding else x
    return moved_products(x.transpose(1, 2), weight, bias, dilation).transpose(1, 2)


class Conv1d(nn.Conv1d):
    """As ``nn.Conv1d`` with a stride of 1, its padding the same at both ends."""

    def _conv_forward(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if pays(x, weight, self.groups):
            return _padded_products(x, weight, bias, int(self.padding[0]), self.dilation[0])
        convolved: Tensor = super()._conv_forward(x, weight, bias)
        return convolved


class Conv2d(nn.Conv2d):
    """As ``nn.Conv2d`` over (n, channels, 1, length), a row at a time, its padding the same at both ends."""

    def _conv_forward(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if pays(x, weight, self.groups):
            padding, dilation = int(self.padding[1]), self.dilation[1]
            return _padded_products(x.squeeze(2), weight.squeeze(2), bias, padding, dilation).unsqueeze(2)
        convolved: Tensor = super()._conv_forward(x, weight, bias)
        return convolved


def to_numpy(x: Tensor) -> NDArray[np.float32]:
    """A result on the processor in float32; from a GPU by memory that it writes to straight away."""
    x = x.float()
    if x.device.type != "cuda":
        return x.numpy()
    there = torch.empty(x.shape, dtype=x.dtype, pin_memory=True)
    return there.copy_(x).numpy()
