"""HGVS names of a change in the DNA, on the contig (g.) and in a transcript (c. and n.).

Substitution, deletion, duplication, insertion and deletion-insertion; inversions are written as delins. An
allele is trimmed to what it changes and moved as far 3' as the sequence allows, so every spelling of a change
has one name. Several alleles of one copy are named together.

The 3' rule is applied to the genomic sequence in the direction of the transcript and may cross an exon's
edge: with G on both sides of a donor the name is c.4357+1del, as published. HGVS's exception (a change does
not move over an exon/exon junction) holds by construction, as the genomic sequence contains the introns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from landfall.genome.sequence import Genome, accession, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import mitochondrial

_CHUNK = 256
Allele = tuple[int, str, str]
"""1-based position, ref, alt on the + strand."""


@dataclass(frozen=True)
class HgvsEdit:
    """A trimmed allele: ``ref`` at start..end (0-based half-open, empty for an insertion) becomes ``alt``."""

    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        return self.start + len(self.ref)

    @property
    def movable(self) -> bool:
        """Whether it is a pure insertion or deletion, whose position is ambiguous within a repeat."""
        return bool(self.ref) != bool(self.alt)


def trim(pos: int, ref: str, alt: str) -> HgvsEdit:
    """An allele at a 1-based position without the bases that both sides share, in upper case.

    Raises ValueError for an allele that is not written in A, C, G, T and N.

    >>> trim(101, "GTA", "GTTTA")
    HgvsEdit(start=102, ref='', alt='TT')
    """
    ref, alt = ref.upper(), alt.upper()
    if set(ref + alt) - set("ACGTN"):
        raise ValueError(f"{ref}>{alt} is not written in A, C, G, T and N")
    shorter = min(len(ref), len(alt))
    head = next((i for i in range(shorter) if ref[i] != alt[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if ref[-1 - i] != alt[-1 - i]), rest)
    return HgvsEdit(pos - 1 + head, ref[head : len(ref) - tail], alt[head : len(alt) - tail])


def shift(change: HgvsEdit, chrom: str, genome: Genome, right: bool) -> HgvsEdit:
    """The same change as far right (or left) on the contig as the sequence allows; others come back
    unchanged.
    """
    if not change.movable:
        return change
    return _moved(change, _reach(change, chrom, genome, right))


def _reach(change: HgvsEdit, chrom: str, genome: Genome, right: bool) -> int:
    """How many bases a pure insertion or deletion can move right on the contig, or left (negative)."""
    unit = change.ref or change.alt
    if right:
        return _matching(unit, lambda first, last: genome.fetch(chrom, change.end + first, change.end + last))
    return -_matching(unit[::-1], lambda first, last: _leftwards(genome, chrom, change.start, first, last))


def _moved(change: HgvsEdit, steps: int) -> HgvsEdit:
    """A pure insertion or deletion moved by bases of its repeat, to the left if ``steps`` is negative."""
    unit = change.ref or change.alt
    turn = steps % len(unit)
    turned = unit[turn:] + unit[:turn]
    start = change.start + steps
    return HgvsEdit(start, turned, "") if change.ref else HgvsEdit(start, "", turned)


def places(
    change: HgvsEdit,
    chrom: str,
    genome: Genome,
    forward: bool,
    low: int | None = None,
    high: int | None = None,
) -> Iterator[HgvsEdit]:
    """Every place of the same change, the 3'-most in a direction first; between two 0-based points if given."""
    if not change.movable:
        yield change
        return
    left, right = (_reach(change, chrom, genome, right) for right in (False, True))
    left = left if low is None else max(left, low - change.start)
    right = right if high is None else min(right, high - change.end)
    steps = range(left, right + 1)
    for step in reversed(steps) if forward else steps:
        yield _moved(change, step)


def differing(change: HgvsEdit) -> list[HgvsEdit]:
    """The stretches of an allele of unchanged length in which it differs, ascending; any other allele whole.

    >>> differing(HgvsEdit(10, "ACGT", "TCGA"))
    [HgvsEdit(start=10, ref='A', alt='T'), HgvsEdit(start=13, ref='T', alt='A')]
    """
    if len(change.ref) != len(change.alt):
        return [change]
    pairs = zip(change.ref, change.alt, strict=True)
    runs = groupby(enumerate(pairs), key=lambda item: item[1][0] != item[1][1])
    stretches = [[index for index, _ in run] for differs, run in runs if differs]
    return [
        HgvsEdit(change.start + s[0], change.ref[s[0] : s[-1] + 1], change.alt[s[0] : s[-1] + 1])
        for s in stretches
    ]


def in_order(alleles: Iterable[Allele]) -> list[HgvsEdit]:
    """Trimmed alleles (1-based position, ref, alt) of one copy in the order of the contig; those that touch are one.

    Equal ones are left out. Raises ValueError for two that change the same bases or insert at one point, and for
    letters as :func:`trim`.
    """
    trimmed = (trim(*allele) for allele in alleles)
    found: list[HgvsEdit] = []
    for change in sorted(
        (c for c in trimmed if c.ref or c.alt), key=lambda change: (change.start, change.end)
    ):
        before = found[-1] if found else None
        if before and (change.start < before.end or before.start == before.end == change.start == change.end):
            raise ValueError(f"no copy can hold both {_spelt(before)} and {_spelt(change)}")
        if before and before.end == change.start:
            found[-1] = trim(before.start + 1, before.ref + change.ref, before.alt + change.alt)
        else:
            found.append(change)
    return [change for change in found if change.ref or change.alt]


def _spelt(change: HgvsEdit) -> str:
    return f"{change.start + 1} {change.ref or '-'}>{change.alt or '-'}"


def _leftwards(genome: Genome, chrom: str, start: int, first: int, last: int) -> str:
    return genome.fetch(chrom, start - last, start - first)[::-1]


def _matching(unit: str, fetch: Callable[[int, int], str]) -> int:
    """Number of bases from ``fetch`` that continue the repeat of the unit; an N ends it."""
    done = 0
    while True:
        for index, base in enumerate(fetch(done, done + _CHUNK), done):
            if base == "N" or base != unit[index % len(unit)]:
                return index
        done += _CHUNK


def hgvs_g(chrom: str, pos: int, ref: str, alt: str, genome: Genome, build: str = "") -> str:
    """Name on the contig, e.g. ``NC_000002.12:g.71514705C>T``, ``m.`` for the mitochondrial genome; pos is 1-based.

    build: GRCh38 or GRCh37, for RefSeq's accession; without it, and where there is none, the contig has its name in the
    reference. Raises ValueError for an allele not in A, C, G, T, N.
    """
    change = shift(trim(pos, ref, alt), chrom, genome, right=True)
    kind = "m" if mitochondrial(chrom) else "g"
    contig = accession(chrom, build, genome.lengths[chrom]) or chrom if build else chrom
    return f"{contig}:{kind}.{describe(change, chrom, genome, forward=True, name=str)}"


def hgvs_c(transcript: Transcript, pos: int, ref: str, alt: str, genome: Genome) -> str:
    """Name in a transcript without the transcript's name, e.g. ``c.663+784C>T``, ``n.`` if it is non-coding.

    ``pos`` is 1-based; alleles are on the + strand. A change outside the transcript is numbered along
    the contig, see :meth:`Transcript.c_position`. Raises ValueError for an allele not in
    A, C, G, T, N.
    """
    change = shift(trim(pos, ref, alt), transcript.chrom, genome, right=transcript.forward)
    kind = "c" if transcript.coding else "n"
    described = describe(change, transcript.chrom, genome, transcript.forward, transcript.c_position)
    return f"{kind}.{described}"


def side_by_side(transcript: Transcript, changes: Sequence[HgvsEdit], genome: Genome) -> list[HgvsEdit]:
    """Trimmed changes of one copy, in the order of the contig, as HGVS names them: each at the 3'-most place that its
    neighbours allow.

    Two without a base between them, or with one between two substitutions of one codon, are one deletion-insertion.
    Changes that cancel are left out.
    """
    joined = _joined(transcript, changes, genome)
    placed = _joined(transcript, _at_their_places(transcript, joined, genome), genome)
    return [change for change in placed if change.ref or change.alt]


def hgvs_c_joint(transcript: Transcript, changes: Sequence[HgvsEdit], genome: Genome) -> str:
    """Name of the changes of one copy, as :func:`side_by_side` gives them: ``c.[76A>G;103del]``."""
    kind = "c" if transcript.coding else "n"
    names = [
        describe(change, transcript.chrom, genome, transcript.forward, transcript.c_position)
        for change in (changes if transcript.forward else reversed(changes))
    ]
    return f"{kind}.[{';'.join(names)}]" if len(names) > 1 else f"{kind}.{names[0] if names else '='}"


def _joined(transcript: Transcript, changes: Sequence[HgvsEdit], genome: Genome) -> list[HgvsEdit]:
    """Changes in the order of the contig; those that HGVS names as one are joined."""
    joined: list[HgvsEdit] = []
    for change in changes:
        if joined and _are_one(transcript, joined[-1], change):
            change = _join(joined.pop(), change, transcript.chrom, genome)
        joined.append(change)
    return joined


def _at_their_places(transcript: Transcript, changes: Sequence[HgvsEdit], genome: Genome) -> list[HgvsEdit]:
    """Every change at the 3'-most place that its neighbours allow."""
    placed: list[HgvsEdit] = []
    for index, change in enumerate(changes):
        bounds = neighbouring(placed, changes, index)
        placed.append(next(places(change, transcript.chrom, genome, transcript.forward, *bounds)))
    return placed


def neighbouring(
    placed: Sequence[HgvsEdit], changes: Sequence[HgvsEdit], index: int
) -> tuple[int | None, int | None]:
    """The 0-based points between which one of the changes may move, those before it being at their places."""
    return (
        placed[-1].end if placed else None,
        changes[index + 1].start if index + 1 < len(changes) else None,
    )


def _are_one(transcript: Transcript, one: HgvsEdit, other: HgvsEdit) -> bool:
    gap = other.start - one.end
    if gap != 1 or len(one.ref) != len(one.alt) or len(other.ref) != len(other.alt):
        return gap == 0
    codons = {_codon(transcript, one.end), _codon(transcript, other.start + 1)}
    return len(codons) == 1 and None not in codons


def _codon(transcript: Transcript, pos: int) -> int | None:
    """0-based codon of a 1-based position; None outside the coding sequence."""
    offset = transcript.offset(pos) if transcript.coding else None
    if offset is None or not transcript.cds_span[0] <= offset < transcript.cds_span[1]:
        return None
    return (offset - transcript.cds_span[0]) // 3


def _join(one: HgvsEdit, other: HgvsEdit, chrom: str, genome: Genome) -> HgvsEdit:
    between = genome.fetch(chrom, one.end, other.start)
    return trim(one.start + 1, one.ref + between + other.ref, one.alt + between + other.alt)


def describe(change: HgvsEdit, chrom: str, genome: Genome, forward: bool, name: Callable[[int], str]) -> str:
    """The HGVS description of a change at its 3'-most position; ``name`` turns a 1-based position into a coordinate."""
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
    change: HgvsEdit, alt: str, chrom: str, genome: Genome, forward: bool, name: Callable[[int], str]
) -> str:
    """An insertion, or a duplication if it repeats the bases just before it in the direction of reading."""
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
