"""The networks of an ensemble read one by one, so that their disagreement can be seen beside their mean."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np

from landfall.models.base import ModelInfo
from landfall.models.reading import Edit, Outputs
from landfall.models.spliceai import Ensemble


class EachNetwork:
    """An ensemble of SpliceAI's family that gives the outputs of its networks side by side, not their mean."""

    def __init__(self, ensemble: Ensemble) -> None:
        self.info: ModelInfo = ensemble.info
        self.context = ensemble.context
        self.single = [copy.copy(ensemble) for _ in ensemble.stacks]
        for one, stack in zip(self.single, ensemble.stacks, strict=True):
            one.stacks = [stack]

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        """As :meth:`Ensemble.read`, with three columns for each network: (rows, 3 * networks)."""
        each = [one.read(sequence, edits, batch) for one in self.single]
        return [
            (
                np.concatenate([ref for ref, _ in pairs], axis=1),
                np.concatenate([alt for _, alt in pairs], axis=1),
            )
            for pairs in zip(*each, strict=True)
        ]
