"""The parts of a candidate's score, for the first ten and for a case page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from landfall.patient.inheritance.modes import LABELS
from landfall.ranking.acmg.criteria import STRENGTH
from landfall.ranking.inheritance_columns import effects_of, parts_of
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.score import PARTS, PRIOR
from landfall.report import formatting
from landfall.report.case.case import CandidateCase, first_rows
from landfall.variants.population_frequency import NOT_KNOWN

FIRST = 10
NAMES = {
    "effect": "Effect",
    "rarity": "Rarity",
    "known": "Known",
    "inheritance": "Inheritance",
    "partner": "Partner",
    "phenotype": "Phenotype",
    "panel": "Panel",
}
LONGEST_BAR = STRENGTH["very_strong"]
"""The part of a score whose bar fills its half."""


@dataclass(frozen=True)
class Reason:
    """One of the first candidates: its name, its page if it has one, its sentence, the parts of its score as text."""

    rank: str
    gene: str
    name: str
    anchor: str | None
    flagged: bool
    parts: Sequence[str]
    score: str
    sentence: str


@dataclass(frozen=True)
class Part:
    """One part of a score: as a number, as a bar from the middle (``start``, ``width`` in percent), and its basis."""

    name: str
    value: str
    start: str
    width: str
    against: bool
    ground: str


def first(prioritised: pa.Table, cases: Sequence[CandidateCase]) -> list[Reason]:
    """The first candidates by rank, ten at most."""
    pages = {case.row["rank"]: case.anchor for case in cases}
    return [_reason(row, pages.get(row["rank"])) for row in first_rows(prioritised, FIRST)]


def _reason(row: PrioritisedRow, anchor: str | None) -> Reason:
    of = parts_of(row)
    return Reason(
        rank=formatting.count(row["rank"]),
        gene=row["gene"],
        name=row["hgvs_c"] or row["hgvs_g"],
        anchor=anchor,
        flagged=row["flagged"],
        parts=[formatting.signed(of[part]) for part in PARTS],
        score=formatting.signed(row["score"]),
        sentence=row["explanation"],
    )


def parts(row: PrioritisedRow) -> list[Part]:
    """The parts of a score, each with its basis."""
    grounds, of = _grounds(row), parts_of(row)
    return [_part(NAMES[part], of[part], grounds[part]) for part in PARTS]


def _part(name: str, value: float, ground: str) -> Part:
    width = 50 * min(abs(value) / LONGEST_BAR, 1)
    start = 50 - width if value < 0 else 50
    return Part(name, formatting.signed(value), f"{start:.1f}", f"{width:.1f}", value < 0, ground)


def total(row: PrioritisedRow) -> str:
    """The sum and the resulting priority."""
    return (
        f"{formatting.signed(row['score'])}; with log10 prior odds of {formatting.MINUS}{-PRIOR:g}: priority "
        f"{formatting.probability(row['priority'])}, rank {formatting.count(row['rank'])}"
    )


def _grounds(row: PrioritisedRow) -> dict[str, str]:
    """The basis of each part, from the columns that it is computed from."""
    paired = row["best_inheritance_mode"].endswith("_compound")
    share = row["phenotype_share"]
    scored = {way: p for way, p in effects_of(row).items() if way != "regulation" or p is not None}
    ways = ", ".join(f"{way} {_chance(p)}" for way, p in scored.items())
    return {
        "effect": f"probability of damage: {ways}",
        "rarity": _rarity(row),
        "known": row["clinvar"] or "not classified as pathogenic in the data of this run",
        "inheritance": f"{LABELS[row['best_inheritance_mode']]}: {row['explaining_status']}",
        "partner": f"paired with {row['partner']}; the weaker variant of the pair counts"
        if paired
        else "not part of a pair",
        "phenotype": f"{100 * share:.2g}% of the genes annotated by HPO match as well or better"
        if share is not None
        else "no HPO terms, or none for the gene",
        "panel": "not in a panel"
        if row["panel_confidence"] is None
        else f"confidence {row['panel_confidence']}",
    }


def _chance(p: float | None) -> str:
    return "not assessed" if p is None else formatting.probability(p)


def _rarity(row: PrioritisedRow) -> str:
    known = [
        "" if row["popmax_af"] is None else f"frequency {formatting.short_frequency(row['popmax_af'])}",
        "" if row["faf95"] is None else f"filtering frequency {formatting.short_frequency(row['faf95'])}",
        "" if row["nhomalt"] is None else f"{formatting.count(row['nhomalt'])} homozygous",
        "" if row["hemizygotes"] is None else f"{formatting.count(row['hemizygotes'])} hemizygous",
        "frequencies not known" if row["frequency_source"] == NOT_KNOWN else row["frequency_source"],
    ]
    return ", ".join(word for word in known if word)
