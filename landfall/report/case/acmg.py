"""The draft ACMG/AMP criteria: status, strength and reason of each, and their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landfall.ranking.tables import EVIDENCE
from landfall.report import formatting
from landfall.report.case.case import CandidateCase

STATUS = {
    "met": "met",
    "provisional": "provisional",
    "not_met": "not met",
    "not_combined": "not combined with another",
    "needs_assay": "requires an assay",
    "not_assessed": "not assessed",
    "manual_review": "manual review",
}
UNDECIDED = ("not_assessed", "manual_review")
QUIET = ("not_met", *UNDECIDED)


@dataclass(frozen=True)
class Criterion:
    """A criterion; ``quiet`` where it neither counts nor could count after an assay."""

    name: str
    status: str
    strength: str
    points: str
    reason: str
    source: str
    quiet: bool


@dataclass(frozen=True)
class Evidence:
    """The criteria and their sum in words."""

    lines: Sequence[Criterion]
    sum: str
    sum_reason: str


def evidence(case: CandidateCase) -> Evidence | None:
    """The draft evidence of a case; None where the tables hold none."""
    rows = sorted(case.further(EVIDENCE), key=lambda row: row["order"])
    total = next((row for row in rows if row["criterion"] == "sum"), None)
    if total is None:
        return None
    lines = [_line(row) for row in rows if row["criterion"] != "sum"]
    return Evidence(lines, f"{_points(total)}: {total['draft_class']}", total["reason"])


def undecided(case: CandidateCase) -> list[str]:
    """Names of the criteria that were not assessed or require manual review."""
    return [row["criterion"] for row in case.further(EVIDENCE) if row["status"] in UNDECIDED]


def _points(row: Mapping[str, Any]) -> str:
    sign = formatting.MINUS if row["points"] < 0 else ""
    return f"{sign}{formatting.plural(abs(row['points']), 'point')}"


def _line(row: Mapping[str, Any]) -> Criterion:
    points = row["points"]
    return Criterion(
        row["criterion"],
        STATUS.get(row["status"], row["status"]),
        (row["strength"] or formatting.DASH).replace("_", " "),
        f"{'+' if points > 0 else formatting.MINUS}{abs(points)}" if points else "0",
        row["reason"],
        row["source"],
        row["status"] in QUIET,
    )
