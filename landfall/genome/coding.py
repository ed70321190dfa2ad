"""The effect of a change of the coding sequence on the protein: its Sequence Ontology term and p. name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from landfall.genome.hgvs.protein import protein_change, three_letter
from landfall.genome.translation import MITOCHONDRIAL_STARTS, to_stop, translate

Effect = tuple[str, str | None]
"""Term and predicted p. name, None where there is none."""


@dataclass(frozen=True)
class Coding:
    """A change of the coding sequence: start..end (0-based from the first coding base) becomes ``alt``.

    ``reading`` is the sequence from the first coding base through the 3'UTR, ``size`` of it are coding, ``old`` are
    its translated codons. Codons ``codon``..``codon_end`` (0-based half-open) are those that the
    change touches. ``substituted`` is false where insertions and deletions cancel in length. ``open_start``:
    translation starts before the first codon.
    """

    reading: str
    size: int
    start: int
    end: int
    alt: str
    old: str
    mitochondrial: bool
    substituted: bool = True
    open_start: bool = False

    @cached_property
    def codon(self) -> int:
        return self.start // 3

    @cached_property
    def named_end(self) -> int:
        """The last codon (0-based, half-open) that the name may reach: a repeat is named at its end."""
        return max(self.codon_end, _shared(self.old, self.protein) + max(-self.net // 3, 0))

    @cached_property
    def codon_end(self) -> int:
        return -(-min(self.end, self.size) // 3)

    @property
    def net(self) -> int:
        """Bases gained."""
        return len(self.alt) - (self.end - self.start)

    @cached_property
    def altered(self) -> str:
        return self.reading[: self.start] + self.alt + self.reading[self.end :]

    @cached_property
    def gone(self) -> str:
        """Residues of the touched codons."""
        return self.old[self.codon : self.codon_end]

    @cached_property
    def new(self) -> str:
        """Residues of the whole codons that replace them; an unchanged codon keeps its residue."""
        first, last = 3 * self.codon, 3 * self.codon_end + self.net
        read = self._read(first, last)
        before, after = self.reading[first : 3 * self.codon_end], self.altered[first:last]
        head, tail = _shared(before, after), _shared(before[::-1], after[::-1])
        if self.net == 0:
            same = [before[3 * i : 3 * i + 3] == after[3 * i : 3 * i + 3] for i in range(len(read))]
            return "".join(old if kept else new for old, new, kept in zip(self.gone, read, same, strict=True))
        head //= 3
        tail = min(tail // 3, len(self.gone) - head, len(read) - head) if self.net % 3 == 0 else 0
        return self.gone[:head] + read[head : len(read) - tail] + self.gone[len(self.gone) - tail :]

    def _read(self, start: int, end: int | None = None) -> str:
        sequence = self.altered[start:end]
        read = translate(sequence, self.mitochondrial)
        starts = self.mitochondrial and start == 0 and sequence[:3] in MITOCHONDRIAL_STARTS
        return "M" + read[1:] if starts else read

    @cached_property
    def _inside(self) -> str:
        """The codons of the changed coding sequence, read through every stop."""
        return self.old[: self.codon] + self.new + self.old[self.codon_end :]

    @cached_property
    def in_frame(self) -> bool:
        """Whether the frame is kept and the stop codon at most substituted, not deleted across."""
        return self.net % 3 == 0 and self.end <= self.size

    @cached_property
    def resumed(self) -> bool:
        """Whether the frame is restored and translation reaches the annotated end."""
        inside = self._inside
        return self.in_frame and to_stop(inside) == inside and inside.endswith("*") == self.old.endswith("*")

    @cached_property
    def protein(self) -> str:
        """The new protein up to its stop; residues outside the change are those of the old one."""
        if not self.in_frame:
            return to_stop(self.old[: self.codon] + self._read(3 * self.codon))
        if "*" in self._inside or not self.old.endswith("*"):
            return to_stop(self._inside)
        return to_stop(self._inside + self._read(self.size + self.net))

    def stops_before(self, base: int) -> bool:
        """Whether the new protein ends 5' of a base of the reference after the change (0-based, coding)."""
        return self.protein.endswith("*") and 3 * len(self.protein) <= base + self.net

    def effect(self) -> Effect:
        unreadable = "*" in self.old[:-1] or (self.size % 3 and self.old.endswith("*"))
        if unreadable or self.codon_end > len(self.old) or "X" in self.gone + self.new:
            return "coding_sequence_variant", None
        if self.protein == self.old:
            return self._silent()
        return self._term(), self._name()

    def _silent(self) -> Effect:
        """The same protein: p.(Leu54=), p.(Leu54_Lys55=), or with a stop codon p.(Ter100=)."""
        if "*" in self.gone or self.net:
            return "stop_retained_variant", f"p.(Ter{len(self.old)}=)"
        ends = sorted({self.codon, self.codon_end - 1})
        names = "_".join(f"{three_letter(self.old[index])}{index + 1}" for index in ends)
        return "synonymous_variant", f"p.({names}=)"

    @property
    def _loses_stop(self) -> bool:
        """Whether the stop codon is lost, in whole or in part, without replacement."""
        across = self.end > self.size and self.net != 0
        return across or ("*" in self.gone and "*" not in self.new and self.net % 3 == 0)

    def _term(self) -> str:
        if self.old[0] == "M" and self.protein[:1] != "M" and not self.open_start:
            return "start_lost"
        if self._loses_stop:
            return "stop_lost"
        if (
            "*" in self.new
            and not self.resumed
            and ("*" not in self.gone or len(self.protein) < len(self.old))
        ):
            return "stop_gained"
        if self.net % 3:
            return "frameshift_variant"
        if self.net == 0:
            return "missense_variant" if self.substituted else "protein_altering_variant"
        if self.alt and self.end > self.start:
            return "protein_altering_variant"
        return "inframe_insertion" if self.alt else "inframe_deletion"

    def _name(self) -> str | None:
        """By HGVS a change that takes the stop codon from 5' of it is a frameshift, and an insertion that holds its
        own stop is an insertion whatever its length.
        """
        if self.open_start and self.protein[:1] != self.old[:1]:
            return None  # neither the number of the first residue nor the sequence before it is known
        stop = 3 * len(self.protein)
        holds_stop = self.start == self.end and self.start < stop <= self.start + len(self.alt)
        kept = self.net % 3 == 0 and not self._loses_stop
        shifted = not kept and not (holds_stop and self.protein.endswith("*"))
        replaced = max(self.codon_end - _shared(self.old, self.protein), 0) if self.end > self.start else 0
        return protein_change(self.old, self.protein, shifted, replaced, self.resumed)


def _shared(one: str, other: str) -> int:
    """Letters that two strings share from their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))
