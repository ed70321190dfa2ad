"""What a sample's inputs resolve to."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from landfall import inputs
from landfall.settings import Sample, Settings
from landfall.stages.common import write_json


def run(settings: Settings, sample: Sample, output: Path) -> None:
    """What a sample's inputs resolve to: its column in the VCF, its family, its candidate genes."""
    (resolved,) = inputs.deep_check(settings, [sample])
    write_json(asdict(resolved), output)
