"""Download a model's weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.models.registry import splice_model
from landfall.models.weights.fetching import fetch
from landfall.stages.job import Job

SECTIONS = ()


@dataclass(frozen=True)
class Inputs:
    """No file."""


@dataclass(frozen=True)
class Outputs:
    """The licence, beside the weights, written last."""

    licence: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    """Download the weights of the model and log their licence."""
    fetch(splice_model(job.wildcards["model"]).info, outputs.licence.parent)
