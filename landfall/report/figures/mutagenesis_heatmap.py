"""In silico mutagenesis: the effect of each single-base change on the outcome, as a heat map and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from landfall.genome.encoding import BASES
from landfall.genome.sequence import reverse_complement
from landfall.report import formatting
from landfall.report.case.case import KINDS, CandidateCase
from landfall.report.figures import svg
from landfall.splicing.outcomes.used_site import segment
from landfall.splicing.tables import MUTAGENESIS

WIDTH, LEFT, CELL, ROW = 860, 30, 15, 15
ACROSS = 54
"""Bases in a line."""
NAMED = 12
HALF = 0.5
"""A change is reported where it removes, or causes, this fraction of the variant's effect. By convention."""
FAINT = 0.02
"""Smaller changes of the outcome are left white."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Base:
    """A base of the copy with the variant, as transcribed, and the change of the outcome by each other base."""

    pos: int
    inserted: int
    letter: str
    changes: Mapping[str, float]


@dataclass(frozen=True)
class Map:
    """The drawing and what it shows in words."""

    drawing: Markup
    words: Sequence[str]


def mutagenesis(case: CandidateCase) -> Map | None:
    """None where no in silico mutagenesis was done."""
    account, rows = case.account, case.further(MUTAGENESIS)
    bases = copy(rows, "alternate", case.row["strand"])
    if account is None or not bases:
        return None
    found = [_carriers(case, account, bases), _without(case, account, rows)]
    return Map(draw(case, bases), [sentence for sentence in found if sentence])


def copy(rows: Sequence[Row], haplotype: str, strand: str) -> list[Base]:
    """The bases of one copy 5' to 3' of the transcript, letters as transcribed."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        if row["haplotype"] == haplotype:
            base = found.setdefault(
                (row["base_pos"], row["base_offset"]), {"letter": _read(row["base"], strand)}
            )
            base.setdefault("changes", {})[_read(row["changed_to"], strand)] = row["change"]
    return [Base(*key, **found[key]) for key in sorted(found, reverse=strand == "-")]


def _read(letter: str, strand: str) -> str:
    return reverse_complement(letter) if strand == "-" else letter


def _carriers(case: CandidateCase, account: Row, bases: Sequence[Base]) -> str:
    """The bases that the outcome depends on."""
    drawn, edge = formatting.plural(len(bases), "base"), -HALF * account["aberrant_splicing_alt"]
    needed = [base for base in bases if max(base.changes.values()) <= edge]
    if not needed:
        return f"None of the {drawn} shown is essential: none has every substitution reduce aberrant splicing by half."
    are = "is" if len(needed) == 1 else "are"
    strongest = sorted(needed, key=lambda base: (sum(base.changes.values()) / len(base.changes), base.pos))
    named = ", ".join(
        f"{base.letter}{formatting.NBSP}{formatting.count(base.pos)}" for base in strongest[:NAMED]
    )
    more = f" and {len(needed) - NAMED} more" if len(needed) > NAMED else ""
    return (
        f"{formatting.count(len(needed))} of the {drawn} shown {are} essential: every substitution reduces aberrant "
        f"splicing by half or more. Strongest first, on {case.row['chrom']}: {named}{more}."
    )


def _without(case: CandidateCase, account: Row, rows: Sequence[Row]) -> str:
    """Other substitutions of the reference with the same effect."""
    own = case.row["pos"], case.row["ref"], case.row["alt"]
    reference = [
        row
        for row in rows
        if row["haplotype"] == "reference" and (row["base_pos"], row["base"], row["changed_to"]) != own
    ]
    half = HALF * account["aberrant_splicing_alt"]
    if not reference or account["aberrant_splicing_ref"] >= half:
        return ""
    alike = sorted(
        (row for row in reference if row["aberrant_splicing"] >= half),
        key=lambda row: -row["aberrant_splicing"],
    )
    tested = f"of {formatting.count(len(reference))} other single-base substitutions in this region"
    if not alike:
        return f"On the reference copy, none {tested} would cause half of the aberrant splicing."
    named = ", ".join(
        f"{formatting.count(row['base_pos'])}{formatting.NBSP}{_change(row, case.row['strand'])}"
        for row in alike[:NAMED]
    )
    return (
        f"On the reference copy, {formatting.count(len(alike))} {tested} would cause half of the aberrant splicing or "
        f"more, "
        f"the strongest {named}."
    )


def _change(row: Row, strand: str) -> str:
    return f"{_read(row['base'], strand)}>{_read(row['changed_to'], strand)}"


def draw(case: CandidateCase, bases: Sequence[Base]) -> Markup:
    """Rows of bases with four cells each: blue for less, orange for more aberrant splicing."""
    parts: list[Markup] = []
    top = 0.0
    for line in _lines(case, bases):
        parts += _line(case, line, top)
        top += 40 + 4 * ROW + 34
    title = f"In silico mutagenesis of {case.row['gene']} {case.row['hgvs_c']}: effect of each substitution"
    return svg.picture(WIDTH, top, title, parts)


def _lines(case: CandidateCase, bases: Sequence[Base]) -> Iterator[Sequence[Base]]:
    """Unbroken stretches of bases in lines of ACROSS."""
    deleted = range(case.row["pos"], case.row["pos"] + len(case.row["ref"]))
    stretch = [bases[0]]
    for before, base in pairwise(bases):
        low, high = sorted((before.pos, base.pos))
        if any(pos not in deleted for pos in range(low + 1, high)):
            yield from _cut(stretch)
            stretch = []
        stretch.append(base)
    yield from _cut(stretch)


def _cut(stretch: Sequence[Base]) -> Iterator[Sequence[Base]]:
    return (stretch[n : n + ACROSS] for n in range(0, len(stretch), ACROSS))


def _line(case: CandidateCase, line: Sequence[Base], top: float) -> Iterator[Markup]:
    first = top + 40
    for number, letter in enumerate(BASES):
        yield svg.text(LEFT - 8, first + ROW * number + 11.5, letter, "tick", "end")
    for column, base in enumerate(line):
        x = LEFT + CELL * column
        for number, letter in enumerate(BASES):
            yield _cell(base, letter, x, first + ROW * number)
        yield svg.text(x + CELL / 2, first + 4 * ROW + 14, base.letter, "letter", "middle")
    yield from _marks(case, line, first)
    ends = f"{case.row['chrom']}:{formatting.count(line[0].pos)} to {formatting.count(line[-1].pos)}"
    yield svg.text(LEFT, first + 4 * ROW + 28, ends, "tick")


def _cell(base: Base, letter: str, x: float, y: float) -> Markup:
    if letter == base.letter:
        return svg.rect(x, y, CELL - 1, ROW - 1, "cell own")
    change = base.changes.get(letter, 0.0)
    kind = "still" if abs(change) < FAINT else "falls" if change < 0 else "rises"
    return svg.element(
        "rect",
        x=x,
        y=y,
        width=CELL - 1,
        height=ROW - 1,
        cls=f"cell {kind}",
        fill_opacity=f"{min(abs(change), 1.0):.2f}" if kind != "still" else "1",
    )


def _marks(case: CandidateCase, line: Sequence[Base], first: float) -> Iterator[Markup]:
    """The sites of the outcome and, above them, the variant; what the mRNA gains or loses is underlined."""
    account, outcome = case.account or {}, case.outcome
    named = [(case.row["pos"], "variant", 17.0), *((account.get(kind), kind, 4.0) for kind in KINDS.values())]
    for column, base in enumerate(line):
        x = LEFT + CELL * column
        for name, rise in [
            (name, rise) for pos, name, rise in named if (base.pos, base.inserted) == (pos, 0)
        ]:
            middle = x + (CELL - 1) / 2
            yield svg.line(middle, first - 2, middle, first - rise, f"leader {name}")
            yield svg.text(middle, first - rise - 2, name, f"site {name}", "middle")
        changed = segment(outcome) if outcome else None
        if outcome and changed and changed[0] < base.pos <= changed[1]:
            kind = "gained" if outcome["is_gain"] else "lost-part"
            yield svg.rect(x, first + 4 * ROW + 1, CELL, 2.5, f"under {kind}")
