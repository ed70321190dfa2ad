"""The groups of tissues in which a patient's regulation is shown."""

from __future__ import annotations

from pathlib import Path

from landfall.inputs import tissue_groups
from landfall.settings import Sample, Settings
from landfall.stages.common import write_json


def run(settings: Settings, sample: Sample, output: Path) -> None:
    """A JSON object with the list ``groups``."""
    write_json({"groups": tissue_groups(sample, settings)}, output)
