"""What a delta score means in each region of the transcript: how many measured variants reach it.

From ``calibration.json`` (:mod:`landfall.splicing.probability.calibration`): of the variants of the fit, by network and
region, those with a largest raw delta score within 500 bases of at least each cut-off.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from landfall.splicing.probability.calibration import COEFFICIENTS

REGION_NAMES = {
    "canonical": "at the two bases of a splice site",
    "near": "near an exon's edge",
    "exonic": "within an exon",
    "deep_intronic": "deep in an intron",
}
"""The regions of :func:`landfall.splicing.probability.calibration.region_of` in words."""


@dataclass(frozen=True)
class Counts:
    """Measured variants of a region that reach a cut-off, and all; affected: those that affect splicing."""

    cutoff: float
    affected_reached: int
    affected: int
    unaffected_reached: int
    unaffected: int


@cache
def counted(path: Path = COEFFICIENTS) -> Mapping[tuple[str, str], tuple[Counts, ...]]:
    """The counts of every cut-off, ascending, by network and region."""
    stored = json.loads(path.read_text(encoding="utf-8"))["cutoffs"]
    return {
        (model, region): tuple(sorted((Counts(*row) for row in rows), key=lambda row: row.cutoff))
        for model, regions in stored.items()
        for region, rows in regions.items()
    }


def reached(model: str, region: str, delta: float) -> Counts | None:
    """The counts of the largest cut-off that a score reaches; None below all, or for a network without counts."""
    found = [row for row in counted().get((model, region), ()) if delta >= row.cutoff]
    return found[-1] if found else None


def describe(model: str, title: str, region: str, delta: float) -> str:
    """A sentence on the measured variants of the region that reach a score; empty without counts."""
    found = reached(model, region, delta)
    if found is None:
        return ""
    return (
        f"Of the variants {REGION_NAMES[region]} whose effect on splicing is known, {found.affected_reached} of "
        f"{found.affected} that affect it and {found.unaffected_reached} of {found.unaffected} that do not have "
        f"a {title} score of {found.cutoff:g} or more."
    )
