"""The part of a case page on the family: pedigree, genotypes and reads of relatives at the alleles of the finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from landfall.genome.tables import ALLELE
from landfall.patient.inheritance.modes import RECESSIVE_MODES
from landfall.patient.tables import RELATIVES
from landfall.ranking.rows import PrioritisedRow
from landfall.report import formatting
from landfall.report.figures import pedigree
from landfall.report.figures.pedigree import Call, Member
from landfall.report.figures.pedigree_layout import Person
from landfall.report.section import Origin, Section
from landfall.report.view import CaseView

Row = Mapping[str, Any]
AFFECTED = {True: "affected", False: "unaffected", None: "unknown"}


@dataclass(frozen=True)
class Line:
    """A member of the family as a row of the table; a cell for each allele."""

    role: str
    affected: str
    calls: Sequence[str]


@dataclass(frozen=True)
class FamilyPage:
    """``alleles``: HGVS names in the order of the calls; ``legend``: the symbols drawn, in words."""

    drawing: Markup
    legend: str
    alleles: Sequence[str]
    lines: Sequence[Line]


def _context(view: CaseView) -> dict[str, Any] | None:
    group = view.group or (view.case.row,)
    by_allele = [_rows(view.case.inputs.table(RELATIVES), row) for row in group]
    if not by_allele[0]:
        return None
    members = list(_members(by_allele, group[0]))
    names = [row["hgvs_c"] or row["hgvs_g"] for row in group]
    title = f"Pedigree with {group[0]['gene']} {' and '.join(names)}: " + "; ".join(
        f"{m.role} {AFFECTED[m.affected]}, {', '.join(call.words for call in m.calls)}" for m in members
    )
    lines = [_line(people) for people in zip(*by_allele, strict=True)]
    drawing = pedigree.draw(members, members[0].person.name, title)
    return {"page": FamilyPage(drawing, _legend(members), names, lines)}


def _legend(members: Sequence[Member]) -> str:
    """The symbols that the drawing has."""
    symbols = (
        ("square", "male", any(m.sex == "male" for m in members)),
        ("circle", "female", any(m.sex == "female" for m in members)),
        ("diamond", "sex unknown", any(m.sex == "unknown" for m in members)),
        ("filled", "affected", any(m.affected for m in members)),
        ("question mark", "affection status unknown", any(m.affected is None for m in members)),
        ("dot", "carrier who is not expected to be affected", any(m.mark == "dot" for m in members)),
        (
            "vertical line",
            "unaffected with a genotype that may cause disease",
            any(m.mark == "line" for m in members),
        ),
        ("arrow", "the patient", True),
    )
    words = "; ".join(f"{symbol}: {meaning}" for symbol, meaning, drawn in symbols if drawn)
    return f"{words[:1].upper()}{words[1:]}."


def _rows(table: pa.Table, row: PrioritisedRow) -> list[dict[str, Any]]:
    """The members at an allele, the patient first."""
    for name in ALLELE:
        table = table.filter(pc.equal(table[name], pa.scalar(row[name], table[name].type)))  # type: ignore[literal-required]
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _members(by_allele: Sequence[Sequence[Row]], first: PrioritisedRow) -> Iterator[Member]:
    recessive = first["best_inheritance_mode"] in RECESSIVE_MODES
    for people in zip(*by_allele, strict=True):
        person = people[0]
        yield Member(
            Person(person["individual"], person["father"], person["mother"]),
            person["role"],
            person["sex"],
            person["affected"],
            _mark(people, recessive),
            [Call(f"{_number(n, people)}{in_short(row)}", row["carries"]) for n, row in enumerate(people, 1)],
        )


def _number(number: int, people: Sequence[Row]) -> str:
    return f"{number}: " if len(people) > 1 else ""


def _mark(people: Sequence[Row], recessive: bool) -> str:
    """Dot for a carrier of a recessive allele who is not affected, line for one of any other."""
    if people[0]["affected"] or not any(row["carries"] for row in people):
        return ""
    if recessive and all(
        row["zygosity"] in ("heterozygous", "absent") or not row["carries"] for row in people
    ):
        return "dot"
    return "line"


def in_short(row: Row) -> str:
    """'0/1, 14/31 reads', 'hemizygous, 30 reads', 'not genotyped'."""
    own = "" if row["allele_depth"] is None else f"{row['allele_depth']}/"
    reads = "" if row["depth"] is None else f"{own}{formatting.plural(row['depth'], 'read')}"
    return ", ".join(part for part in (_genotype(row), reads) if part)


def _genotype(row: Row) -> str:
    if row["genotype"] is None:
        return "not genotyped"
    if row["zygosity"] == "uncalled":
        return "no call"
    return "hemizygous" if row["zygosity"] == "hemizygous" else str(row["genotype"])


def _line(people: Sequence[Row]) -> Line:
    person = people[0]
    return Line(person["role"], AFFECTED[person["affected"]], [_in_full(row) for row in people])


def _in_full(row: Row) -> str:
    """'carrier 0/1, 14 of 31 reads (45 %)'."""
    head = _genotype(row)
    if row["zygosity"] in ("heterozygous", "homozygous", "absent"):
        head = f"{_zygosity(row)} {head}"
    if row["depth"] is None:
        return head
    own, share = row["allele_depth"], row["allele_balance"]
    reads = "" if own is None else f"{formatting.count(own)} of "
    part = "" if share is None else f" ({formatting.percent(share)})"
    return f"{head}, {reads}{formatting.plural(row['depth'], 'read')}{part}"


def _zygosity(row: Row) -> str:
    if row["zygosity"] == "absent":
        return "absent" if row["carries"] is False else "absent, by too few reads,"
    is_carrier = row["zygosity"] == "heterozygous" and row["affected"] is False
    return "carrier" if is_carrier else str(row["zygosity"])


SECTION = Section(
    id="family",
    title="Family",
    template="case_family.html.j2",
    context=_context,
    origins=(
        Origin("Family", (RELATIVES,), "the pedigree file or phenopacket, genotypes and reads of the VCF"),
    ),
)
