"""Genes and transcripts: locations in a transcript, HGVS coordinates, and transcripts by location.

Coordinates: ``pos`` is 1-based as in VCF; ``start``/``end`` are 0-based half-open. Exons and introns are
numbered in the direction of the transcript, from 1.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

_COORDINATE = re.compile(r"(?:[cn]\.)?([-*]?)([1-9]\d*)([+-][1-9]\d*)?")


class PositionError(ValueError):
    """A coordinate that the transcript does not have."""


@dataclass(frozen=True)
class Region:
    """Where a position lies in a transcript.

    ``kind`` is exon, intron, upstream or downstream. ``number`` counts exons or introns in transcript
    direction from 1 (0 outside the transcript), out of ``count``. ``after`` and ``before`` are, in an intron,
    the bases from the last base of the exon before it and to the first base of the exon after it (both at
    least 1); outside the transcript ``after`` is the distance to it; 0 in an exon. ``utr`` is 5'UTR, 3'UTR or
    empty.
    """

    kind: str
    number: int
    count: int
    after: int = 0
    before: int = 0
    utr: str = ""

    @property
    def text(self) -> str:
        """In words, e.g. '784 bases into intron 7', '33 bases before exon 8', "exon 1 (5'UTR)"."""
        suffix = f" ({self.utr})" if self.utr else ""
        if self.kind == "exon":
            return f"exon {self.number}{suffix}"
        if self.kind != "intron":
            return f"{_bases(self.after)} {self.kind} of the transcript"
        if self.after <= self.before:
            return f"{_bases(self.after)} into intron {self.number}{suffix}"
        return f"{_bases(self.before)} before exon {self.number + 1}{suffix}"


def _bases(count: int) -> str:
    return f"{count:,} base{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Transcript:
    """One transcript. Exons are 0-based half-open and ascending on the contig, whatever the strand.

    ``cds_start``/``cds_end`` bound the coding sequence on the contig, stop codon included; None if
    non-coding. ``tag`` is one of ``annotation.TAGS`` or empty, ``refseq`` the RefSeq accession with its version of the
    same sequence or empty, ``refseq_source`` how it is known: transcript (it is the transcript itself), MANE (its
    table), annotation (a cross-reference) or empty. ``open_start``: the coding sequence begins before the transcript,
    so that its first codon is not where translation starts. ``slippage``: it is not translated in one frame, and no
    protein is derived from it.
    """

    gene: str
    gene_id: str
    transcript: str
    chrom: str
    strand: str
    exons: tuple[tuple[int, int], ...]
    cds_start: int | None = None
    cds_end: int | None = None
    biotype: str = ""
    tag: str = ""
    representative: bool = False
    refseq: str = ""
    refseq_source: str = ""
    open_start: bool = False
    slippage: bool = False

    @property
    def start(self) -> int:
        """0-based start on the contig."""
        return self.exons[0][0]

    @property
    def end(self) -> int:
        """End on the contig, half-open."""
        return self.exons[-1][1]

    @cached_property
    def introns(self) -> tuple[tuple[int, int], ...]:
        """0-based half-open, ascending on the contig."""
        return tuple((left[1], right[0]) for left, right in zip(self.exons, self.exons[1:], strict=False))

    @property
    def forward(self) -> bool:
        """Whether the transcript is read along the + strand."""
        return self.strand == "+"

    @property
    def coding(self) -> bool:
        return self.cds_start is not None and self.cds_end is not None

    @cached_property
    def length(self) -> int:
        """Bases of the spliced transcript."""
        return sum(end - start for start, end in self.exons)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(start for start, _ in self.exons)

    @cached_property
    def _sums(self) -> tuple[int, ...]:
        """Exonic bases to the left of each exon."""
        sums = [0]
        for start, end in self.exons:
            sums.append(sums[-1] + end - start)
        return tuple(sums)

    @cached_property
    def cds_span(self) -> tuple[int, int]:
        """The coding sequence in the spliced transcript: 0-based start and end, stop codon included.

        Raises PositionError for a non-coding transcript.
        """
        if self.cds_start is None or self.cds_end is None:
            raise PositionError(f"{self.transcript} has no coding sequence")
        ends = self.exonic_before(self.cds_start), self.exonic_before(self.cds_end)
        return ends if self.forward else (self.length - ends[1], self.length - ends[0])

    @property
    def cds_parts(self) -> list[tuple[int, int]]:
        """The coding parts of the exons, 0-based half-open and ascending; none of a non-coding transcript."""
        if self.cds_start is None or self.cds_end is None:
            return []
        parts = [(max(start, self.cds_start), min(end, self.cds_end)) for start, end in self.exons]
        return [(start, end) for start, end in parts if start < end]

    def exonic_before(self, point: int) -> int:
        """Exonic bases left of a 0-based point on the contig."""
        index = bisect_right(self._starts, point) - 1
        if index < 0:
            return 0
        start, end = self.exons[index]
        return self._sums[index] + min(point, end) - start

    def number(self, index: int, count: int) -> int:
        """Number from 1 in transcript direction of the exon or intron with an ascending index."""
        return index + 1 if self.forward else count - index

    def offset(self, pos: int) -> int | None:
        """0-based index in the spliced transcript of a 1-based position; None outside the exons."""
        point = pos - 1
        index = bisect_right(self._starts, point) - 1
        if index < 0 or point >= self.exons[index][1]:
            return None
        left = self._sums[index] + point - self.exons[index][0]
        return left if self.forward else self.length - 1 - left

    def position(self, offset: int) -> int:
        """1-based position on the contig of a 0-based index in the spliced transcript.

        Raises PositionError outside 0 <= offset < length.
        """
        if not 0 <= offset < self.length:
            raise PositionError(f"{self.transcript} has {self.length} bases, not a base {offset}")
        left = offset if self.forward else self.length - 1 - offset
        index = bisect_right(self._sums, left) - 1
        return self.exons[index][0] + left - self._sums[index] + 1

    def region(self, pos: int) -> Region:
        """Where a 1-based position lies: exon, intron, or outside, and how far in."""
        point, count = pos - 1, len(self.exons)
        if point < self.start or point >= self.end:
            before_it = point < self.start
            kind = "upstream" if before_it == self.forward else "downstream"
            return Region(kind, 0, 0, after=self.start - point if before_it else point - self.end + 1)
        index = bisect_right(self._starts, point) - 1
        if point < self.exons[index][1]:
            return Region("exon", self.number(index, count), count, utr=self._utr(pos))
        left, right = point - self.exons[index][1] + 1, self.exons[index + 1][0] - point
        after, before = (left, right) if self.forward else (right, left)
        return Region("intron", self.number(index, count - 1), count - 1, after, before, self._utr(pos))

    def location(self, start: int, end: int) -> str:
        """Where a stretch of bases (0-based half-open, not empty) lies, in words.

        In an intron, or outside the transcript, by its base that is nearest to an exon; from the first to the last base
        in transcript direction where these lie in different exons or introns.

        >>> gene = Transcript("G", "G1", "T1", "chr1", "+", ((100, 200), (400, 500)))
        >>> [gene.location(*span) for span in ((351, 354), (201, 204), (398, 401))]
        ['47 bases before exon 2', '2 bases into intron 1', '2 bases before exon 2 to exon 2']
        """
        ends = (start + 1, end) if self.forward else (end, start + 1)
        first, last = map(self.region, ends)
        if (first.kind, first.number, first.utr) != (last.kind, last.number, last.utr):
            return f"{first.text} to {last.text}"
        after, before = min(first.after, last.after), min(first.before, last.before)
        return replace(first, after=after, before=before).text

    def _utr(self, pos: int) -> str:
        """5'UTR or 3'UTR if the position (exonic or intronic) lies outside the coding span, else empty."""
        if self.cds_start is None or self.cds_end is None or self.cds_start < pos <= self.cds_end:
            return ""
        return "5'UTR" if (pos <= self.cds_start) == self.forward else "3'UTR"

    def c_position(self, pos: int) -> str:
        """HGVS coordinate of a 1-based position, without its ``c.`` or ``n.``: 663+784, -12, *45, -30+5.

        The middle base of an intron of odd length counts from its 5' end. Upstream and downstream of the
        transcript the numbering continues along the contig, as in the names of promoter variants (TERT
        c.-124C>T).

        >>> gene = Transcript("G", "G1", "T1", "chr1", "+", ((100, 200), (400, 500)), cds_start=110, cds_end=450)
        >>> [gene.c_position(pos) for pos in (101, 111, 205, 398, 451)]
        ['-10', '1', '90+5', '91-3', '*1']
        """
        place = self.region(pos)
        if place.kind == "exon":
            return self._numbered(self._known_offset(pos))
        if place.kind == "upstream":
            return self._numbered(-place.after)
        if place.kind == "downstream":
            return self._numbered(self.length - 1 + place.after)
        step = 1 if self.forward else -1
        if place.after <= place.before:
            return f"{self._numbered(self._known_offset(pos - step * place.after))}+{place.after}"
        return f"{self._numbered(self._known_offset(pos + step * place.before))}-{place.before}"

    def _known_offset(self, pos: int) -> int:
        offset = self.offset(pos)
        if offset is None:
            raise PositionError(f"position {pos} lies in no exon of {self.transcript}")
        return offset

    def _numbered(self, offset: int) -> str:
        """The HGVS number of an index in the spliced transcript, which may lie beyond its ends."""
        first, last = self.cds_span if self.coding else (0, self.length)
        if offset < first:
            return f"-{first - offset}"
        return f"*{offset - last + 1}" if offset >= last else str(offset - first + 1)

    def from_c(self, coordinate: str) -> int:
        """1-based position on the contig of an HGVS coordinate such as 663+784, c.-12 or n.45.

        The inverse of :meth:`c_position`. An intronic coordinate may count from either end of its intron.
        Raises PositionError if it is malformed, starts from a base that is not at an exon's edge, or leaves the
        intron.
        """
        match = _COORDINATE.fullmatch(coordinate)
        if match is None:
            raise PositionError(f"{coordinate!r} is not a coordinate such as 663+784, -12 or *45")
        offset = self._offset_of(match[1], int(match[2]), coordinate)
        if match[3]:
            return self._intronic(offset, int(match[3]), coordinate)
        if 0 <= offset < self.length:
            return self.position(offset)
        beyond = offset if offset < 0 else offset - self.length + 1
        if (beyond < 0) == self.forward:
            return self.start + 1 - abs(beyond)
        return self.end + abs(beyond)

    def _offset_of(self, sign: str, number: int, coordinate: str) -> int:
        first, last = self.cds_span if self.coding else (0, self.length)
        if sign == "-":
            return first - number
        if sign == "*":
            return last + number - 1
        if number > last - first:
            raise PositionError(f"{coordinate}: {self.transcript} is numbered from 1 to {last - first}")
        return first + number - 1

    def _intronic(self, offset: int, distance: int, coordinate: str) -> int:
        """1-based position ``distance`` bases after (+) or before (-) an exon's edge."""
        step = distance if self.forward else -distance
        anchor = self.position(offset)
        edge, target = (anchor, anchor + step) if step > 0 else (anchor - 1, anchor + step)
        for start, end in self.introns:
            if edge == (start if step > 0 else end) and start < target <= end:
                return target
        raise PositionError(f"{coordinate} lies in no intron of {self.transcript}")


class GeneIndex:
    """Transcripts by place, by gene symbol and by identifier."""

    def __init__(self, transcripts: Iterable[Transcript]) -> None:
        """Index the transcripts, in their order on the contig."""
        self.transcripts = sorted(
            transcripts, key=lambda t: (t.chrom, t.start, t.end, t.transcript, t.gene_id)
        )
        self._genes: dict[str, list[Transcript]] = defaultdict(list)
        self._ids: dict[str, list[Transcript]] = defaultdict(list)
        self._contigs: dict[str, list[Transcript]] = defaultdict(list)
        for transcript in self.transcripts:
            self._genes[transcript.gene].append(transcript)
            self._ids[transcript.transcript].append(transcript)
            self._contigs[transcript.chrom].append(transcript)
        self._starts = {chrom: [t.start for t in here] for chrom, here in self._contigs.items()}
        self._reach = {
            chrom: list(_running_max(t.end for t in here)) for chrom, here in self._contigs.items()
        }

    def overlapping(self, chrom: str, start: int, end: int, flank: int = 0) -> list[Transcript]:
        """Transcripts that share a base with start..end (0-based half-open) widened by ``flank`` on both
        sides.

        A stretch of no length (an insertion) overlaps the transcripts on either side of it. Unknown contigs
        have none.
        """
        if end == start:
            start, end = start - 1, end + 1
        start, end = start - flank, end + flank
        here, reach = self._contigs.get(chrom, []), self._reach.get(chrom, [])
        last = bisect_left(self._starts.get(chrom, []), end)
        first = bisect_right(reach, start, hi=last)
        return [t for t in here[first:last] if t.end > start]

    def gene(self, symbol: str) -> list[Transcript]:
        """All transcripts of a gene symbol, on every contig; empty if unknown."""
        return list(self._genes.get(symbol, ()))

    def transcript(self, identifier: str) -> list[Transcript]:
        """Transcripts with this identifier (more than one on the two pseudoautosomal copies); empty if
        unknown.
        """
        return list(self._ids.get(identifier, ()))

    @property
    def symbols(self) -> list[str]:
        """Gene symbols, sorted."""
        return sorted(self._genes)

    def representatives(self) -> list[Transcript]:
        """The representative transcript of each gene."""
        return [t for t in self.transcripts if t.representative]


def _running_max(values: Iterable[int]) -> Iterator[int]:
    highest = -1
    for value in values:
        highest = max(highest, value)
        yield highest
