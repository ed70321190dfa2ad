"""What a sample's inputs resolve to."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from landfall.audit.preflight import run as preflight_run
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io.text import write_json


def run(settings: Settings, sample: Sample, output: Path) -> None:
    """What a sample's inputs resolve to: its column in the VCF, its family, its candidate genes."""
    (resolved,) = preflight_run.deep_check(settings, [sample])
    write_json(asdict(resolved), output)
