"""Families: PED files, and which mode of inheritance a genotype leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from landfall.faults import Fault, stop_if

SEXES = {"1": "male", "2": "female", "0": "unknown", "male": "male", "female": "female", "unknown": "unknown"}
AFFECTION = {"2": True, "1": False, "0": None, "-9": None}
_SHAPE = "a PED line has six columns: family, individual, father, mother, sex, phenotype"


@cache
def _ucsc() -> dict[str, str]:
    """Any name of X, Y and the mitochondrion to UCSC's; the import is late to keep parsing quick."""
    from landfall.genome import aliases

    return aliases(["chrX", "chrY", "chrM"])


@dataclass(frozen=True)
class Individual:
    """One line of a PED file (1-based ``line``); parents and ``affected`` are None where unknown."""

    family: str
    name: str
    father: str | None
    mother: str | None
    sex: str
    affected: bool | None
    line: int


@dataclass(frozen=True)
class Pedigree:
    """The individuals of a PED file by name."""

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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        stop_if([Fault(str(path), None, f"the PED file cannot be read: {error}")])
        raise
    people: list[Individual] = []
    faults: list[Fault] = []
    for line, content in enumerate(text.splitlines(), 1):
        cells = content.split("#")[0].split()
        if cells:
            found = list(_cell_faults(path, line, cells))
            faults += found
            people += [] if found else [_individual(line, cells)]
    faults += _family_faults(path, people) if not faults else []
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


def _family_faults(path: Path, people: Sequence[Individual]) -> list[Fault]:
    by_name: dict[str, Individual] = {}
    faults = []
    for person in people:
        first = by_name.setdefault(person.name, person)
        if first is not person:
            message = f"{person.name} stands twice, first in line {first.line}"
            faults.append(Fault(str(path), person.line, message, "give each individual one line"))
    for person in people:
        for words in _parent_faults(person, by_name):
            faults.append(Fault(str(path), person.line, *words))
    return faults


def _parent_faults(person: Individual, by_name: Mapping[str, Individual]) -> Iterator[tuple[str, str]]:
    for role, name, sex in (("father", person.father, "male"), ("mother", person.mother, "female")):
        if name is None:
            continue
        if name == person.name:
            yield f"{name} is given as {role} of {name}", "write 0 for an unknown parent"
        elif name not in by_name:
            yield (
                f"{role} {name} of {person.name} has no line",
                "add a line, or write 0 for an unknown parent",
            )
        elif by_name[name].sex not in (sex, "unknown"):
            yield (
                f"{role} {name} of {person.name} is {by_name[name].sex}",
                f"line {by_name[name].line} gives the sex",
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


def inheritance(
    zygosity: str, chrom: str, sex: str, pedigree: Pedigree | None, proband: str
) -> tuple[str, bool]:
    """The mode of inheritance a genotype fits, in words; whether one stays open without a second variant.

    ``zygosity`` is heterozygous, homozygous, hemizygous or unknown; ``chrom`` by any of its names; ``sex`` is
    male, female or unknown. Only the phenotypes of the parents are known here, not their genotypes.
    Pseudoautosomal regions are not told from the rest of X.
    """
    father, mother = pedigree.parents(proband) if pedigree else (None, None)
    states = (father.affected if father else None, mother.affected if mother else None)
    if zygosity not in ("heterozygous", "homozygous", "hemizygous"):
        return "genotype unknown: no mode is excluded", True
    by_contig = {"chrX": _on_x, "chrY": _on_y, "chrM": _on_mitochondrion}
    return by_contig.get(_ucsc().get(chrom, chrom), _on_autosome)(zygosity, sex, *states)


def _on_autosome(zygosity: str, sex: str, father: bool | None, mother: bool | None) -> tuple[str, bool]:
    affected = _affected_parents(father, mother)
    unaffected = father is False and mother is False
    if zygosity == "homozygous":
        if affected:
            return f"fits recessive or dominant inheritance (homozygous, {affected})", True
        return (
            f"fits autosomal recessive (homozygous{', both parents unaffected' if unaffected else ''})",
            True,
        )
    if zygosity == "hemizygous":
        return "one copy on an autosome: fits if the other copy is deleted", True
    if unaffected:
        return "one hit: dominant needs a de novo change, recessive needs a second hit", False
    if affected:
        return f"fits autosomal dominant (heterozygous, {affected})", True
    return "fits autosomal dominant, or recessive with a second hit", True


def _affected_parents(father: bool | None, mother: bool | None) -> str:
    names = [name for name, state in (("father", father), ("mother", mother)) if state]
    return f"{' and '.join(names)} affected" if names else ""


def _on_x(zygosity: str, sex: str, father: bool | None, mother: bool | None) -> tuple[str, bool]:
    if zygosity == "hemizygous" or (sex == "male" and zygosity == "homozygous"):
        known = {True: ", mother affected", False: ", mother unaffected: carrier, or de novo", None: ""}[
            mother
        ]
        return f"fits X-linked (hemizygous{' male' if sex == 'male' else ''}{known})", True
    if sex == "male":
        return "heterozygous call on X in a male: an artefact, mosaic or pseudoautosomal", False
    if zygosity == "homozygous":
        if father is False:
            return "homozygous on X in a female, but the father, who would carry it, is unaffected", False
        return "fits X-linked recessive (homozygous female)", True
    if father is False and mother is False:
        return (
            "one hit on X: dominant needs a de novo change, recessive a second hit or skewed X inactivation",
            False,
        )
    return "fits X-linked dominant (heterozygous), or recessive with a second hit", True


def _on_y(zygosity: str, sex: str, father: bool | None, mother: bool | None) -> tuple[str, bool]:
    if sex == "female":
        return "call on Y in a female: an artefact", False
    if father is False:
        return "on Y, father unaffected: needs a de novo change", False
    return "fits Y-linked", True


def _on_mitochondrion(zygosity: str, sex: str, father: bool | None, mother: bool | None) -> tuple[str, bool]:
    known = {
        True: ", mother affected",
        False: ", mother unaffected: lower heteroplasmy, or de novo",
        None: "",
    }
    return f"fits mitochondrial inheritance (maternal line{known[mother]})", True
