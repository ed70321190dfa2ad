"""What the call set looks like as a whole."""

from __future__ import annotations

from pathlib import Path

from landfall import callset, tables
from landfall.settings import Settings


def run(settings: Settings, alleles: Path, output: Path) -> None:
    """tables.CALLSET of the alleles in their one spelling, which are read part by part."""
    found = callset.count(tables.parts(tables.NORMALISED, alleles), settings.filter.pass_filters)
    tables.write(tables.CALLSET, found, output)
