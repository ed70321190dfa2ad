"""HGVS names of a change in the DNA, on the contig (g.) and in a transcript (c. and n.).

Substitution, deletion, duplication, insertion and deletion-insertion; inversions are written as delins. An
allele is trimmed to what it changes and moved as far 3' as the sequence allows, so every spelling of a change
has one name.

The 3' rule is applied to the genomic sequence in the direction of the transcript and may cross an exon's
edge: with G on both sides of a donor the name is c.4357+1del, as published. HGVS's exception (a change does
not move over an exon/exon junction) holds by construction, for the genomic sequence never jumps an intron.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from landfall.genes import Transcript
from landfall.genome import Genome, reverse_complement
from landfall.translation import mitochondrial

_CHUNK = 256


@dataclass(frozen=True)
class Change:
    """A trimmed allele: ``ref`` at start..end (0-based half-open, empty for an insertion) becomes ``alt``."""

    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        return self.start + len(self.ref)

    @property
    def movable(self) -> bool:
        """Whether it is a pure insertion or deletion, which repeats let lie in several places."""
        return bool(self.ref) != bool(self.alt)


def trim(pos: int, ref: str, alt: str) -> Change:
    """An allele at a 1-based position without the bases that both sides share, in upper case.

    Raises ValueError for an allele that is not written in A, C, G, T and N.
    """
    ref, alt = ref.upper(), alt.upper()
    if set(ref + alt) - set("ACGTN"):
        raise ValueError(f"{ref}>{alt} is not written in A, C, G, T and N")
    shorter = min(len(ref), len(alt))
    head = next((i for i in range(shorter) if ref[i] != alt[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if ref[-1 - i] != alt[-1 - i]), rest)
    return Change(pos - 1 + head, ref[head : len(ref) - tail], alt[head : len(alt) - tail])


def shift(change: Change, chrom: str, genome: Genome, right: bool) -> Change:
    """The same change as far right (or left) on the contig as the sequence allows; others come back
    unchanged.
    """
    if not change.movable:
        return change
    unit = change.ref or change.alt
    if right:
        steps = _matching(
            unit, lambda first, last: genome.fetch(chrom, change.end + first, change.end + last)
        )
    else:
        steps = _matching(
            unit[::-1], lambda first, last: _leftwards(genome, chrom, change.start, first, last)
        )
        steps = -steps
    turn = steps % len(unit)
    turned = unit[turn:] + unit[:turn]
    start = change.start + steps
    return Change(start, turned, "") if change.ref else Change(start, "", turned)


def _leftwards(genome: Genome, chrom: str, start: int, first: int, last: int) -> str:
    return genome.fetch(chrom, start - last, start - first)[::-1]


def _matching(unit: str, fetch: Callable[[int, int], str]) -> int:
    """How many bases from ``fetch`` go on repeating the unit; an N ends it."""
    done = 0
    while True:
        for index, base in enumerate(fetch(done, done + _CHUNK), done):
            if base == "N" or base != unit[index % len(unit)]:
                return index
        done += _CHUNK


def hgvs_g(chrom: str, pos: int, ref: str, alt: str, genome: Genome) -> str:
    """Name on the contig, e.g. ``chr2:g.71514705C>T``, ``m.`` for the mitochondrial genome; pos is 1-based.

    The contig has its name in the reference, not an accession. Raises ValueError for an allele not in A, C,
    G, T, N.
    """
    change = shift(trim(pos, ref, alt), chrom, genome, right=True)
    kind = "m" if mitochondrial(chrom) else "g"
    return f"{chrom}:{kind}.{describe(change, chrom, genome, forward=True, name=str)}"


def hgvs_c(transcript: Transcript, pos: int, ref: str, alt: str, genome: Genome) -> str:
    """Name in a transcript without the transcript's name, e.g. ``c.663+784C>T``, ``n.`` if it is non-coding.

    ``pos`` is 1-based; alleles are on the + strand. A change outside the transcript is named by the numbering
    that goes on along the contig, see :meth:`Transcript.c_position`. Raises ValueError for an allele not in
    A, C, G, T, N.
    """
    change = shift(trim(pos, ref, alt), transcript.chrom, genome, right=transcript.forward)
    kind = "c" if transcript.coding else "n"
    described = describe(change, transcript.chrom, genome, transcript.forward, transcript.c_position)
    return f"{kind}.{described}"


def describe(change: Change, chrom: str, genome: Genome, forward: bool, name: Callable[[int], str]) -> str:
    """A change at its 3'-most place in words of HGVS; ``name`` turns a 1-based position into a coordinate."""
    ref, alt = (change.ref, change.alt) if forward else map(reverse_complement, (change.ref, change.alt))
    if not ref and not alt:
        return "="
    if not ref:
        return _inserted(change, alt, chrom, genome, forward, name)
    place = _span(change.start + 1, change.end, forward, name)
    if not alt:
        return f"{place}del"
    if len(ref) == len(alt) == 1:
        return f"{place}{ref}>{alt}"
    return f"{place}delins{alt}"


def _inserted(
    change: Change, alt: str, chrom: str, genome: Genome, forward: bool, name: Callable[[int], str]
) -> str:
    """An insertion, or a duplication if it repeats what stands just before it in the direction of reading."""
    size = len(change.alt)
    first = change.start - size if forward else change.start
    if genome.fetch(chrom, first, first + size) == change.alt:
        return f"{_span(first + 1, first + size, forward, name)}dup"
    return f"{_span(change.start, change.start + 1, forward, name)}ins{alt}"


def _span(first: int, last: int, forward: bool, name: Callable[[int], str]) -> str:
    """One coordinate or two, the 5' one first; positions 1-based, both included."""
    if first == last:
        return name(first)
    ends = (first, last) if forward else (last, first)
    return "_".join(map(name, ends))
