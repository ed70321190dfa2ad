"""A small Enformer of random weights, in the official PyTorch file's form: for tests of loading and inference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from landfall.models.tracks.base import Window
from landfall.models.tracks.enformer import model
from landfall.models.tracks.enformer.checkpoint import TRUNK, Sizes
from landfall.models.tracks.enformer.network import Enformer

LENGTH, BINS = 4_096, 20
SIZES = Sizes(
    filters=(12, 12, 16, 16, 20, 20, 24),
    blocks=2,
    heads=2,
    key=8,
    value=12,
    features=24,
    hidden=48,
    final=32,
    tracks=(("human", 5), ("mouse", 3)),
)
GAINS = {"stem": 2.0, "conv_tower": 2.0, "transformer": 1.2, "final_pointwise": 1.0, "_heads": 0.4}
"""Scale of the random weights, at which tracks depend on the bases and no softmax is saturated."""


def toy_tensors(sizes: Sizes = SIZES) -> dict[str, Tensor]:
    """Official name to a seeded random tensor."""
    generator = torch.Generator().manual_seed(1)
    with torch.device("meta"):
        network = Enformer(sizes, LENGTH, BINS)
    tensors = {}
    for name, shape in model.official_shapes(network).items():
        values = torch.randn(shape, generator=generator)
        fan = values[0].numel() if values.ndim > 1 else 4
        gain = GAINS[name.split(".")[0]]
        tensors[name] = values.abs() + 0.5 if name.endswith("running_var") else gain * values / fan**0.5
    return tensors


def twice(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """With every tensor of the trunk a second time, and the counters, as in the official file."""
    numbers = {name: number for number, name in TRUNK.items()}
    doubled = dict(tensors)
    for name, value in tensors.items():
        layer, _, rest = name.partition(".")
        if layer in numbers:
            doubled[f"_trunk.{numbers[layer]}.{rest}"] = value
    norms = [name for name in doubled if name.endswith("running_mean")]
    counters = {name.replace("running_mean", "num_batches_tracked"): torch.tensor(7) for name in norms}
    return doubled | counters


def write_toy(folder: Path) -> Path:
    """The toy's PyTorch file."""
    path = folder / "pytorch_model.bin"
    torch.save(twice(toy_tensors()), path)
    return path


def load_toy(path: Path, dtype: str = "float32") -> model.EnformerTracks:
    """The toy, read as an official checkpoint of its size."""
    return model.load(path, length=LENGTH, bins=BINS, dtype=dtype)


def random_window(seed: int = 1, length: int = LENGTH) -> Window:
    codes = np.random.default_rng(seed).integers(0, 4, length)
    return np.eye(4, dtype=np.float32)[codes]


def with_base(window: Window, at: int) -> Window:
    """The window with the base at ``at`` replaced by the next in A, C, G, T."""
    changed = window.copy()
    changed[at] = np.roll(window[at], 1)
    return changed
