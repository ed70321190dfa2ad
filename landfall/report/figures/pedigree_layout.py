"""Places of the members of a small family in a drawing: a row for each generation, couples side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

SWEEPS = 8
"""Passes over the generations, after which places of families of a few dozen no longer change."""


@dataclass(frozen=True)
class Person:
    """A member of a family; parents are None where unknown or not drawn."""

    name: str
    father: str | None
    mother: str | None

    @property
    def parents(self) -> tuple[str, ...]:
        return tuple(parent for parent in (self.father, self.mother) if parent)


@dataclass(frozen=True)
class Place:
    """Generation from the top, 0 first, and the middle in columns."""

    row: int
    x: float


def connected(people: Sequence[Person], patient: str) -> list[Person]:
    """Those linked with the patient by parents and children, without parents who are not among them."""
    known = {person.name for person in people}
    trimmed = [Person(p.name, *(q if q in known else None for q in (p.father, p.mother))) for p in people]
    links: dict[str, set[str]] = {name: set() for name in known}
    for person in trimmed:
        for parent in person.parents:
            links[person.name].add(parent)
            links[parent].add(person.name)
    met, waiting = set[str](), [patient]
    while waiting:
        name = waiting.pop()
        if name not in met:
            met.add(name)
            waiting += links[name]
    return [person for person in trimmed if person.name in met]


def places(people: Sequence[Person], patient: str) -> dict[str, Place]:
    """The place of each of connected people; those of a row are at least one column apart, the first at 0 or more."""
    rows = _generations(people, patient)
    order = _in_order(people, patient, rows)
    x = {name: float(column) for line in order for column, name in enumerate(line)}
    for _ in range(SWEEPS):
        for line in order:
            x |= _row(line, [_under_parents(name, people, x) for name in line])
        for line in reversed(order):
            x |= _row(line, [_over_children(name, people, x) for name in line])
    left = min(x.values())
    return {name: Place(rows[name], place - left) for name, place in x.items()}


def _generations(people: Sequence[Person], patient: str) -> dict[str, int]:
    """Row of each: parents one above their children, so that both parents are in one row where the pedigree allows."""
    found, waiting = {patient: 0}, [patient]
    by_name = {person.name: person for person in people}
    while waiting:
        name = waiting.pop(0)
        near = [(parent, -1) for parent in by_name[name].parents]
        near += [(child.name, 1) for child in people if name in child.parents]
        for other, step in near:
            if other not in found:
                found[other] = found[name] + step
                waiting.append(other)
    top = min(found.values())
    return {name: row - top for name, row in found.items()}


def _in_order(people: Sequence[Person], patient: str, rows: Mapping[str, int]) -> list[list[str]]:
    """Names of each row from left to right: the father's family, the person and siblings, the mother's family."""
    line = _ancestors(patient, people) - {patient}
    placed: list[str] = []
    _family(patient, people, line, placed)
    for person in people:
        _with_descendants(person.name, people, line, placed)
    return [[name for name in placed if rows[name] == row] for row in range(max(rows.values()) + 1)]


def _family(name: str, people: Sequence[Person], line: Collection[str], placed: list[str]) -> None:
    """Append a person of the patient's line between the families of both parents; a father stands right of siblings."""
    person = next(p for p in people if p.name == name)
    if person.father:
        _family(person.father, people, line, placed)
    siblings = [
        p.name
        for p in people
        if p.name == name or (set(p.parents) & set(person.parents) and p.name not in line)
    ]
    if name in line:
        is_father = any(p.father == name for p in people)
        siblings.sort(key=lambda other: (other == name) == is_father)
    for sibling in siblings:
        _with_descendants(sibling, people, line, placed)
    if person.mother:
        _family(person.mother, people, line, placed)


def _with_descendants(name: str, people: Sequence[Person], line: Collection[str], placed: list[str]) -> None:
    """Append a person once, outside the patient's line with partners and descendants."""
    if name in placed:
        return
    placed.append(name)
    if name in line:
        return
    children = [person for person in people if name in person.parents]
    for other in dict.fromkeys(q for child in children for q in (*child.parents, child.name) if q != name):
        if other not in line:
            _with_descendants(other, people, line, placed)


def _under_parents(name: str, people: Sequence[Person], x: Mapping[str, float]) -> float:
    """Middle below the parents, moved by the place among the siblings; a founder stays."""
    person = next(p for p in people if p.name == name)
    if not person.parents:
        return x[name]
    siblings = sorted((p.name for p in people if p.parents == person.parents), key=lambda other: x[other])
    middle = sum(x[parent] for parent in person.parents) / len(person.parents)
    return middle + siblings.index(name) - (len(siblings) - 1) / 2


def _over_children(name: str, people: Sequence[Person], x: Mapping[str, float]) -> float:
    """Half a column from the middle of the children, away from the partner; a person without children stays."""
    children = [person for person in people if name in person.parents]
    if not children:
        return x[name]
    middle = sum(x[child.name] for child in children) / len(children)
    partners = {q for child in children for q in child.parents if q != name}
    if len(partners) != 1:
        return middle
    (partner,) = partners
    return middle - 0.5 if x[name] < x[partner] else middle + 0.5


def _row(line: Sequence[str], wishes: Sequence[float]) -> dict[str, float]:
    """Places nearest to the wishes (least squares) in this order, at least one column apart."""
    moved = _rising([wish - column for column, wish in enumerate(wishes)])
    return {name: place + column for column, (name, place) in enumerate(zip(line, moved, strict=True))}


def _rising(values: Sequence[float]) -> list[float]:
    """The nearest values that do not fall (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (low, many), (high, more) = pools.pop(), pools.pop()
            pools.append(((low * many + high * more) / (many + more), many + more))
    return [value for value, count in pools for _ in range(count)]


def couples(people: Sequence[Person]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """The known parents, one or two, of each group of full siblings, with these."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for person in people:
        if person.parents:
            groups.setdefault(person.parents, []).append(person.name)
    yield from groups.items()


def related(parents: Collection[str], people: Sequence[Person]) -> bool:
    """Whether two parents share an ancestor in the pedigree, or one is an ancestor of the other."""
    lines = [_ancestors(parent, people) for parent in parents]
    return len(lines) == 2 and bool(lines[0] & lines[1])


def _ancestors(name: str, people: Sequence[Person]) -> set[str]:
    """The person and all known ancestors."""
    by_name = {person.name: person for person in people}
    found, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += by_name[one].parents
    return found
