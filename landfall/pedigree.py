"""Families: who is whose child, of which sex, and affected or not; PED files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landfall import textfile
from landfall.faults import Fault, stop_if

SEXES = {"1": "male", "2": "female", "0": "unknown", "male": "male", "female": "female", "unknown": "unknown"}
AFFECTION = {"2": True, "1": False, "0": None, "-9": None}
_SHAPE = "a PED line has six columns: family, individual, father, mother, sex, phenotype"


@dataclass(frozen=True)
class Individual:
    """One person of a pedigree; parents and ``affected`` are None where unknown.

    ``line``: 1-based, in the file or among its persons.
    """

    family: str
    name: str
    father: str | None
    mother: str | None
    sex: str
    affected: bool | None
    line: int


@dataclass(frozen=True)
class Pedigree:
    """The individuals of one file by name."""

    path: str
    individuals: Mapping[str, Individual]

    def sex(self, name: str) -> str:
        """``male``, ``female`` or ``unknown``; unknown as well for someone who is not in the file."""
        return self.individuals[name].sex if name in self.individuals else "unknown"

    def parents(self, name: str) -> tuple[Individual | None, Individual | None]:
        """Father and mother, None where unknown."""
        child = self.individuals.get(name)
        if child is None:
            return None, None
        return self.individuals.get(child.father or ""), self.individuals.get(child.mother or "")

    def siblings(self, name: str) -> list[Individual]:
        """Those who share a known parent, in the order of the file."""
        child = self.individuals.get(name)
        parents = {child.father, child.mother} - {None} if child else set()
        others = (other for other in self.individuals.values() if other.name != name)
        return [other for other in others if parents & {other.father, other.mother}]

    def summary(self, proband: str) -> str:
        """The proband and the close family in words."""
        child = self.individuals.get(proband)
        if child is None:
            return "no family known"
        sex = "" if child.sex == "unknown" else f" {child.sex}"
        family = [*_parents_in_words(*self.parents(proband)), *_siblings_in_words(self.siblings(proband))]
        return f"proband{sex} {_state(child.affected)}; {' and '.join(family) or 'no close family known'}"


def read_ped(path: Path) -> Pedigree:
    """Read six columns split by tabs or spaces; '#' begins a comment. Raises InputErrors with every fault."""
    path = Path(path)
    people: list[Individual] = []
    faults: list[Fault] = []
    for line, content in textfile.lines(path, "PED file"):
        cells = content.split("#")[0].split()
        if cells:
            found = list(_cell_faults(path, line, cells))
            faults += found
            people += [] if found else [_individual(line, cells)]
    faults += family_faults(path, people) if not faults else []
    faults += [] if people or faults else [Fault(str(path), None, "the PED file names no one", _SHAPE)]
    stop_if(faults)
    return Pedigree(str(path), {person.name: person for person in people})


def _cell_faults(path: Path, line: int, cells: Sequence[str]) -> Iterator[Fault]:
    if len(cells) < 6:
        yield Fault(str(path), line, f"{len(cells)} columns", _SHAPE)
        return
    if cells[4].lower() not in SEXES:
        yield Fault(
            str(path), line, f"sex {cells[4]!r} of {cells[1]}", "write 1 for male, 2 for female, 0 if unknown"
        )
    if cells[5] not in AFFECTION:
        remedy = "write 2 for affected, 1 for unaffected, 0 if unknown"
        yield Fault(str(path), line, f"phenotype {cells[5]!r} of {cells[1]}", remedy)


def _individual(line: int, cells: Sequence[str]) -> Individual:
    father, mother = (None if name == "0" else name for name in cells[2:4])
    return Individual(cells[0], cells[1], father, mother, SEXES[cells[4].lower()], AFFECTION[cells[5]], line)


def family_faults(path: Path, people: Sequence[Individual], place: str = "line") -> list[Fault]:
    """Individuals given twice, parents without an entry or of the wrong sex, and circles.

    ``place`` is what the number of an individual counts: a line of the file, or persons of another format.
    """
    by_name: dict[str, Individual] = {}
    found: list[tuple[Individual, tuple[str, str]]] = []
    for person in people:
        first = by_name.setdefault(person.name, person)
        if first is not person:
            message = f"{person.name} stands twice, first in {place} {first.line}"
            found.append((person, (message, f"give each individual one {place}")))
    for person in people:
        found += [(person, words) for words in _parent_faults(person, by_name, place)]
    if place == "line":
        return [Fault(str(path), person.line, *words) for person, words in found]
    return [
        Fault(str(path), None, f"{place} {person.line}: {what}", remedy) for person, (what, remedy) in found
    ]


def _parent_faults(
    person: Individual, by_name: Mapping[str, Individual], place: str
) -> Iterator[tuple[str, str]]:
    for role, name, sex in (("father", person.father, "male"), ("mother", person.mother, "female")):
        if name is None:
            continue
        if name == person.name:
            yield f"{name} is given as {role} of {name}", "write 0 for an unknown parent"
        elif name not in by_name:
            yield (
                f"{role} {name} of {person.name} has no {place}",
                f"add a {place}, or write 0 for an unknown parent",
            )
        elif by_name[name].sex not in (sex, "unknown"):
            yield (
                f"{role} {name} of {person.name} is {by_name[name].sex}",
                f"{place} {by_name[name].line} gives the sex",
            )
    if person.name in _ancestors(person, by_name) and person.name not in (person.father, person.mother):
        yield f"{person.name} is an ancestor of {person.name}", "check the parents along the line"


def _ancestors(person: Individual, by_name: Mapping[str, Individual]) -> set[str]:
    found: set[str] = set()
    waiting = [person.father, person.mother]
    while waiting:
        name = waiting.pop()
        if name is not None and name in by_name and name not in found:
            found.add(name)
            waiting += [by_name[name].father, by_name[name].mother]
    return found


def _state(affected: bool | None) -> str:
    return {True: "affected", False: "unaffected", None: "of unknown phenotype"}[affected]


def _parents_in_words(father: Individual | None, mother: Individual | None) -> list[str]:
    if father and mother and father.affected == mother.affected:
        return [f"both parents {_state(father.affected)}"]
    known = [("father", father), ("mother", mother)]
    return [f"{role} {_state(parent.affected)}" for role, parent in known if parent]


_COUNTS = {1: "one sibling", 2: "two siblings", 3: "three siblings"}


def _siblings_in_words(siblings: Sequence[Individual]) -> list[str]:
    words = []
    for state in (True, False, None):
        count = sum(sibling.affected is state for sibling in siblings)
        if count:
            words.append(f"{_COUNTS.get(count, f'{count} siblings')} {_state(state)}")
    return words
