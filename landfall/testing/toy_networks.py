"""Small regulatory track models with seeded weights, saved like their official checkpoints, and windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from landfall.models.tracks.base import Layout, TrackModel, Tracks, Window
from landfall.models.tracks.basenji2.model import Basenji2, Network, Shape
from landfall.models.tracks.beluga import model as beluga
from landfall.models.tracks.deepsea import model as deepsea
from landfall.models.tracks.enformer import model as enformer_model
from landfall.models.tracks.sei import model as sei_model
from landfall.models.tracks.sei import network as sei_network
from landfall.models.weights import torch_checkpoint
from landfall.models.weights.keras_hdf5 import parts
from landfall.testing.toy_enformer import BINS, LENGTH, write_toy

AnyModule = TypeVar("AnyModule", bound=nn.Module)


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def substituted(bases: str, at: int) -> str:
    """The sequence with another base at ``at`` (0-based)."""
    return bases[:at] + "ACGT"[("ACGT".index(bases[at]) + 1) % 4] + bases[at + 1 :]


def windows(layout: Layout, *sequences: str) -> list[Window]:
    return [layout.encode(bases) for bases in sequences]


def seeded(network: AnyModule, gain: float = 0.7, seed: int = 0) -> AnyModule:
    """Weights large enough for a change of one base to change the output."""
    generator = torch.Generator().manual_seed(seed)
    for value in network.state_dict().values():
        fan_in = value[0].numel() if value.ndim > 1 else 1
        value.copy_(
            torch.randn(value.shape, generator=generator) * (gain / fan_in**0.5 if value.ndim > 1 else 0.1)
        )
    return network


TOY = Shape(4_096, 2, 15, (6, 7, 8), blocks=4, inner=5, last=9, tracks=3)
"""Basenji2's with three halvings: bins of 8 bases, 508 of them, of which a variant changes few."""


def basenji2_toy(device: str = "cpu") -> Basenji2:
    """A small Basenji2 whose norms hold the statistics of one window."""
    network = seeded(Network(TOY))
    for norm in parts(network, nn.BatchNorm2d):
        nn.init.ones_(norm.weight)
        norm.momentum = 1.0
    model = Basenji2(network.requires_grad_(False), TOY, ())
    network.train()(torch.from_numpy(model.layout.encode(sequence(4_096, seed=0)))[None])
    torch_checkpoint.ready(network, device, "float32")
    return model


def saved(network: nn.Module, path: Path, prefix: str = "") -> Path:
    torch.save({prefix + key: value for key, value in network.state_dict().items()}, path)
    return path


def synthetic(shapes: dict[str, Sequence[int]], path: Path) -> Path:
    """A checkpoint of full size whose tensors are one zero each, spread out: of a few kilobytes."""
    torch.save({key: torch.zeros(()).expand(tuple(shape)) for key, shape in shapes.items()}, path)
    return path


TRACKS = 5


def _deepsea(folder: Path, device: str) -> TrackModel:
    network = seeded(deepsea.DeepSEA((6, 7, 8), 20, TRACKS)).layers
    return deepsea.load(saved(network, folder / "deepsea_small.pth", "1."), device)


def _beluga(folder: Path, device: str) -> TrackModel:
    return beluga.load(
        saved(seeded(beluga.Beluga((6, 7, 8), 20, TRACKS), 1.2), folder / "beluga.pth"), device
    )


def _sei(folder: Path, device: str) -> TrackModel:
    return sei_model.load(
        saved(seeded(sei_network.Sei((8, 10, 12), 16, 25, TRACKS)), folder / "sei.pth", sei_model.PREFIX),
        device,
    )


def _enformer(folder: Path, device: str) -> TrackModel:
    return enformer_model.load(write_toy(folder), device, length=LENGTH, bins=BINS)


SMALL: dict[str, Callable[[Path, str], TrackModel]] = {
    "enformer": _enformer,
    "basenji2": lambda _, device: basenji2_toy(device),
    "sei": _sei,
    "deepsea": _deepsea,
    "beluga": _beluga,
}
"""Constructors by folder of the weights and device."""


def alleles(layout: Layout) -> list[str]:
    """A reference, substitutions at the official place and far from it, and one of two bases."""
    bases = sequence(layout.length, 11)
    middle = layout.variant
    return [
        bases,
        substituted(bases, middle),
        substituted(bases, layout.length // 3),
        substituted(substituted(bases, middle), middle + 1),
    ]


def close(one: Tracks, other: Tracks) -> None:
    """Assert that tracks differ by rounding alone, relative to their values."""
    np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-6 * max(1.0, float(np.abs(other).max())))
