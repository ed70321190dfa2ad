"""The models landfall knows. Importing this package imports none of them."""

from __future__ import annotations

import importlib
from types import ModuleType

MODELS = {"spliceai": "landfall.models.spliceai"}
"""Name in the configuration to module."""


def module(name: str) -> ModuleType:
    """The module of a model; importing it may take seconds (torch)."""
    return importlib.import_module(MODELS[name])
