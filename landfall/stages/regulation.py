"""All networks of tracks in one table, and which variants are to be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from landfall import regulation, tables
from landfall.stages import track_windows
from landfall.stages.common import Reference
from landfall.track_scoring import keys

EXPLAINED = {
    "bins": tables.REGULATION_BINS,
    "maps": tables.REGULATION_MAPS,
    "stretches": tables.REGULATION_STRETCHES,
    "mutagenesis": tables.REGULATION_MUTAGENESIS,
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
        for placement in track_windows.read(path, reference)
    }
    pairs = zip(sources["scores"], sources["strongest"], strict=True)
    networks = [
        (tables.read(tables.SCORES, scores), tables.read(tables.REGULATION, strongest))
        for scores, strongest in pairs
    ]
    rows = regulation.ordered(placements, networks, top)
    tables.write(tables.REGULATORY, tables.from_rows(tables.REGULATORY, rows), outputs["regulatory"])
    concat(tables.REGULATION, sources["strongest"], outputs["regulation"])
    concat(tables.CLASSES, sources["classes"], outputs["classes"])


def explained(sources: Mapping[str, Sequence[Path]], outputs: Mapping[str, Path]) -> None:
    """The explanations of all networks; sources and outputs by the names of EXPLAINED."""
    for name, table in EXPLAINED.items():
        concat(table, sources[name], outputs[name])


def concat(table: tables.Table, paths: Sequence[Path], output: Path) -> None:
    """The tables of several networks as one."""
    tables.write(table, pa.concat_tables([tables.read(table, path) for path in paths]), output)
