"""Pedigrees: parents, sex and affection status of individuals; PED files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landfall.io import text_lines
from landfall.io.errors import InputProblem, stop_if

UNKNOWN = frozenset(["", ".", "0", "-9", "na", "n/a", "nan", "none", "null", "unknown"])
"""Codes for unknown values in PED files, in lower case: 0 and -9 by PLINK, the rest by GATK, seqr, R and pandas."""
SEXES = {
    **dict.fromkeys(["1", "m", "male"], "male"),
    **dict.fromkeys(["2", "f", "female"], "female"),
    **dict.fromkeys([*UNKNOWN, "u", "other"], "unknown"),
}
AFFECTION = {
    **dict.fromkeys(["2", "affected", "case"], True),
    **dict.fromkeys(["1", "unaffected", "control"], False),
    **dict.fromkeys(UNKNOWN, None),
}
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
    """The individuals of one file by name; ``notices``: assumptions made, in words."""

    path: str
    individuals: Mapping[str, Individual]
    notices: tuple[str, ...] = ()

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


def read_ped(path: Path, patient: Iterable[str] = ()) -> Pedigree:
    """Read six columns split by tabs or blanks; further columns, comments (#) and header lines are ignored.

    Where tabs separate the columns, names may hold blanks. A parent without a line of its own becomes an individual of
    unknown phenotype. Of families that use one name for two people, the patient's is read, or else the first; patient:
    names that the patient may have. Raises InputError with every problem.
    """
    path = Path(path)
    people: list[Individual] = []
    faults: list[InputProblem] = []
    for line, content in text_lines.lines(path, "PED file", lenient=True):
        cells = _cells(content)
        if cells and not _is_header(cells):
            found = list(_cell_faults(path, line, cells))
            faults += found
            people += [] if found else [_individual(line, cells)]
    kept, left_out = _told_apart(people, frozenset(patient))
    faults += _faults_of_families(path, left_out, frozenset(patient))
    implied = list(_implied(kept))
    faults += family_faults(path, [*kept, *implied]) if not faults else []
    faults += [] if people or faults else [InputProblem(str(path), None, "the PED file names no one", _SHAPE)]
    stop_if(faults)
    individuals = {person.name: person for person in [*kept, *implied]}
    return Pedigree(str(path), individuals, tuple(_notices(path, implied, left_out)))


def _cells(content: str) -> list[str]:
    """The columns of a line without its comment: split at tabs where these make six, else at blanks."""
    if content.lstrip().startswith("#") or not content.strip():
        return []
    cells = [cell.strip() for cell in content.split("\t")]
    if len(cells) >= 6:
        return [*cells[:5], re.sub(r"\s+#.*", "", cells[5])]
    words = content.split()
    comment = next((place for place, word in enumerate(words) if word.startswith("#") and place > 5), None)
    return words[:comment]


def _is_header(cells: Sequence[str]) -> bool:
    return len(cells) >= 6 and cells[4].lower().startswith(("sex", "gender"))


def _code(cell: str) -> str:
    """The value of a column of codes in lower case; tables of numbers with gaps write 2 as 2.0."""
    return cell.lower().removesuffix(".0")


def _cell_faults(path: Path, line: int, cells: Sequence[str]) -> Iterator[InputProblem]:
    if len(cells) < 6:
        yield InputProblem(str(path), line, f"{len(cells)} columns", _SHAPE)
        return
    if cells[1].lower() in UNKNOWN:
        yield InputProblem(str(path), line, "the individual has no name", _SHAPE)
    if _code(cells[4]) not in SEXES:
        remedy = "write 1 for male, 2 for female, 0 if unknown"
        yield InputProblem(str(path), line, f"sex {cells[4]!r} of {cells[1]}", remedy)
    if _code(cells[5]) not in AFFECTION:
        remedy = "write 2 for affected, 1 for unaffected, 0 if unknown"
        yield InputProblem(str(path), line, f"phenotype {cells[5]!r} of {cells[1]}", remedy)


def _individual(line: int, cells: Sequence[str]) -> Individual:
    father, mother = (None if name.lower() in UNKNOWN else name for name in cells[2:4])
    return Individual(
        cells[0], cells[1], father, mother, SEXES[_code(cells[4])], AFFECTION[_code(cells[5])], line
    )


def _told_apart(
    people: Sequence[Individual], patient: frozenset[str]
) -> tuple[list[Individual], list[Individual]]:
    """The individuals of the families without ambiguous names, and those of the other families."""
    families: dict[str, set[str]] = {}
    for person in people:
        families.setdefault(person.family, set()).add(person.name)
    taken: dict[str, str] = {}
    for family in sorted(families, key=lambda name: not patient & families[name]):
        if not families[family] & taken.keys():
            taken |= dict.fromkeys(families[family], family)
    kept = [person for person in people if taken.get(person.name) == person.family]
    return kept, [person for person in people if taken.get(person.name) != person.family]


def _faults_of_families(
    path: Path, left_out: Sequence[Individual], patient: frozenset[str]
) -> Iterator[InputProblem]:
    for person in left_out:
        if person.name in patient:
            what = f"{person.name} is in several families, among them {person.family}"
            yield InputProblem(str(path), person.line, what, "give the patient a name of one family")


def _notices(path: Path, implied: Sequence[Individual], left_out: Sequence[Individual]) -> Iterator[str]:
    for person in implied:
        yield f"{path}: line {person.line}: {person.name} has no line of its own; the phenotype is unknown"
    for family in dict.fromkeys(person.family for person in left_out):
        yield f"{path}: family {family} is left out: it uses names of another family"


def _implied(people: Sequence[Individual]) -> Iterator[Individual]:
    """Parents who have no line, once each; ``line`` is that of the child."""
    known = {person.name for person in people}
    for person in people:
        for parent, sex in ((person.father, "male"), (person.mother, "female")):
            if parent is not None and parent not in known:
                known.add(parent)
                yield Individual(person.family, parent, None, None, sex, None, person.line)


def family_faults(path: Path, people: Sequence[Individual], place: str = "line") -> list[InputProblem]:
    """Duplicate individuals, parents without an entry or of the wrong sex, and cycles.

    ``place``: the unit of an individual's number: a line of the file, or persons of another format.
    """
    by_name: dict[str, Individual] = {}
    found: list[tuple[Individual, tuple[str, str]]] = []
    for person in people:
        first = by_name.setdefault(person.name, person)
        if first is not person:
            message = f"{person.name} is listed twice, first in {place} {first.line}"
            found.append((person, (message, f"give each individual one {place}")))
    for person in people:
        found += [(person, words) for words in _parent_faults(person, by_name, place)]
    if place == "line":
        return [InputProblem(str(path), person.line, *words) for person, words in found]
    return [
        InputProblem(str(path), None, f"{place} {person.line}: {what}", remedy)
        for person, (what, remedy) in found
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
