"""Models by their names in the configuration.

The catalogue is imported by its name: code that asks for one model then has no declaration in its digest
(:func:`landfall.io.digests.code_digest`), so that neither the words of a declaration nor a new model run another model
again. What of a declaration the numbers rest on goes to the rules and the stored scores by value (``facts``).
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache

from landfall.models.spec import ModelSpec, SpliceModelSpec, TrackModelSpec


@cache
def splice_models() -> Mapping[str, SpliceModelSpec]:
    """Every splice model by its name, in the order of the catalogue."""
    catalogue = importlib.import_module("landfall.models.catalogue")
    return {spec.name: spec for spec in catalogue.SPLICE_MODELS}


@cache
def track_models() -> Mapping[str, TrackModelSpec]:
    """Every regulatory track model by its name, in the order of the catalogue."""
    catalogue = importlib.import_module("landfall.models.catalogue")
    return {spec.name: spec for spec in catalogue.TRACK_MODELS}


def first_of_sites() -> SpliceModelSpec:
    """The first model of the catalogue that finds splice sites, as the first of a configuration must."""
    return next(spec for spec in splice_models().values() if spec.kind == "sites")


def all_models() -> tuple[ModelSpec, ...]:
    """Every model."""
    return (*splice_models().values(), *track_models().values())


def splice_model(name: str) -> SpliceModelSpec:
    """A splice model. Raises KeyError for an unknown name."""
    return splice_models()[name]


def track_model(name: str) -> TrackModelSpec:
    """A regulatory track model. Raises KeyError for an unknown name."""
    return track_models()[name]
