"""Reads r. names by the words of HGVS: applied to a transcript's own bases they give an mRNA, and its translation.

Nothing here uses :mod:`landfall.splicing` or :mod:`landfall.genome.hgvs`. Positions are 0-based in the string of a
:class:`benchmarks.names_oracle.Locus`, a transcript with its introns, 5' to 3'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.names_oracle import AMINO, Locus, p_faults

PIECE = re.compile(r"(?P<range>[^a-z>]+?)?(?P<what>del(?:ins)?|dup|ins|[acgu]>)(?P<new>.*)")
ONE = re.compile(r"r\.\(((?:[^;\[\]]|\[[^\[\]]*\])*|\[(?:[^\[\]]|\[[^\[\]]*\])*\])\)")
LONGEST = 12
"""Most bases of a deletion that may be named on the start codon and leave another one like it in its place."""


class MisreadError(AssertionError):
    """A name that is none, or does not fit the transcript."""


@dataclass(frozen=True)
class Message:
    """An mRNA as DNA letters, and the index in it of the first base of the start codon; None where that is changed."""

    sequence: str
    start: int | None

    @property
    def protein(self) -> str | None:
        """Residues from the start codon to the stop, without one to the end of the mRNA."""
        if self.start is None:
            return None
        residues = ""
        for at in range(self.start, len(self.sequence) - 2, 3):
            residues += AMINO.get(self.sequence[at : at + 3], "X")
            if residues[-1] == "*":
                break
        return residues


def read(locus: Locus, name: str) -> Message:
    """The mRNA of a name. Raises MisreadError."""
    if ONE.fullmatch(name) is None:
        raise MisreadError(f"{name} is no name of an mRNA")
    inner = name[3:-1]
    bases = {at: locus.sequence[at] for at in locus.spliced}
    parts = _split(inner[1:-1]) if inner.startswith("[") else [inner]
    order = [_apply(locus, bases, part) for part in parts if inner != "="]
    if order != sorted(order):
        raise MisreadError(f"{name} is not in the order of the mRNA")
    return Message("".join(bases[at] for at in locus.spliced), _start(locus, bases))


def _start(locus: Locus, bases: Mapping[int, str]) -> int | None:
    """Index in the mRNA of the start codon, also where the name has it on other bases of a repeat."""
    codon = locus.coding[:3]
    first = locus.spliced.index(codon[0])
    before, held = ("".join(bases[at] for at in part) for part in (locus.spliced[:first], codon))
    wanted = "".join(locus.sequence[at] for at in codon)
    if all(bases[at] for at in codon) and held.startswith(wanted):
        return len(before)
    removed = sum(not bases[at] for at in locus.spliced[:first])
    return len(before + held) - 3 if removed <= LONGEST and (before + held).endswith(wanted) else None


def _apply(locus: Locus, bases: dict[int, str], part: str) -> int:
    """Changes the bases; returns the first position of the part."""
    found = PIECE.fullmatch(part)
    if found is None or not found["range"]:
        raise MisreadError(f"{part} is no part of a name")
    first, last = _range(locus, found["range"])
    if first not in bases or last not in bases:
        raise MisreadError(f"{part} is not in the mRNA")
    gone, what = [at for at in locus.spliced if first <= at <= last], found["what"]
    if any(not bases[at] for at in gone):
        raise MisreadError(f"{part}: a base is named twice")
    if what == "ins":
        if len(gone) != 2:
            raise MisreadError(f"{part}: an insertion is between two bases")
        bases[first] += _inserted(locus, found["new"])
    elif what == "dup":
        bases[last] += "".join(locus.sequence[at] for at in gone)
    else:
        if what.endswith(">") and (len(gone) != 1 or what[0] != _rna(locus.sequence[first])):
            raise MisreadError(f"{part}: another base")
        bases.update(dict.fromkeys(gone, ""))
        bases[first] = _inserted(locus, found["new"]) if what != "del" else ""
    return first


def _inserted(locus: Locus, text: str) -> str:
    pieces = text[1:-1].split(";") if text.startswith("[") else [text]
    if not all(pieces):
        raise MisreadError(f"{text} inserts nothing")
    return "".join(_piece(locus, piece) for piece in pieces)


def _piece(locus: Locus, piece: str) -> str:
    if set(piece) <= set("acgun"):
        return piece.upper().replace("U", "T")
    first, last = _range(locus, piece)
    return locus.sequence[first : last + 1]


def _range(locus: Locus, text: str) -> tuple[int, int]:
    first, _, last = text.partition("_")
    return locus.at(first), locus.at(last or first)


def _rna(base: str) -> str:
    return base.lower().replace("t", "u")


def _split(text: str) -> list[str]:
    """At semicolons outside of brackets."""
    return re.split(r";(?![^\[]*\])", text)


def protein_faults(locus: Locus, message: Message, name: str | None) -> list[str]:
    """What is wrong with the p. name of an mRNA; "" and None are no name."""
    new = message.protein
    if new is None:
        return [] if name == "p.(Met1?)" else [f"{name}, but the start codon is lost"]
    if name is None or name == "p.(Met1?)":
        return [f"{name}, but the protein is known"]
    if name == "p.(=)":
        return [] if new == locus.old else ["p.(=) of another protein"]
    if name == "p.?":
        return [] if not new.endswith("*") or "X" in new else ["p.? though the protein is known"]
    return p_faults(locus.old, new, name)
