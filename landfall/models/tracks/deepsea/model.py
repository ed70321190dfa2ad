"""DeepSEA (Zhou and Troyanskaya, Nature Methods 2015): 1,000 bases to the probabilities of 919 chromatin profiles.

The network is that of the authors' ``deepsea.cpu`` as kipoi converted it to PyTorch, layers numbered alike. Bases come
in the order A, G, C, T, an unknown one as zeros; the activation is a threshold that turns what is not above 0 into
1e-6, not into 0. The scores of a variant are those of :mod:`landfall.models.tracks.e_values`.
"""

from __future__ import annotations

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

DEEPSEA, LAYOUT = registry.track_model("deepsea").info, registry.track_model("deepsea").layout
LENGTH = LAYOUT.length
PREFIXES = ("1.", "2.")
"""Of the keys in ``deepsea_variant_effects.pth`` and in ``deepsea_predict.pth``."""
WIDTH, POOL = 8, 4


def threshold() -> nn.Threshold:
    return nn.Threshold(0, 1e-6)


class DeepSEA(nn.Module):
    """One-hot (n, 1000, 4) A, G, C, T to probabilities (n, 1, tracks). channels: of the three convolutions."""

    def __init__(self, channels: Sequence[int], hidden: int, tracks: int) -> None:
        super().__init__()
        first, second, third = channels
        positions = ((LENGTH - WIDTH + 1) // POOL - WIDTH + 1) // POOL - WIDTH + 1
        layers = (
            Conv1d(4, first, WIDTH),
            threshold(),
            nn.MaxPool1d(POOL),
            nn.Dropout(0.2),
            Conv1d(first, second, WIDTH),
            threshold(),
            nn.MaxPool1d(POOL),
            nn.Dropout(0.2),
            Conv1d(second, third, WIDTH),
            threshold(),
            nn.Dropout(0.5),
            nn.Flatten(),
            nn.Sequential(nn.Identity(), Linear(third * positions, hidden)),
            threshold(),
            nn.Sequential(nn.Identity(), Linear(hidden, tracks)),
            nn.Sigmoid(),
        )
        self.layers = nn.Sequential(*layers)

    def forward(self, windows: Tensor) -> Tensor:
        probabilities: Tensor = self.layers(windows.transpose(1, 2))
        return probabilities[:, None, :]


def profiles(table: Path) -> list[TrackTarget]:
    """The 919 profiles of DeepSEA's ``predictor.names``, cell|assay|treatment, or kipoi's ``predictor_names.txt``.

    Kipoi writes underscores for bars; a cell whose own name has underscores is there untreated alone (``_None``).
    Raises WeightsError naming a line of another form.
    """
    found = []
    for number, line in enumerate(tracks_targets.lines(table)):
        untreated = line.endswith("_None")
        cells = line.split("|") if "|" in line else line.rsplit("_", 2) if untreated else line.split("_", 2)
        if len(cells) != 3:
            raise WeightsError(
                f"DeepSEA: {table}:{number + 1}: expected cell|assay|treatment, found {line!r}"
            )
        found.append(tracks_targets.profile(number, str(number + 1), cells[0].strip(), cells[1], line))
    return found


def load(weights: Path, device: str = "cpu", *, targets: Path | None = None, dtype: str = "float32") -> Model:
    """DeepSEA from either file of kipoi, ``deepsea_variant_effects.pth`` or ``deepsea_predict.pth``.

    targets: ``predictor.names``, or kipoi's ``predictor_names.txt``. Raises WeightsError if the checkpoint is missing,
    truncated, or of another network, or the table does not fit.
    """
    state = torch_checkpoint.read(weights, DEEPSEA.title)
    for prefix in PREFIXES:
        state = torch_checkpoint.without_prefix(state, prefix)
    state = in_one_dimension(state)

    def outputs(key: str, axes: int) -> int:
        return torch_checkpoint.shape(state, key, axes, DEEPSEA.title, weights)[0]

    channels, tracks = [outputs(f"{layer}.weight", 3) for layer in (0, 4, 8)], outputs("14.1.weight", 2)
    with torch.device("meta"):
        network = DeepSEA(channels, outputs("12.1.weight", 2), tracks)
    torch_checkpoint.fill(network.layers, state, DEEPSEA.title, weights)
    named = tracks_targets.fitting(profiles(targets), tracks, DEEPSEA.title, targets) if targets else []
    return Model(DEEPSEA, LAYOUT, torch_checkpoint.ready(network, device, dtype), named)
