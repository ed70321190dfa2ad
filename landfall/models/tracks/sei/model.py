"""Sei (Chen et al., Nature Genetics 2022): 4,096 bases to the probabilities of 21,907 chromatin profiles.

The network is read from top to bottom below, layers and names as in the official ``model/sei.py``: three stages of a
linear pair and a nonlinear pair of convolutions with pooling between them, five dilated convolutions, a B-spline basis
over the 256 positions left, two dense layers. The official predictor is the mean of both strands (Selene's
``NonStrandSpecific``); :meth:`Model.read` gives one strand, as every model of tracks does.

What an alternate shares with its reference is not computed again; see :mod:`landfall.models.tracks.sei.incremental`.

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
from torch import Tensor

from landfall.models import registry
from landfall.models.info import WeightsError
from landfall.models.layers.gpu_convolution import to_numpy
from landfall.models.tracks import targets as tracks_targets
from landfall.models.tracks.base import Site, Tracks, TrackTarget, Window
from landfall.models.tracks.sei import incremental, sequence_classes
from landfall.models.tracks.sei.network import Sei
from landfall.models.weights import torch_checkpoint

Scores = NDArray[np.float32]
SEI = registry.track_model("sei").info
LAYOUT = registry.track_model("sei").layout
WEIGHTS = "sei.pth"
NAMES = SEI.targets[0].name
PREFIX = "module.model."
BATCH = 16
"""Sites whose windows go through the dense layers together: reading their weights takes longer than using them."""


class Model:
    """Sei with its weights loaded: tracks, and their sum as classes where their tables are configured."""

    info = SEI
    layout = LAYOUT

    def __init__(
        self,
        network: Sei,
        targets: Sequence[TrackTarget] = (),
        classes: sequence_classes.Classes | None = None,
    ) -> None:
        self.network = network
        self.targets = targets
        self.classes = classes.names if classes else ()
        self._classes = classes
        self._trunk = incremental.Trunk(network)

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
            raise WeightsError(
                f"{SEI.title}: {sequence_classes.PROJECTION} is not beside {WEIGHTS}: no classes"
            )
        ref, alt = self._classes.both(reference[0], alternate[0])
        return ref.astype(np.float32), alt.astype(np.float32)


def profiles(table: Path) -> list[TrackTarget]:
    """The 21,907 profiles of Sei's ``target.names``: tissue | mark | source, separated by bars.

    The source is ``ID:`` and a number of the Cistrome database, ENCODE or Roadmap, some with the number of a
    replicate. Raises WeightsError naming a line of another form.
    """
    found = []
    for number, line in enumerate(tracks_targets.lines(table)):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 3:
            raise WeightsError(f"Sei: {table}:{number + 1}: expected tissue | mark | source, found {line!r}")
        identifier = cells[2].removeprefix("ID:") if len(cells) == 3 else " ".join(cells[2:])
        found.append(tracks_targets.profile(number, identifier, cells[0], cells[1], line))
    return found


def load(weights: Path, device: str = "cpu", *, targets: Path | None = None, dtype: str = "float32") -> Model:
    """Sei from the official folder ``model/`` or its file ``sei.pth``.

    targets: the profiles' names, ``target.names`` beside the checkpoint where None. The classes are read from there if
    the three files of them are there. Raises WeightsError if the checkpoint is missing, truncated, or of another
    network, or a table does not fit it.
    """
    path = weights / WEIGHTS if weights.is_dir() else weights
    state = torch_checkpoint.without_prefix(torch_checkpoint.read(path, SEI.title), PREFIX)
    channels, freedom, hidden, tracks = _sizes(state, path)
    with torch.device("meta"):
        network = Sei(channels, freedom, hidden, tracks)
    torch_checkpoint.fill(network, state, SEI.title, path)
    there = all(path.with_name(file.name).is_file() for file in SEI.beside)
    classes = sequence_classes.load(path.parent, tracks) if there else None
    names = _targets(targets or path.with_name(NAMES), targets is not None, tracks)
    return Model(torch_checkpoint.ready(network, device, dtype), names, classes)


def _sizes(state: Mapping[str, Tensor], path: Path) -> tuple[list[int], int, int, int]:
    """Channels, B-splines, hidden units and tracks, from the shapes of a checkpoint."""

    def shape(key: str, axes: int) -> tuple[int, ...]:
        return torch_checkpoint.shape(state, key, axes, SEI.title, path)

    channels = [shape(key, 3)[0] for key in ("lconv1.1.weight", "lconv2.3.weight", "lconv3.3.weight")]
    hidden, features = shape("classifier.0.weight", 2)
    tracks, _ = shape("classifier.2.weight", 2)
    freedom = max(
        features // channels[-1], 4
    )  # a cubic basis has no fewer; what does not fit is reported with the shapes
    return channels, freedom, hidden, tracks


def _targets(table: Path, wanted: bool, tracks: int) -> list[TrackTarget]:
    """The profiles' names; none where the user has no table and named none."""
    if not wanted and not table.is_file():
        return []
    return tracks_targets.fitting(profiles(table), tracks, SEI.title, table)
