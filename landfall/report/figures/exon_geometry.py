"""Exons in the direction of transcription, and their change by a predicted outcome.

Oriented coordinates: a 0-based half-open span (start, end) of the contig is kept on the + strand and becomes
(-end, -start) on the - strand, so that ascending is always 5' to 3' and lengths stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from landfall.genome.transcripts import Transcript
from landfall.splicing.rows import OutcomeRow

Span = tuple[int, int]


def orient(span: Span, strand: str) -> Span:
    """A contig span along the transcript; doing it twice gives the span back."""
    return (-span[1], -span[0]) if strand == "-" else span


def exons(transcript: Transcript) -> list[Span]:
    """The exons 5' to 3'; exon n is item n - 1."""
    return sorted(orient(exon, transcript.strand) for exon in transcript.exons)


def added(chain: Sequence[Span], segment: Span) -> list[Span]:
    """The exons with a segment joined to them; exons it touches become one."""
    merged: list[Span] = []
    for start, end in sorted([*chain, segment]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def removed(chain: Sequence[Span], segment: Span) -> list[Span]:
    """The exons without a segment."""
    left = [piece for s, e in chain for piece in ((s, min(e, segment[0])), (max(s, segment[1]), e))]
    return [(start, end) for start, end in left if start < end]


@dataclass(frozen=True)
class Piece:
    """A stretch of the schematic: in the normal mRNA, the predicted one, both, or neither (intron)."""

    span: Span
    normal: bool
    predicted: bool
    exon: int | None

    @property
    def size(self) -> int:
        return self.span[1] - self.span[0]


@dataclass(frozen=True)
class Splicing:
    """The neighbourhood of an outcome: its pieces 5' to 3' and the junctions before and after the change."""

    pieces: tuple[Piece, ...]
    normal: tuple[Span, ...]
    predicted: tuple[Span, ...]
    upstream: int | None
    downstream: int | None


def splicing(transcript: Transcript, outcome: OutcomeRow) -> Splicing | None:
    """The change of the exons around an outcome; None without a segment or outside the transcript."""
    if outcome["start"] is None or outcome["end"] is None or outcome["event"] == "none":
        return None
    chain = exons(transcript)
    segment = orient((outcome["start"], outcome["end"]), transcript.strand)
    if segment[1] <= chain[0][0] or segment[0] >= chain[-1][1]:
        return None
    altered = added(chain, segment) if outcome["is_gain"] else removed(chain, segment)
    first, last = _neighbourhood(chain, segment)
    shown = chain[first : last + 1]
    view = (min(shown[0][0], segment[0]), max(shown[-1][1], segment[1]))
    after = [exon for exon in altered if exon[0] < view[1] and exon[1] > view[0]]
    flanks = _flanks(chain, segment)
    return Splicing(_pieces(shown, after, first), _junctions(shown), _junctions(after), *flanks)


def _neighbourhood(chain: Sequence[Span], segment: Span) -> tuple[int, int]:
    """Indices of the first and last exon to show: those the segment touches and one on either side."""
    before = sum(exon[1] < segment[0] for exon in chain)
    after = sum(exon[0] <= segment[1] for exon in chain)
    return max(before - 1, 0), min(after, len(chain) - 1)


def _flanks(chain: Sequence[Span], segment: Span) -> tuple[int | None, int | None]:
    """Numbers of the nearest exons that keep bases on either side of the segment, where primers can bind."""
    before = [n for n, exon in enumerate(chain, 1) if exon[0] < segment[0]]
    after = [n for n, exon in enumerate(chain, 1) if exon[1] > segment[1]]
    return (before[-1] if before else None), (after[0] if after else None)


def _pieces(shown: Sequence[Span], after: Sequence[Span], first: int) -> tuple[Piece, ...]:
    """Cut the neighbourhood at every exon end, before and after the change."""
    cuts = sorted({edge for span in [*shown, *after] for edge in span})
    pieces = []
    for start, end in pairwise(cuts):
        numbers = [first + i + 1 for i, (s, e) in enumerate(shown) if s <= start and end <= e]
        kept = any(s <= start and end <= e for s, e in after)
        pieces.append(Piece((start, end), bool(numbers), kept, numbers[0] if numbers else None))
    return tuple(pieces)


def _junctions(chain: Sequence[Span]) -> tuple[Span, ...]:
    return tuple((left[1], right[0]) for left, right in pairwise(chain))


def annotated(transcript: Transcript, kind: str, pos: int) -> int | None:
    """The number of the exon whose annotated 'acceptor' or 'donor' is the base at a 1-based position."""
    for number, exon in enumerate(exons(transcript), 1):
        start, end = orient(exon, transcript.strand)
        at_low_end = (kind == "acceptor") == (transcript.strand != "-")
        inner = number > 1 if kind == "acceptor" else number < len(transcript.exons)
        if inner and pos == (start + 1 if at_low_end else end):
            return number
    return None
