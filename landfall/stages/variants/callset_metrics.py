"""What the call set looks like as a whole."""

from __future__ import annotations

from pathlib import Path

from landfall.config.sections import Settings
from landfall.io import parquet
from landfall.variants import callset_metrics
from landfall.variants.tables import CALLSET, NORMALISED


def run(settings: Settings, alleles: Path, output: Path) -> None:
    """tables.CALLSET of the alleles in their one spelling, which are read part by part."""
    found = callset_metrics.count(parquet.parts(NORMALISED, alleles), settings.filter.pass_filters)
    parquet.write(CALLSET, found, output)
