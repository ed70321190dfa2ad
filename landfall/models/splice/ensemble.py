"""The networks of an ensemble computed one by one, for their spread beside their mean."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from landfall.models.base import SpliceModel
from landfall.models.inference.edits import Edit, Outputs
from landfall.models.info import ModelInfo

if TYPE_CHECKING:
    from landfall.models.inference.incremental import Stack


class Ensemble(SpliceModel, Protocol):
    """A model that is the mean of several networks."""

    stacks: list[Stack]


def networks(ensemble: Ensemble) -> list[Ensemble]:
    """Each network of an ensemble as a model of its own, in the ensemble's order."""
    alone = [copy.copy(ensemble) for _ in ensemble.stacks]
    for network, stack in zip(alone, ensemble.stacks, strict=True):
        network.stacks = [stack]
    return alone


class EachNetwork:
    """An ensemble of SpliceAI's family that gives the outputs of its networks side by side, not their mean."""

    def __init__(self, ensemble: Ensemble) -> None:
        self.info: ModelInfo = ensemble.info
        self.context = ensemble.context
        self.single = networks(ensemble)

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
