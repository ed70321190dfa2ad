"""The patient's family as a pedigree, with genotypes and reads; symbols of Bennett et al. 2008 and 2022.

Square: male, circle: female, diamond: sex unknown; filled: affected, question mark: affection status unknown; dot:
carrier who is not expected to be affected, vertical line: unaffected person with a genotype that may cause disease;
double line: related parents; arrow: the patient (proband).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from landfall.report.figures import svg
from landfall.report.figures.pedigree_layout import Person, Place, connected, couples, places, related

COLUMN, HALF, TOP, LINE, GAP = 168, 14, 26, 15, 34
"""Width of a column, half the side of a symbol, space above, height of a line of text, space between generations."""
LETTERS = 25
"""Letters of a role that fit into a column."""
APART = 4
"""Pixels between the lines of related parents."""


@dataclass(frozen=True)
class Call:
    """The genotype of a person at one allele, in words, and whether the person has the allele."""

    words: str
    carries: bool | None


@dataclass(frozen=True)
class Member:
    """A person as drawn; ``affected`` None if unknown; ``mark``: dot, line or empty; ``calls`` by allele."""

    person: Person
    role: str
    sex: str
    affected: bool | None
    mark: str
    calls: Sequence[Call]


def draw(members: Sequence[Member], patient: str, title: str) -> Markup:
    """The members that are linked with the patient, with a line of text for each allele."""
    people = connected([member.person for member in members], patient)
    at = places(people, patient)
    drawn = {member.person.name: member for member in members if member.person.name in at}
    lines = 1 + max(len(member.calls) for member in drawn.values())
    tall = 2 * HALF + lines * LINE + GAP
    spots = {name: _spot(place, tall) for name, place in at.items()}
    parts = [
        *_relations(people, spots),
        *(part for m in drawn.values() for part in _member(m, spots, patient)),
    ]
    width = COLUMN * (1 + max(place.x for place in at.values()))
    rows = 1 + max(place.row for place in at.values())
    return svg.picture(width, TOP + rows * tall - GAP + 8, title, parts, scales=False)


def _spot(place: Place, tall: float) -> tuple[float, float]:
    """Middle of a symbol."""
    return COLUMN * (place.x + 0.5), TOP + HALF + place.row * tall


def _relations(people: Sequence[Person], spots: Mapping[str, tuple[float, float]]) -> Iterator[Markup]:
    """Lines between partners, and from them down to their children."""
    for parents, children in couples(people):
        ends = [spots[parent] for parent in parents]
        x, y = sum(end[0] for end in ends) / len(ends), max(end[1] for end in ends)
        if len(ends) == 2:
            for shift in (-APART / 2, APART / 2) if related(parents, people) else (0,):
                yield svg.line(ends[0][0], ends[0][1] + shift, ends[1][0], ends[1][1] + shift, "kin")
        top = min(spots[child][1] for child in children) - HALF - GAP / 2
        yield svg.line(x, y if len(ends) == 2 else y + HALF, x, top, "kin")
        across = [x, *(spots[child][0] for child in children)]
        yield svg.line(min(across), top, max(across), top, "kin")
        for child in children:
            yield svg.line(spots[child][0], top, spots[child][0], spots[child][1] - HALF, "kin")


def _member(member: Member, spots: Mapping[str, tuple[float, float]], patient: str) -> Iterator[Markup]:
    x, y = spots[member.person.name]
    yield _symbol(member, x, y)
    if member.affected is None and not member.mark:
        yield svg.text(x, y + 4.5, "?", "kin-unknown", "middle")
    if member.mark == "dot":
        yield svg.element("circle", cx=x, cy=y, r=4, cls="kin-dot")
    if member.mark == "line":
        yield svg.line(x, y - HALF, x, y + HALF, "kin")
    if member.person.name == patient:
        yield svg.path(f"M{svg.number(x - 42)},{svg.number(y + 14)} l20,-9 m-8,-1 l8,1 l-4,7", "kin-arrow")
        yield svg.text(x - 50, y + 18, "P", "kin-role", "middle")
    below = y + HALF + LINE
    yield svg.rect(x - COLUMN / 2 + 22, below - 12, COLUMN - 44, LINE * (1 + len(member.calls)), "kin-ground")
    yield svg.text(x, below, _cut(member.role), "kin-role", "middle")
    for number, call in enumerate(member.calls, 1):
        style = "kin-call carried" if call.carries else "kin-call"
        yield svg.text(x, below + number * LINE, call.words, style, "middle")


def _cut(role: str) -> str:
    """A role with a long name, cut to the width of a column; the table gives it in full."""
    return role if len(role) <= LETTERS else f"{role[: LETTERS - 1]}…"


def _symbol(member: Member, x: float, y: float) -> Markup:
    cls = "kin-person affected" if member.affected else "kin-person"
    if member.sex == "male":
        return svg.rect(x - HALF, y - HALF, 2 * HALF, 2 * HALF, cls)
    if member.sex == "female":
        return svg.element("circle", cx=x, cy=y, r=HALF, cls=cls)
    reach = HALF * 1.25
    corners = svg.points((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y))
    return svg.element("polygon", points=corners, cls=cls)
