"""Layers whose inner values are computed again for the gradient instead of being kept."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint


def segment(layer: Callable[..., Tensor], *inputs: object) -> Tensor:
    """A part of a network; where a gradient is wanted only its inputs are kept and it is computed again when needed."""
    if torch.is_grad_enabled() and any(isinstance(x, Tensor) and x.requires_grad for x in inputs):
        result: Tensor = checkpoint(layer, *inputs, use_reentrant=False)
        return result
    return layer(*inputs)
