"""The expected gel of an RT-PCR, drawn from the band sizes of the assay table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from landfall.report import formatting
from landfall.report.figures import svg

LANES = (("patient_bands", "patient"), ("control_bands", "control"), ("water_bands", "water"))
WIDTH, TOP, TALL, LEFT, LANE = 400, 44, 220, 56, 84
BAND, APART = 46, 13
"""Width of a band, least distance of two labels."""
RUNG, LADDER = 100, 600
"""Step of the ladder and its smallest upper end, in bases."""


def draw(assay: Mapping[str, Any]) -> Markup | None:
    """One row of tables.ASSAYS as SVG: a ladder and three lanes, sizes on a logarithmic scale; None without bands."""
    sizes = sorted({size for name, _ in LANES for size in assay[name]})
    if not sizes:
        return None
    rungs = range(RUNG, max(LADDER, (sizes[-1] // RUNG + 2) * RUNG), RUNG)
    low, high = min(sizes[0], RUNG) * 0.85, rungs[-1] * 1.05
    parts = [svg.rect(LEFT, TOP, WIDTH - LEFT - 8, TALL, "gel", 3), *_ladder(rungs, low, high)]
    for number, (column, name) in enumerate(LANES):
        middle = LEFT + 96 + LANE * number
        parts += [
            svg.text(middle, TOP - 10, name, "lane-name", "middle"),
            *_lane(assay[column], middle, low, high),
        ]
    kind = f"{assay['pair']} pair"
    title = f"Expected gel, {kind}: " + "; ".join(f"{name} {_sizes(assay[column])}" for column, name in LANES)
    return svg.picture(WIDTH, TOP + TALL + 8, title, [svg.text(0, 14, kind, "panel-name"), *parts])


def _sizes(bands: Sequence[int]) -> str:
    return " and ".join(f"{size} bp" for size in bands) or "no band"


def _height(size: float, low: float, high: float) -> float:
    """y of a band, lower for shorter products."""
    return TOP + TALL * math.log(high / size) / math.log(high / low)


def _ladder(rungs: Sequence[int], low: float, high: float) -> list[Markup]:
    parts = [svg.text(LEFT + 26, TOP - 10, "ladder", "lane-name", "middle")]
    for size, y in zip(rungs, spread([_height(r, low, high) for r in rungs]), strict=True):
        parts.append(svg.rect(LEFT + 10, _height(size, low, high) - 1, 32, 2, "rung"))
        parts.append(svg.text(LEFT - 8, y + 4, formatting.count(size), "tick", "end"))
    return parts


def _lane(bands: Sequence[int], middle: float, low: float, high: float) -> list[Markup]:
    heights = [_height(size, low, high) for size in bands]
    parts = [svg.rect(middle - BAND / 2, y - 2.5, BAND, 5, "band", 1) for y in heights]
    places = spread(heights)
    return parts + [
        svg.text(middle + BAND / 2 + 4, y + 4, formatting.count(size), "band-size")
        for size, y in zip(bands, places, strict=True)
    ]


def spread(heights: Sequence[float]) -> list[float]:
    """Falling heights moved up as little as keeps labels APART."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - APART) if placed else height)
    return placed
