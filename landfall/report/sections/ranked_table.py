"""The ranked table: the candidates as text and sort keys, the first few hundred of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.score import PARTS
from landfall.ranking.tables import PRIORITISED
from landfall.report import formatting, recorded
from landfall.report.case import narrative
from landfall.report.case.case import CandidateCase, first_rows
from landfall.report.section import Section
from landfall.report.sections import score_breakdown
from landfall.report.view import ReportView
from landfall.splicing.model_scores import ModelScores

ON_PAPER = 12
SHORT = 18
BEHIND_THE_POINT = re.compile(r"[:(,]")
PLACE = re.compile(r"(exon|intron) (\d)")


@dataclass(frozen=True)
class Cell:
    """Text, sort key and style of a cell."""

    text: str
    key: str
    cls: str = ""


@dataclass(frozen=True)
class RankedRow:
    """One candidate of the table."""

    anchor: str | None
    flagged: bool
    cells: tuple[Cell, ...]


DELTA = "Delta"
HEADS = (
    ("Rank", "number"),
    ("Gene", "text"),
    ("Variant", "text"),
    ("Location", "text"),
    (DELTA, "number"),
    ("Predicted event", "text"),
    ("Zygosity", "text"),
    ("Inheritance", "text"),
    ("Frequency", "number"),
    ("Priority", "number"),
    ("Status", "text"),
)


def heads(title: str | None) -> list[tuple[str, str]]:
    """The column heads, the score named after its model, with the way each column sorts."""
    return [(f"{title} max" if title and name == DELTA else name, kind) for name, kind in HEADS]


def lines(
    prioritised: pa.Table, cases: Sequence[CandidateCase], model: str | None, most: int
) -> list[RankedRow]:
    """The candidates in the order of their rank, at most so many."""
    pages = {case.row["rank"]: case.anchor for case in cases}
    rows = first_rows(prioritised, most)
    return [RankedRow(pages.get(row["rank"]), row["flagged"], _cells(row, model)) for row in rows]


def _cells(row: PrioritisedRow, model: str | None) -> tuple[Cell, ...]:
    top = ModelScores(row, model).ds_max if model else None
    return (
        _number(row["rank"], formatting.count(row["rank"])),
        _text(row["gene"], "gene"),
        _text(row["hgvs_c"], "name" if len(row["hgvs_c"]) <= SHORT else "name long"),
        _text(PLACE.sub(formatting.NBSP.join((r"\1", r"\2")), row["location"])),
        _number(top, formatting.score(top)),
        _text(narrative.event(row)),
        _text(row["zygosity"]),
        _text(BEHIND_THE_POINT.split(row["inheritance"])[0]),
        _number(row["popmax_af"], formatting.short_frequency(row["popmax_af"]), missing="0"),
        _number(row["priority"], formatting.score(row["priority"])),
        _text(status(row), "status"),
    )


def _number(value: float | None, shown: str, missing: str = "-1") -> Cell:
    return Cell(shown, missing if value is None else repr(value), "num")


def _text(shown: str, cls: str = "") -> Cell:
    return Cell(shown, shown.casefold(), cls)


def status(row: PrioritisedRow) -> str:
    """The level of the finding, else scored or the reason for not; those of track models alone are marked."""
    if row["finding_level"] != "none":
        return row["finding_level"]
    if row["status"] != "scored":
        regulatory = row["effect_regulation"] is not None
        return f"{'regulation scored, splicing ' * regulatory}not scored: {row['reason']}"
    return "scored"


def _context(view: ReportView) -> dict[str, Any]:
    rows, cases = view.prioritised, view.cases
    most = recorded.limit(view.provenance, "max_candidates")
    return {
        "table": {
            "heads": heads(next(iter(view.models.values()), None)),
            "lines": lines(rows, cases, view.model, most),
            "total": rows.num_rows,
            "reasons": score_breakdown.first(rows, cases),
            "parts": [score_breakdown.NAMES[part] for part in PARTS],
            "on_paper": ON_PAPER,
        }
    }


SECTION = Section(
    id="candidates",
    title="Ranked candidates",
    template="candidates.html.j2",
    context=_context,
    reads=(PRIORITISED,),
    nav="Candidates",
)
