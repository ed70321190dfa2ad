"""The groups of tissues in which a patient's regulation is shown."""

from __future__ import annotations

from pathlib import Path

from landfall.audit.preflight.resolve import tissue_groups
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io.text import write_json


def run(settings: Settings, sample: Sample, output: Path) -> None:
    """A JSON object with the list ``groups``."""
    write_json({"groups": tissue_groups(sample, settings)}, output)
