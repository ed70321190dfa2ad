"""Changes since an earlier result, the first section of a reanalysis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landfall.audit.reanalysis import CAUSES
from landfall.audit.tables import CHANGES
from landfall.report import formatting
from landfall.report.section import Origin, Section
from landfall.report.view import ReportView

MOST = 20
"""Changed candidates that are shown."""
KINDS = ("promoted", "new", "demoted", "gone")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class ChangeRow:
    """One changed candidate in words."""

    change: str
    candidate: str
    rank: str
    score: str
    cause: str
    detail: str


@dataclass(frozen=True)
class Since:
    """The comparison with an earlier result; ``more`` counts the changes that are not shown."""

    created: str
    sentence: str
    differences: Sequence[tuple[str, Sequence[str]]]
    lines: Sequence[ChangeRow]
    more: int


def _context(view: ReportView) -> dict[str, Any] | None:
    found = since(view.inputs.rows(CHANGES), view.inputs.previous)
    return None if found is None else {"since": found}


def since(rows: Sequence[Row], record: Mapping[str, Any]) -> Since | None:
    """From the rows of tables.CHANGES and the record written with it; None where there is no earlier result."""
    if not record.get("previous"):
        return None
    by_cause: dict[str, list[str]] = {}
    for name, words in record["differences"].items():
        by_cause.setdefault(cause_words(name.split(".")[0]), []).extend(words)
    lines = [line(row) for row in rows[:MOST]]
    return Since(record["created"], _sentence(rows), list(by_cause.items()), lines, max(len(rows) - MOST, 0))


def _sentence(rows: Sequence[Row]) -> str:
    if not rows:
        return "No change: every candidate has the same score as before."
    counted = Counter(row["change"] for row in rows)
    kinds = ", ".join(f"{counted[kind]} {kind}" for kind in KINDS if counted[kind])
    return f"{formatting.plural(len(rows), 'candidate')} changed: {kinds}."


def line(row: Row) -> ChangeRow:
    """A row of tables.CHANGES in words."""
    return ChangeRow(
        row["change"],
        f"{row['gene']} {row['hgvs_c']}".strip() or f"{row['chrom']}:{row['pos']}{row['ref']}>{row['alt']}",
        _step(row["rank_before"], row["rank"], str),
        _step(row["score_before"], row["score"], lambda value: f"{value:.2f}"),
        causes(row),
        row["detail"],
    )


def causes(row: Row) -> str:
    """The causes of a change in words."""
    return ", ".join(cause_words(name) for name in row["causes"].split(","))


def cause_words(name: str) -> str:
    """A cause in words; settings go by the name of their group."""
    return CAUSES.get(name, name)


def _step(before: Any, now: Any, words: Any) -> str:
    steps = ["none" if value is None else words(value) for value in (before, now)]
    return steps[0] if steps[0] == steps[1] else " → ".join(steps)


SECTION = Section(
    id="changes",
    title="What changed",
    template="changes.html.j2",
    context=_context,
    origins=(
        Origin(
            "What changed, in a reanalysis",
            (CHANGES,),
            "both results, and the records of both runs",
            unrecorded="written after this record was made",
        ),
    ),
    nav="What changed",
)
