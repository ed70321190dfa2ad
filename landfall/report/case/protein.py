"""Reference and mutant protein side by side, what differs marked, the stop marked."""

from __future__ import annotations

from dataclasses import dataclass

from landfall.report.formatting import plural
from landfall.splicing.rows import OutcomeRow

LETTERS = 50


@dataclass(frozen=True)
class Run:
    """Letters of one kind: same, changed or stop."""

    letters: str
    kind: str


@dataclass(frozen=True)
class Row:
    """One line of a protein: the codon of its first letter and its runs."""

    codon: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Windows:
    """Both proteins over the same stretch."""

    reference: tuple[Row, ...]
    mutant: tuple[Row, ...]


def windows(outcome: OutcomeRow) -> Windows | None:
    """The windows of an outcome; None where the tables give no protein."""
    ref, alt, start = outcome["protein_ref"], outcome["protein_alt"], outcome["protein_start"]
    if not ref or not alt or start is None:
        return None
    head = _common(ref, alt)
    tail = 0 if outcome["ptc"] else min(_common(ref[::-1], alt[::-1]), len(ref) - head, len(alt) - head)
    lost = tail if not outcome["ptc"] else len(ref) - head
    return Windows(_rows(ref, head, lost, start), _rows(alt, head, tail, start))


def in_frame(outcome: OutcomeRow) -> str:
    """'in-frame insertion of 24 amino acids', 'in-frame deletion of 1 amino acid'; empty for another change."""
    ref, alt = outcome["protein_ref"], outcome["protein_alt"]
    if outcome["frameshift"] is not False or outcome["ptc"] or not ref or not alt:
        return ""
    head = _common(ref, alt)
    tail = min(_common(ref[::-1], alt[::-1]), len(ref) - head, len(alt) - head)
    lost, gained = len(ref) - head - tail, len(alt) - head - tail
    if not lost:
        return f"in-frame insertion of {plural(gained, 'amino acid')}"
    if not gained:
        return f"in-frame deletion of {plural(lost, 'amino acid')}"
    return f"in-frame replacement of {plural(lost, 'amino acid')} by {gained}"


def _common(one: str, other: str) -> int:
    """Length of the common prefix."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _rows(protein: str, head: int, tail: int, start: int) -> tuple[Row, ...]:
    kinds = [_kind(letter, n, head, len(protein) - tail) for n, letter in enumerate(protein)]
    cuts = range(0, len(protein), LETTERS)
    return tuple(Row(start + c, _runs(protein[c : c + LETTERS], kinds[c : c + LETTERS])) for c in cuts)


def _kind(letter: str, index: int, head: int, tail: int) -> str:
    if letter == "*":
        return "stop"
    return "changed" if head <= index < tail else "same"


def _runs(letters: str, kinds: list[str]) -> tuple[Run, ...]:
    """Letters in runs of one kind, cut every ten for counting."""
    runs: list[Run] = []
    for index, (letter, kind) in enumerate(zip(letters, kinds, strict=True)):
        if index and index % 10 == 0:
            runs.append(Run(" ", "gap"))
        if runs and runs[-1].kind == kind:
            runs[-1] = Run(runs[-1].letters + letter, kind)
        else:
            runs.append(Run(letter, kind))
    return tuple(runs)
