"""Beluga (Zhou et al., Nature Genetics 2018), DeepSEA's successor: 2,000 bases to 2,002 chromatin profiles.

The network is that of ExPecto's ``chromatin.py``, layers numbered alike. Bases come in the order A, G, C, T, an unknown
one as zeros. The scores of a variant are those of :mod:`landfall.models.tracks.e_values`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from landfall.models import registry
from landfall.models.info import WeightsError
from landfall.models.layers.gpu_convolution import Conv1d
from landfall.models.layers.linear import Linear
from landfall.models.tracks import targets as tracks_targets
from landfall.models.tracks.base import TrackTarget
from landfall.models.tracks.whole_window import Model, in_one_dimension
from landfall.models.weights import torch_checkpoint

BELUGA, LAYOUT = registry.track_model("beluga").info, registry.track_model("beluga").layout
LENGTH = LAYOUT.length
WIDTH, POOL = 8, 4


def pair(inputs: int, outputs: int) -> list[nn.Module]:
    return [Conv1d(inputs, outputs, WIDTH), nn.ReLU(), Conv1d(outputs, outputs, WIDTH), nn.ReLU()]


def pool() -> list[nn.Module]:
    return [nn.Dropout(0.2), nn.MaxPool1d(POOL)]


class Beluga(nn.Module):
    """One-hot (n, 2000, 4) A, G, C, T to probabilities (n, 1, tracks). channels: of the three pairs of convolutions."""

    def __init__(self, channels: Sequence[int], hidden: int, tracks: int) -> None:
        super().__init__()
        first, second, third = channels
        positions = ((LENGTH - 2 * (WIDTH - 1)) // POOL - 2 * (WIDTH - 1)) // POOL - 2 * (WIDTH - 1)
        convolutions = [*pair(4, first), *pool(), *pair(first, second), *pool(), *pair(second, third)]
        dense = [
            nn.Dropout(0.5),
            nn.Flatten(),
            nn.Sequential(nn.Identity(), Linear(third * positions, hidden)),
            nn.ReLU(),
            nn.Sequential(nn.Identity(), Linear(hidden, tracks)),
        ]
        self.model = nn.Sequential(nn.Sequential(*convolutions), nn.Sequential(*dense), nn.Sigmoid())

    def forward(self, windows: Tensor) -> Tensor:
        probabilities: Tensor = self.model(windows.transpose(1, 2))
        return probabilities[:, None, :]


def profiles(table: Path) -> list[TrackTarget]:
    """The 2,002 profiles of Beluga's ``deepsea_beluga_2002_features.tsv``; DeepSEA's 919 are others.

    Raises WeightsError if the table has no columns Cell type and Assay.
    """
    rows = list(csv.DictReader(tracks_targets.lines(table), delimiter="\t"))
    if not rows or not {"", "Cell type", "Assay"} <= rows[0].keys():
        found = ", ".join(map(repr, rows[0])) if rows else "no rows"
        raise WeightsError(
            f"Beluga: {table}: expected a first column of numbers, Cell type and Assay, found {found}"
        )
    return [
        tracks_targets.profile(
            number, row[""], row["Cell type"], row["Assay"], " | ".join(filter(None, row.values()))
        )
        for number, row in enumerate(rows)
    ]


def load(weights: Path, device: str = "cpu", *, targets: Path | None = None, dtype: str = "float32") -> Model:
    """Beluga from ``deepsea.beluga.pth``.

    targets: ``deepsea_beluga_2002_features.tsv``. Raises WeightsError if the checkpoint is missing, truncated, or of
    another network, or the table does not fit.
    """
    state = in_one_dimension(torch_checkpoint.read(weights, BELUGA.title))

    def outputs(key: str, axes: int) -> int:
        return torch_checkpoint.shape(state, f"model.{key}.weight", axes, BELUGA.title, weights)[0]

    channels, tracks = [outputs(f"0.{layer}", 3) for layer in (0, 6, 12)], outputs("1.4.1", 2)
    with torch.device("meta"):
        network = Beluga(channels, outputs("1.2.1", 2), tracks)
    torch_checkpoint.fill(network, state, BELUGA.title, weights)
    named = tracks_targets.fitting(profiles(targets), tracks, BELUGA.title, targets) if targets else []
    return Model(BELUGA, LAYOUT, torch_checkpoint.ready(network, device, dtype), named)
