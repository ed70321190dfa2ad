"""The assay sheet: primers, band sizes, the expected gel, and notes for the laboratory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from landfall.report import formatting
from landfall.report.case import narrative
from landfall.report.case.case import CandidateCase
from landfall.report.figures import gel
from landfall.splicing.tables import ASSAYS

SIDES = (("left", "forward"), ("right", "reverse"))


@dataclass(frozen=True)
class Primer:
    """One primer as text."""

    side: str
    sequence: str
    length: str
    tm: str
    gc: str
    place: str


@dataclass(frozen=True)
class Pair:
    """A primer pair and its products; ``reason`` instead where none was designed."""

    kind: str
    outcome: str
    primers: Sequence[Primer]
    products: Sequence[tuple[str, str]]
    remark: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """The sheet of a case, its gels drawn for the most likely outcome."""

    gels: Sequence[Markup]
    pairs: Sequence[Pair]
    advice: Sequence[str]


def sheet(case: CandidateCase) -> Sheet | None:
    """None where no assay was designed."""
    rows = sorted(case.further(ASSAYS), key=lambda row: (row["outcome"], row["pair"] != "flanking"))
    if not rows:
        return None
    first = [row for row in rows if row["outcome"] == rows[0]["outcome"]]
    drawn = (gel.draw(row) for row in first)
    advice = dict.fromkeys(hint for row in first for hint in row["advice"].split("; ") if hint)
    return Sheet([g for g in drawn if g is not None], [_pair(case, row) for row in rows], list(advice))


def best(case: CandidateCase) -> Mapping[str, Any] | None:
    """The designed pair for the most likely outcome, preferably one with both bands."""
    outcome = case.outcome
    rows = [
        row
        for row in case.further(ASSAYS)
        if row["status"] == "designed" and outcome is not None and row["outcome"] == outcome["outcome"]
    ]
    return min(rows, key=lambda row: row["pair"] != "flanking", default=None)


def _pair(case: CandidateCase, row: Mapping[str, Any]) -> Pair:
    outcome = next((o for o in _named(case) if o["outcome"] == row["outcome"]), None)
    size = (
        ""
        if outcome is None or outcome["size_nt"] is None
        else f", {formatting.count(outcome['size_nt'])} nt"
    )
    event = f"{narrative.EVENTS.get(row['event'], row['event'])}{size}"
    if row["status"] != "designed":
        return Pair(row["pair"], event, (), (), "", row["reason"])
    remark = f"Relaxed constraints: {row['relaxed']}. " if row["relaxed"] else ""
    check = row["check"]
    return Pair(
        row["pair"],
        event,
        [_primer(row, *side) for side in SIDES],
        list(_products(row)),
        f"{remark}{check[0].upper()}{check[1:]}.",
        "",
    )


def _named(case: CandidateCase) -> Iterator[Mapping[str, Any]]:
    return (o for o in case.outcomes if o["transcript"] == case.row["transcript"])


def _primer(row: Mapping[str, Any], side: str, name: str) -> Primer:
    sequence = row[f"{side}_primer"]
    return Primer(
        name,
        sequence,
        f"{len(sequence)} nt",
        f"{row[f'{side}_tm']:.1f} °C",
        f"{row[f'{side}_gc']:.0f}%",
        row[f"{side}_place"],
    )


def _products(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, column in (
        ("Wild type", "wild_type_bp"),
        ("Mutant", "mutant_bp"),
        ("Genomic DNA", "genomic_bp"),
    ):
        size = row[column]
        if size is not None:
            yield name, f"{formatting.count(size)}{formatting.NBSP}bp"
        elif column == "wild_type_bp":
            yield name, "no band"
