"""Small networks of tracks with seeded weights, saved as their official checkpoints are, and windows to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from landfall.models.tracks import Layout, Window


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def substituted(bases: str, at: int) -> str:
    """The sequence with another base at ``at`` (0-based)."""
    return bases[:at] + "ACGT"[("ACGT".index(bases[at]) + 1) % 4] + bases[at + 1 :]


def windows(layout: Layout, *sequences: str) -> list[Window]:
    return [layout.encode(bases) for bases in sequences]


def seeded(network: nn.Module, gain: float = 0.7, seed: int = 0) -> nn.Module:
    """Weights large enough that a change of one base is seen in the output."""
    generator = torch.Generator().manual_seed(seed)
    for value in network.state_dict().values():
        fan_in = value[0].numel() if value.ndim > 1 else 1
        value.copy_(
            torch.randn(value.shape, generator=generator) * (gain / fan_in**0.5 if value.ndim > 1 else 0.1)
        )
    return network


def saved(network: nn.Module, path: Path, prefix: str = "") -> Path:
    torch.save({prefix + key: value for key, value in network.state_dict().items()}, path)
    return path


def synthetic(shapes: dict[str, Sequence[int]], path: Path) -> Path:
    """A checkpoint of full size whose tensors are one zero each, spread out: of a few kilobytes."""
    torch.save({key: torch.zeros(()).expand(tuple(shape)) for key, shape in shapes.items()}, path)
    return path
