"""Networks that read a window whole and give one number a track: DeepSEA and Beluga as one kind of model.

Their convolutions come in checkpoints as two-dimensional ones over a row of height 1; here they run in one dimension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from landfall.models.info import ModelInfo
from landfall.models.layers.gpu_convolution import to_numpy
from landfall.models.tracks.base import Layout, Tracks, TrackTarget, Window

BATCH = 64
"""Windows of one pass."""


class Model:
    """A network (n, length, 4) to (n, 1, tracks) with its weights loaded."""

    def __init__(
        self, info: ModelInfo, layout: Layout, network: nn.Module, targets: Sequence[TrackTarget]
    ) -> None:
        self.info = info
        self.layout = layout
        self.network = network
        self.targets = targets

    def read(self, reference: Window, alternates: Sequence[Window]) -> tuple[Tracks, list[Tracks]]:
        """Probabilities (1, tracks) of a window and of each alternate; one that is the reference is not read again."""
        differ = [number for number, window in enumerate(alternates) if (window != reference).any()]
        ref, *read = self._probabilities([reference, *(alternates[number] for number in differ)])
        found = dict(zip(differ, read, strict=True))
        return ref, [found.get(number, ref) for number in range(len(alternates))]

    @torch.inference_mode()
    def _probabilities(self, windows: Sequence[Window]) -> list[Tracks]:
        weight = next(self.network.parameters())
        batches = [windows[first : first + BATCH] for first in range(0, len(windows), BATCH)]
        return [
            tracks
            for batch in batches
            for tracks in to_numpy(self.network(torch.from_numpy(np.stack(batch)).to(weight)))
        ]


def in_one_dimension(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights of convolutions (out, in, 1, width) or (out, in, width, 1) as (out, in, width); the rest as it is."""
    return {
        key: value.flatten(2) if value.ndim == 4 and 1 in value.shape[2:] else value
        for key, value in state.items()
    }
