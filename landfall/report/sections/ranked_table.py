"""The ranked table: the candidates as text and sort keys, the first few hundred of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from landfall.genome.variant import allele_of
from landfall.ranking.finding import classes
from landfall.ranking.inheritance_columns import counted
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.score import PARTS
from landfall.ranking.tables import PRIORITISED
from landfall.report import formatting, recorded
from landfall.report.case import narrative
from landfall.report.case.case import CandidateCase, first_rows
from landfall.report.case.parts import coding
from landfall.report.section import Section
from landfall.report.sections import score_breakdown
from landfall.report.view import ReportView
from landfall.splicing.model_scores import ModelScores

ON_PAPER = 12
SHORT = 18
LONGEST = 10**9
"""More bases than any chromosome has."""
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
    """One candidate of the table; ``search``: spellings under which it is found beside the text of its cells."""

    anchor: str | None
    flagged: bool
    cells: tuple[Cell, ...]
    search: str


DELTA = "Delta"
HEADS = (
    ("Rank", "number"),
    ("Gene", "text"),
    ("Variant", "text"),
    ("Protein", "text"),
    ("Consequence", "text"),
    ("Class", "text"),
    ("Position", "number"),
    ("Location", "text"),
    (DELTA, "number"),
    ("Predicted event", "text"),
    ("Zygosity", "text"),
    ("Inheritance", "text"),
    ("Partner", "text"),
    ("Frequency", "number"),
    ("Priority", "number"),
    ("Status", "text"),
)


OFF_PAPER = ("Class", "Position", "Location", "Inheritance", "Partner")
"""Columns for which a printed page has no room."""


def heads(title: str | None) -> list[tuple[str, str, bool]]:
    """The column heads, the score named after its model, how each column sorts, and whether it is printed."""
    return [
        (f"{title} max" if title and name == DELTA else name, kind, name not in OFF_PAPER)
        for name, kind in HEADS
    ]


def lines(
    prioritised: pa.Table, cases: Sequence[CandidateCase], model: str | None, most: int
) -> list[RankedRow]:
    """The candidates in the order of their rank, at most so many."""
    pages = {case.row["rank"]: case.anchor for case in cases}
    rows = first_rows(prioritised, most)
    places = {
        chrom: number for number, chrom in enumerate(sorted({row["chrom"] for row in rows}, key=_natural))
    }
    return [
        RankedRow(
            pages.get(row["rank"]), row["flagged"], _cells(row, model, places[row["chrom"]]), _search(row)
        )
        for row in rows
    ]


def _natural(chrom: str) -> tuple[int, str]:
    """Orders chr2 before chr10."""
    return len(chrom), chrom


def _search(row: PrioritisedRow) -> str:
    """Position without separators, the allele, and names with their transcripts and without brackets."""
    place = f"{row['chrom']}:{row['pos']}"
    names = (
        row["hgvs_c_refseq"],
        f"{row['transcript']}:{row['hgvs_c']}",
        row["coding_hgvs_c"],
        row["rsid"],
        row["clinvar"],
    )
    proteins = [
        name.replace("(", "").replace(")", "") for name in (row["hgvs_p"], row["coding_hgvs_p"]) if name
    ]
    short = [str(allele_of(row)).removeprefix("chr"), place.removeprefix("chr")]
    return " ".join([place, str(allele_of(row)), *short, *filter(None, names), *proteins])


def _cells(row: PrioritisedRow, model: str | None, chrom: int) -> tuple[Cell, ...]:
    """chrom: number of the chromosome, which orders positions before their bases do."""
    top = ModelScores(row, model).ds_max if model else None
    return (
        _number(row["rank"], formatting.count(row["rank"])),
        _text(row["gene"], "gene"),
        _text(row["hgvs_c"], "name" if len(row["hgvs_c"]) <= SHORT else "name long"),
        _named(coding.protein(row) or ""),
        _text(counted(row).replace("_", " ")),
        _text(classes.words(row)),
        Cell(formatting.locus(row["chrom"], row["pos"]), repr(chrom * LONGEST + row["pos"]), "num"),
        _text(PLACE.sub(formatting.NBSP.join((r"\1", r"\2")), row["location"])),
        _number(top, formatting.score(top)),
        _text(narrative.event(row)),
        _text(row["zygosity"]),
        _text(BEHIND_THE_POINT.split(row["inheritance"])[0]),
        _named(row["partner_name"] or ""),
        _number(row["popmax_af"], formatting.short_frequency(row["popmax_af"]), missing="0"),
        _number(row["priority"], formatting.score(row["priority"])),
        _text(status(row), "status"),
    )


def _named(name: str) -> Cell:
    return _text(name, "long" if len(name) > SHORT else "whole")


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
