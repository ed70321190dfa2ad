"""All networks of tracks in one table, and which variants are to be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from landfall.genome.reference import Reference
from landfall.io import parquet
from landfall.io.parquet import concat
from landfall.regulation import summary, windows
from landfall.regulation.scoring import keys
from landfall.regulation.tables import (
    CLASSES,
    REGULATION,
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATION_MUTAGENESIS,
    REGULATION_STRETCHES,
    REGULATORY,
)
from landfall.splicing.tables import SCORES

EXPLAINED = {
    "bins": REGULATION_BINS,
    "maps": REGULATION_ATTRIBUTION,
    "stretches": REGULATION_STRETCHES,
    "mutagenesis": REGULATION_MUTAGENESIS,
}
"""What explains a variant: name of an output to its table."""


def run(
    top: int,
    reference: Reference,
    sources: Mapping[str, Sequence[Path]],
    outputs: Mapping[str, Path],
) -> None:
    """Outputs regulatory, regulation and classes; sources: placements, scores, strongest and classes by network."""
    placements = {
        tuple(keys(placement).values()): placement
        for path in reversed(sources["placements"])
        for placement in windows.read(path, reference)
    }
    pairs = zip(sources["scores"], sources["strongest"], strict=True)
    networks = [
        (parquet.read(SCORES, scores), parquet.read(REGULATION, strongest)) for scores, strongest in pairs
    ]
    rows = summary.ordered(placements, networks, top)
    parquet.write(REGULATORY, parquet.from_rows(REGULATORY, rows), outputs["regulatory"])
    concat(REGULATION, sources["strongest"], outputs["regulation"])
    concat(CLASSES, sources["classes"], outputs["classes"])


def explained(sources: Mapping[str, Sequence[Path]], outputs: Mapping[str, Path]) -> None:
    """The explanations of all networks; sources and outputs by the names of EXPLAINED."""
    for name, table in EXPLAINED.items():
        concat(table, sources[name], outputs[name])
