"""The figures of a regulation page: heat map, tracks around gene and variant, attention and contribution, mutagenesis.

Figures run along the + strand of the contig; ``start``/``end`` are 0-based half-open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from landfall.genome.encoding import BASES
from landfall.regulation.rows import RegulatoryRow, StrongestTrackRow
from landfall.report import formatting
from landfall.report.figures import svg
from landfall.report.figures.scale import Scale

WIDTH, LEFT, RIGHT = 860, 14, 14
COLUMNS = 400
"""Most points that a line is drawn with."""
MARGIN = 8_000
"""Bases shown on either side of gene start and variant."""
FULL = 6.0
"""|z| at which a cell of the heat map has its full colour."""
NEAR = 1_000
"""Bases on either side of a gene's start that are drawn and counted as the promoter itself."""
NAME_WIDTH, CELL_WIDTH, CELL_HEIGHT = 170, 86, 26

Row = Mapping[str, Any]


def heat(strongest: Sequence[StrongestTrackRow], first: Sequence[str]) -> Markup:
    """Tissue groups down, those named ``first`` first, assays across: the z of the track that changes most."""
    best: dict[tuple[str, str], StrongestTrackRow] = {}
    for row in strongest:
        best.setdefault((row["tissue_group"], row["assay"] or "signal"), row)
    assays = sorted({assay for _, assay in best})
    groups = sorted(
        {group for group, _ in best}, key=lambda group: (group not in first, group == "other", group)
    )
    parts: list[Markup] = []
    for column, assay in enumerate(assays):
        parts.append(svg.text(NAME_WIDTH + CELL_WIDTH * (column + 0.5), 16, assay, "panel-name", "middle"))
    for line, group in enumerate(groups):
        y = 26 + CELL_HEIGHT * line
        parts.append(svg.text(NAME_WIDTH - 10, y + 17, group, "panel-name" if group in first else "", "end"))
        for column, assay in enumerate(assays):
            parts += _cell(best.get((group, assay)), NAME_WIDTH + CELL_WIDTH * column, y)
    height = 26 + CELL_HEIGHT * len(groups) + 4
    width = max(NAME_WIDTH + CELL_WIDTH * len(assays), 420)
    return svg.picture(width, height, "Largest change by group of tissues and assay, in z", parts)


def _cell(row: StrongestTrackRow | None, x: float, y: float) -> Iterator[Markup]:
    yield svg.rect(x, y, CELL_WIDTH - 2, CELL_HEIGHT - 2, "cell still")
    if row is None:
        return
    strength = min(abs(row["z"]) / FULL, 1.0)
    kind = "falls" if row["z"] < 0 else "rises"
    yield svg.element(
        "rect",
        x=x,
        y=y,
        width=CELL_WIDTH - 2,
        height=CELL_HEIGHT - 2,
        cls=f"cell {kind}",
        fill_opacity=f"{strength:.2f}",
    )
    sign = "+" if row["z"] > 0 else formatting.MINUS
    shade = "on-dark" if strength > 0.55 else ""
    yield svg.text(x + CELL_WIDTH / 2 - 1, y + 17, f"{sign}{abs(row['z']):.1f}", shade, "middle")


def _scale(start: int, end: int) -> Scale:
    return Scale(start, end, LEFT, WIDTH - RIGHT)


def along(line: Row) -> Scale:
    """The scale of a map, from its first bin to the end of its last."""
    return _scale(line["start"], line["start"] + line["bin"] * len(line["values"]))


def tracks(row: RegulatoryRow, bins: Sequence[Row], named: Mapping[int, str]) -> Markup:
    """A panel per track: reference grey, variant a line, the difference below on its own scale."""
    scale = _around(row, bins[0])
    top, parts = 46.0, list[Markup]()
    for line in bins:
        parts += _panel(line, named.get(line["track"], f"track {line['track']}"), scale, top)
        top += PANEL + STRIP + 34
    marks = _marks(row, scale, top - 10)
    title = f"Tracks around {row['gene'] or 'the variant'}, reference and variant"
    return svg.picture(WIDTH, top + 26, title, [*marks, *parts, *_axis(row, scale, top)])


PANEL, STRIP = 52, 26


def _around(row: RegulatoryRow, line: Row) -> Scale:
    """Gene start and variant with MARGIN around them, as far as the bins reach."""
    places = [row["pos"] - 1]
    first, last = line["start"], line["start"] + line["bin"] * len(line["signal_ref"])
    if row["tss"] is not None and first <= row["tss"] < last:
        places.append(row["tss"])
    return _scale(max(min(places) - MARGIN, first), min(max(places) + MARGIN, last))


def _panel(line: Row, name: str, scale: Scale, top: float) -> Iterator[Markup]:
    ref, alt = (_points(line["signal_" + side], line, scale) for side in ("ref", "alt"))
    highest = max((value for _, value in [*ref, *alt]), default=0.0) or 1.0
    floor = top + 16 + PANEL
    yield svg.text(LEFT, top + 8, name, "panel-name")
    yield svg.text(WIDTH - RIGHT, top + 8, f"to {highest:.3g}", "tick", "end")
    yield svg.element("polygon", points=_area(ref, scale, floor, PANEL / highest), cls="signal")
    yield svg.element("polyline", points=_line(alt, scale, floor, PANEL / highest), cls="patient")
    yield svg.line(LEFT, floor, WIDTH - RIGHT, floor, "axis")
    difference = [(x, after - before) for (x, before), (_, after) in zip(ref, alt, strict=True)]
    largest = max((abs(value) for _, value in difference), default=0.0)
    middle = floor + 4 + STRIP / 2
    if largest:
        width = (WIDTH - LEFT - RIGHT) / max(len(difference), 1)
        for x, value in difference:
            size = abs(value) / largest * STRIP / 2
            if size >= 0.3:
                y = middle - size if value > 0 else middle
                kind = "rises" if value > 0 else "falls"
                yield svg.rect(scale.x(x) - width / 2, y, width, size, f"cell {kind}")
    yield svg.text(WIDTH - RIGHT, middle + 15, f"difference to ±{largest:.2g}", "tick", "end")


def _points(values: Sequence[float], line: Row, scale: Scale) -> list[tuple[float, float]]:
    """(position of the middle, mean) of at most COLUMNS runs of bins in view."""
    width = line["bin"]
    first = max((scale.start - line["start"]) // width, 0)
    last = min(-(-(scale.end - line["start"]) // width), len(values))
    step = max(-(-(last - first) // COLUMNS), 1)
    runs = [(n, values[n : min(n + step, last)]) for n in range(first, last, step)]
    return [(line["start"] + width * (n + len(run) / 2), sum(run) / len(run)) for n, run in runs]


def _line(points: Sequence[tuple[float, float]], scale: Scale, floor: float, unit: float) -> str:
    return svg.points(*((scale.x(x), floor - value * unit) for x, value in points))


def _area(points: Sequence[tuple[float, float]], scale: Scale, floor: float, unit: float) -> str:
    ends = ((scale.x(points[-1][0]), floor), (scale.x(points[0][0]), floor)) if points else ()
    return svg.points(*((scale.x(x), floor - value * unit) for x, value in points), *ends)


def _marks(row: RegulatoryRow, scale: Scale, floor: float) -> Iterator[Markup]:
    """The variant and the gene's start, named above."""
    variant = row["pos"] - 1
    tss = row["tss"] if scale.holds(row["tss"]) else None
    if tss is not None:
        yield svg.line(scale.x(tss), 32, scale.x(tss), floor, "leader donor")
        arrow = "→" if row["strand"] != "-" else "←"
        yield svg.text(scale.x(tss), 28, f"start of {row['gene']} {arrow}", "site donor", "middle")
    yield svg.line(scale.x(variant), 18, scale.x(variant), floor, "leader variant")
    yield svg.text(scale.x(variant), 13, "variant", "site variant", "middle")


def _axis(row: RegulatoryRow, scale: Scale, top: float) -> Iterator[Markup]:
    yield svg.text(LEFT, top + 12, formatting.locus(row["chrom"], scale.start + 1), "tick")
    length = f"{(scale.end - scale.start) / 1000:,.0f} kb"
    yield svg.text(WIDTH / 2, top + 12, length, "tick", "middle")
    yield svg.text(WIDTH - RIGHT, top + 12, formatting.locus(row["chrom"], scale.end), "tick", "end")


def profile(row: RegulatoryRow, line: Row, stretches: Sequence[Row], kind: str) -> Markup:
    """Bars along the whole window, with gene start, variant and the leading regions marked."""
    scale = along(line)
    runs = _runs(line)
    highest = max((value for _, value in runs), default=0.0) or 1.0
    floor, width = 156.0, (WIDTH - LEFT - RIGHT) / len(runs)
    parts = list(_marks(row, scale, floor))
    for place, value in runs:
        size = value / highest * 106
        near = row["tss"] is not None and abs(place - row["tss"]) <= NEAR
        parts.append(
            svg.rect(
                scale.x(place) - width / 2, floor - size, width, size, "stretch best" if near else "stretch"
            )
        )
    parts.append(svg.line(LEFT, floor, WIDTH - RIGHT, floor, "axis"))
    for stretch in stretches:
        x, end = scale.x(stretch["start"]), scale.x(stretch["end"])
        parts.append(svg.rect(x, floor + 3, max(end - x, 3), 5, "block gained"))
        parts.append(svg.text((x + end) / 2, floor + 20, str(stretch["rank"]), "tick", "middle"))
    title = f"{kind.capitalize()} along the window around {row['gene'] or 'the variant'}"
    return svg.picture(WIDTH, floor + 48, title, [*parts, *_axis(row, scale, floor + 24)])


def _runs(line: Row) -> list[tuple[float, float]]:
    """(middle, largest value) of runs of bins, as many as can be drawn."""
    values, step = line["values"], max(-(-len(line["values"]) // COLUMNS), 1)
    runs = [(n, values[n : n + step]) for n in range(0, len(values), step)]
    return [(line["start"] + line["bin"] * (n + len(run) / 2), max(run)) for n, run in runs]


def describe(row: RegulatoryRow, maps: Mapping[str, Row], kind: str) -> str:
    """Fractions of attention or contribution in the promoter, upstream and downstream; and with the variant."""
    parts = _parts(row, maps["reference"])
    if not parts:
        return ""
    words = (
        f"Of the {kind} on the reference, {formatting.percent(parts['self'])} lies at the gene's start "
        + (
            f"(within {NEAR:,} bases), {formatting.percent(parts['upstream'])} upstream, "
            f"{formatting.percent(parts['downstream'])} downstream."
        )
    )
    after = _parts(row, maps["alternate"]) if "alternate" in maps else {}
    if after:
        words += f" With the variant the fraction at the gene's start is {formatting.percent(after['self'])}."
    return words


def _parts(row: RegulatoryRow, line: Row) -> dict[str, float]:
    """Fractions of a map, 0 to 1; empty where its target is not the gene's start."""
    total = sum(line["values"])
    if line["attribution_target"] != "gene" or not total:
        return {}
    found = dict.fromkeys(("self", "upstream", "downstream"), 0.0)
    for number, value in enumerate(line["values"]):
        away = line["start"] + line["bin"] * (number + 0.5) - row["tss"]
        side = "downstream" if (away > 0) == (row["strand"] != "-") else "upstream"
        found["self" if abs(away) <= NEAR else side] += value / total
    return found


def mutagenesis(row: RegulatoryRow, changes: Sequence[Row]) -> Markup:
    """Bases along the + strand, a cell for each other base: the change of the track, in the largest of them."""
    bases = [(pos, list(members)) for pos, members in groupby(changes, key=lambda line: line["base_pos"])]
    largest = max(abs(line["sad"]) for line in changes) or 1.0
    size = min(22.0, (WIDTH - 60) / len(bases))
    parts = [svg.text(40, 44 + 16 * n, base, "tick", "end") for n, base in enumerate(BASES)]
    for column, (pos, members) in enumerate(bases):
        x = 50 + size * column
        found = {line["changed_to"]: line["sad"] / largest for line in members}
        for number, base in enumerate(BASES):
            parts.append(_change(x, 32 + 16 * number, size, found.get(base)))
        parts.append(svg.text(x + size / 2, 110, members[0]["base"], "letter", "middle"))
        if pos == row["pos"]:
            parts.append(svg.text(x + size / 2, 14, "variant", "site variant", "middle"))
            parts.append(svg.line(x + size / 2, 18, x + size / 2, 30, "leader variant"))
    first, last = (formatting.count(base[0]) for base in (bases[0], bases[-1]))
    ends = f"{row['chrom']}:{first} to {last}, full colour ±{largest:.2g}"
    parts.append(svg.text(50, 130, ends, "tick"))
    return svg.picture(WIDTH, 138, "Change of the track by each substitution around the variant", parts)


def _change(x: float, y: float, size: float, value: float | None) -> Markup:
    if value is None:
        return svg.rect(x, y, size - 1, 15, "cell own")
    kind = "falls" if value < 0 else "rises"
    opacity = f"{max(abs(value), 0.03):.2f}"
    return svg.element("rect", x=x, y=y, width=size - 1, height=15, cls=f"cell {kind}", fill_opacity=opacity)
