"""Sei (Chen et al., Nature Genetics 2022): 4,096 bases to the probabilities of 21,907 chromatin profiles.

The network is read from top to bottom below, layers and names as in the official ``model/sei.py``: three stages of a
linear pair and a nonlinear pair of convolutions with pooling between them, five dilated convolutions, a B-spline basis
over the 256 positions left, two dense layers. The official predictor is the mean of both strands (Selene's
``NonStrandSpecific``); :meth:`Model.read` gives one strand, as every model of tracks does.

What an alternate shares with its reference is not computed again; see :mod:`landfall.models.sei_trunk`.

Indels: Selene 0.6, which the official scripts use, centres the window on the middle of REF, trims an insertion at both
ends, and for a deletion takes the wrong bases out: its ``_process_alt`` reads a 1-based position as a 0-based one, and
the gap lies two bases too far right. Windows here hold the true haplotype (:func:`track_scores.alternate`): scores of
substitutions of one base are those of the published tool, scores of indels differ from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from landfall.models import checkpoints, sei_classes, sei_trunk
from landfall.models import targets as tables
from landfall.models.base import WeightsError
from landfall.models.gpu import Conv1d, to_numpy
from landfall.models.linear import Linear
from landfall.models.track_catalogue import SEI
from landfall.models.tracks import Layout, Site, Target, Tracks, Window

Scores = NDArray[np.float32]

LENGTH = 4_096
LAYOUT = Layout(length=LENGTH, variant=LENGTH // 2 - 1, first=0, bin=LENGTH, bins=1, unknown=0.25)
WEIGHTS = "sei.pth"
NAMES = SEI.targets[0].name
PREFIX = "module.model."
WIDTH = 9
DILATIONS = (2, 4, 8, 16, 25)
BATCH = 16
"""Sites whose windows go through the dense layers together: reading their weights takes longer than using them."""


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
            nn.MaxPool1d(sei_trunk.POOL),
            nn.Dropout(0.2),
            convolution(first, second),
            convolution(second, second),
        )
        self.conv2 = nn.Sequential(nn.Dropout(0.2), *nonlinear(second))
        self.lconv3 = nn.Sequential(
            nn.MaxPool1d(sei_trunk.POOL),
            nn.Dropout(0.2),
            convolution(second, third),
            convolution(third, third),
        )
        self.conv3 = nn.Sequential(nn.Dropout(0.2), *nonlinear(third))
        self.dconv1, self.dconv2, self.dconv3, self.dconv4, self.dconv5 = (
            dilated(third, dilation) for dilation in DILATIONS
        )
        splines = spline_basis(LENGTH // sei_trunk.POOL**2, freedom)
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


class Model:
    """Sei with its weights loaded: tracks, and their sum as classes where the user has the tables of them."""

    info = SEI
    layout = LAYOUT

    def __init__(
        self, network: Sei, targets: Sequence[Target] = (), classes: sei_classes.Classes | None = None
    ) -> None:
        self.network = network
        self.targets = targets
        self.classes = classes.names if classes else ()
        self._classes = classes
        self._trunk = sei_trunk.Trunk(network)

    def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
        """Probabilities (1, tracks) of a window, and of the same window with each variant in it."""
        return self.read_many([(reference, alternates)])[0]

    def read_many(self, sites: Sequence[Site]) -> list[tuple[Tracks, list[Tracks]]]:
        """As :meth:`read` for each site; the dense layers, whose weights are read once a batch, take sites together."""
        return [
            answer
            for first in range(0, len(sites), BATCH)
            for answer in self._batch(sites[first : first + BATCH])
        ]

    @torch.inference_mode()
    def _batch(self, sites: Sequence[Site]) -> list[tuple[Tracks, list[Tracks]]]:
        features, rows = self._trunk.read(sites)
        probabilities = to_numpy(self.network.classify(features))
        return [
            (probabilities[site], [probabilities[row] for row in alternates])
            for site, alternates in enumerate(rows)
        ]

    def class_scores(self, reference: Tracks, alternate: Tracks) -> tuple[Scores, Scores]:
        """The score of every class with either allele, (classes,) each, by :meth:`sei_classes.Classes.both`.

        reference, alternate: (1, tracks), averaged over both strands. Raises WeightsError without the tables.
        """
        if self._classes is None:
            raise WeightsError(f"{SEI.title}: {sei_classes.PROJECTION} is not beside {WEIGHTS}: no classes")
        ref, alt = self._classes.both(reference[0], alternate[0])
        return ref.astype(np.float32), alt.astype(np.float32)


def load(weights: Path, device: str = "cpu", *, targets: Path | None = None, dtype: str = "float32") -> Model:
    """Sei from the official folder ``model/`` or its file ``sei.pth``.

    targets: the profiles' names, ``target.names`` beside the checkpoint where None. The classes are read from there if
    the three files of them are there. Raises WeightsError if the checkpoint is missing, truncated, or of another
    network, or a table does not fit it.
    """
    path = weights / WEIGHTS if weights.is_dir() else weights
    state = checkpoints.without_prefix(checkpoints.read(path, SEI.title), PREFIX)
    channels, freedom, hidden, tracks = _sizes(state, path)
    with torch.device("meta"):
        network = Sei(channels, freedom, hidden, tracks)
    checkpoints.fill(network, state, SEI.title, path)
    there = all(path.with_name(file.name).is_file() for file in SEI.beside)
    classes = sei_classes.load(path.parent, tracks) if there else None
    names = _targets(targets or path.with_name(NAMES), targets is not None, tracks)
    return Model(checkpoints.ready(network, device, dtype), names, classes)


def _sizes(state: Mapping[str, Tensor], path: Path) -> tuple[list[int], int, int, int]:
    """Channels, B-splines, hidden units and tracks, which a checkpoint's shapes tell."""

    def shape(key: str, axes: int) -> tuple[int, ...]:
        return checkpoints.shape(state, key, axes, SEI.title, path)

    channels = [shape(key, 3)[0] for key in ("lconv1.1.weight", "lconv2.3.weight", "lconv3.3.weight")]
    hidden, features = shape("classifier.0.weight", 2)
    tracks, _ = shape("classifier.2.weight", 2)
    freedom = max(
        features // channels[-1], 4
    )  # a cubic basis has no fewer; what does not fit is told with the shapes
    return channels, freedom, hidden, tracks


def _targets(table: Path, wanted: bool, tracks: int) -> list[Target]:
    """The profiles' names; none where the user has no table and named none."""
    if not wanted and not table.is_file():
        return []
    return tables.fitting(tables.sei(table), tracks, SEI.title, table)
