"""N-masking of intervals: where an antisense oligonucleotide might act, as hypotheses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from landfall.report import formatting
from landfall.report.case.case import CandidateCase
from landfall.report.figures import svg
from landfall.report.figures.scale import Scale
from landfall.report.figures.site_probabilities import LEFT, RIGHT, WIDTH
from landfall.splicing.outcomes.used_site import segment
from landfall.splicing.tables import ANTISENSE_SCAN

TALL, TOP, MARGIN, SHOWN = 110, 34, 6, 5


@dataclass(frozen=True)
class Stretch:
    """One masked interval as text."""

    rank: str
    bases: str
    antisense: str
    gc: str
    left: str
    shuffled: str
    kept: str
    variant: str


@dataclass(frozen=True)
class Rescue:
    """The drawing of all intervals and the first few in words."""

    drawing: Markup
    lead: str
    lines: Sequence[Stretch]
    total: int


def rescue(case: CandidateCase) -> Rescue | None:
    """None where no interval was masked."""
    rows = sorted(case.further(ANTISENSE_SCAN), key=lambda row: row["rank"])
    account = case.account
    if not rows or account is None:
        return None
    masked = f"{formatting.plural(len(rows), 'interval')} of {len(rows[0]['target'])} bases"
    with_variant, left = (
        formatting.score(account["aberrant_splicing_alt"]),
        formatting.score(rows[0]["aberrant_splicing"]),
    )
    lead = (
        f"{masked} were masked in turn. With the variant the predicted aberrant splicing is {with_variant} (0 none, 1 "
        f"complete); with the best interval masked, {left} remains."
    )
    return Rescue(draw(case, rows), lead, [_line(case, row) for row in rows[:SHOWN]], len(rows))


def _line(case: CandidateCase, row: Mapping[str, Any]) -> Stretch:
    return Stretch(
        f"{row['rank']}",
        formatting.span(case.row["chrom"], row["start"], row["end"]),
        row["antisense"],
        formatting.percent(row["gc"]),
        formatting.score(row["aberrant_splicing"]),
        formatting.score(row["shuffled"]),
        "no such site"
        if row["annotated_site_retention"] is None
        else formatting.percent(row["annotated_site_retention"]),
        "yes" if row["covers_variant"] else "no",
    )


def draw(case: CandidateCase, rows: Sequence[Mapping[str, Any]]) -> Markup:
    """Each interval as a bar over its bases, at the height of the aberrant splicing that remains."""
    start, end = min(row["start"] for row in rows) - MARGIN, max(row["end"] for row in rows) + MARGIN
    scale = Scale(start, end, LEFT, WIDTH - RIGHT, case.row["strand"])
    floor = TOP + TALL
    parts = [*_ground(case, scale, floor), *_axes(floor)]
    for row in sorted(rows, key=lambda row: -row["rank"]):
        x, width = scale.span(row["start"], row["end"])
        y = floor - TALL * row["aberrant_splicing"]
        parts.append(svg.rect(x, y - 2, width, 4, f"stretch{' best' if row['rank'] <= SHOWN else ''}", 1))
    parts += _ends(case, scale, floor)
    name = f"{case.row['gene']} {case.row['hgvs_c']}"
    title = f"Aberrant splicing with {name} that remains with intervals masked"
    return svg.picture(WIDTH, floor + 28, title, parts)


def _ground(case: CandidateCase, scale: Scale, floor: float) -> Iterator[Markup]:
    """The changed segment shaded, the variant marked."""
    outcome = case.outcome
    changed = segment(outcome) if outcome else None
    if outcome and changed:
        x, width = scale.span(*changed)
        yield svg.rect(x, TOP, width, TALL, f"shade {'gained' if outcome['is_gain'] else 'lost-part'}")
    if scale.holds(case.row["pos"] - 1):
        x = scale.base(case.row["pos"])
        yield svg.line(x, TOP - 12, x, floor, "leader variant")
        side = "end" if x > WIDTH / 2 else "start"
        yield svg.text(
            x + (-4 if side == "end" else 4), TOP - 14, f"variant {case.row['hgvs_c']}", "site variant", side
        )


def _axes(floor: float) -> Iterator[Markup]:
    for value in (0.0, 0.5, 1.0):
        y = floor - TALL * value
        yield svg.line(LEFT, y, WIDTH - RIGHT, y, "axis" if value == 0 else "grid")
        yield svg.text(LEFT - 6, y + 4, f"{value:g}", "tick", "end")


def _ends(case: CandidateCase, scale: Scale, floor: float) -> Iterator[Markup]:
    """The first and last base drawn, in the direction of transcription."""
    ends = [scale.start + 1, scale.end]
    first, last = ends[::-1] if case.row["strand"] == "-" else ends
    yield svg.text(LEFT, floor + 18, f"{case.row['chrom']}:{formatting.count(first)}", "tick")
    yield svg.text(WIDTH - RIGHT, floor + 18, formatting.count(last), "tick", "end")
