"""HGVS names of predicted mRNAs, r.(...), in the numbering of the transcript's c. (or n.) positions.

A name is derived from the predicted mRNA: its segments are compared with the transcript's own mRNA, and missing or
added bases between them are a deletion or an insertion. Intronic segments that the mRNA gains are named by their
coordinates, with the variant's own bases where it lies inside: ``r.(663_664ins[663+736_663+779;u;663+781_663+782])``
(HGVS recommendations, RNA insertions). A variant inside a retained exon is named as in c., shifted 3' within the exon,
in addition to the event, in the order of the mRNA.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from landfall.genome.hgvs.dna import HgvsEdit, describe, shift
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.splicing.outcomes.transcript import Edit, Messenger, Span

UNKNOWN = "r.?"
"""Name of an mRNA that is not known."""
_LETTERS = re.compile("[ACGTN]+")


def rna(bases: str) -> str:
    """DNA letters in the RNA notation of HGVS: acgu, in lower case."""
    return bases.lower().replace("t", "u")


def normal_r(transcript: Transcript, edit: Edit, mutant: Messenger) -> str:
    """Name of the normally spliced mRNA with the variant; r.? where it takes an exon's edge and its splice site."""
    return mrna_r(transcript, edit, mutant) if keeps_sites(transcript, edit) else UNKNOWN


def keeps_sites(transcript: Transcript, edit: Edit) -> bool:
    """Whether the two intronic bases beside each exon's edge within the variant are those of the reference."""
    change, chrom = edit.laid, transcript.chrom
    for exon in transcript.exons:
        (start, end), there = exon, edit.interval(exon)
        edges = ((start, there[0], -2), (end, there[1], 0))
        within = [one for one in edges if change.start < one[0] < change.end]
        if within and there[0] >= there[1]:
            return False
        for edge, now, first in within:
            beside = edit.genome.fetch(chrom, edge + first, edge + first + 2)
            if (
                edge in (transcript.start, transcript.end)
                or edit.fetch(now + first, now + first + 2) != beside
            ):
                return False
    return True


def mrna_r(transcript: Transcript, edit: Edit, mutant: Messenger) -> str:
    """Name of any mRNA of the transcript's gene with the variant."""
    parts = [part.text for part in sorted(_parts(transcript, edit, mutant))]
    if len(parts) > 1:
        return f"r.([{';'.join(parts)}])"
    return f"r.({parts[0]})" if parts else "r.(=)"


class _Stretch(Genome):
    """The bases of one interval of a contig, N elsewhere, so that a change is shifted within it only."""

    def __init__(self, genome: Genome, span: Span) -> None:
        self.genome, self.span = genome, span

    def fetch(self, chrom: str, start: int, end: int) -> str:
        first, last = min(max(start, self.span[0]), end), max(min(end, self.span[1]), start)
        if last <= first:
            return "N" * (end - start)
        return "N" * (first - start) + self.genome.fetch(chrom, first, last) + "N" * (end - last)


class _Part(NamedTuple):
    """A difference from the transcript's mRNA: first..last (0-based half-open) there, and its words."""

    first: int
    last: int
    text: str

    def touches(self, other: _Part) -> bool:
        """Whether no base lies between two differences."""
        return self.first <= other.last and other.first <= self.last


def _parts(transcript: Transcript, edit: Edit, mutant: Messenger) -> list[_Part]:
    """Differences from the transcript's mRNA; those without a base between them are one, except a substitution."""
    exons = transcript.exons if transcript.forward else transcript.exons[::-1]
    own = Messenger("", exons, transcript.strand)
    kept = _kept(transcript, edit, mutant)
    if kept is None:
        return list(_differences(transcript, edit, mutant, own, edit.laid, undone=False))
    bases = _Stretch(edit.genome, kept)
    change = shift(edit.laid, transcript.chrom, bases, right=transcript.forward)
    variant = _variant(transcript, own, change, kept, bases)
    parts = list(_differences(transcript, edit, mutant, own, change, undone=True))
    if len(change.ref) == len(change.alt) == 1 or not any(part.touches(variant) for part in parts):
        return [variant, *parts]
    return list(_differences(transcript, edit, mutant, own, change, undone=False))


def _variant(transcript: Transcript, own: Messenger, change: HgvsEdit, kept: Span, bases: Genome) -> _Part:
    """The variant within a part of an exon, where it is the 3'-most; a flanking base is that of the next exon."""

    def name(pos: int) -> str:
        inside = any(start < pos <= end for start, end in transcript.exons)
        return transcript.c_position(pos if inside else _beside(transcript, pos))

    at = own.offset(kept[0] if transcript.forward else kept[1] - 1)
    assert at is not None
    first = at + (change.start - kept[0] if transcript.forward else kept[1] - change.end)
    described = describe(change, transcript.chrom, bases, transcript.forward, name)
    return _Part(first, first + len(change.ref), _LETTERS.sub(lambda found: rna(found[0]), described))


def _differences(
    transcript: Transcript, edit: Edit, mutant: Messenger, own: Messenger, change: HgvsEdit, undone: bool
) -> Iterator[_Part]:
    """Missing and added stretches; undone: without the variant, which is named separately."""
    done, gained = 0, []
    for piece in _pieces(transcript, edit, mutant, change, undone):
        offsets = None if isinstance(piece, str) else [own.offset(base) for base in _ends(transcript, piece)]
        if offsets is None or offsets[0] is None or offsets[1] is None:
            gained.append(rna(piece) if isinstance(piece, str) else _range(transcript, piece))
            continue
        if gained or offsets[0] > done:
            yield _Part(done, offsets[0], _difference(transcript, own, done, offsets[0], gained))
        done, gained = offsets[1] + 1, []
    if gained or done < own.ends[-1]:
        yield _Part(done, own.ends[-1], _difference(transcript, own, done, own.ends[-1], gained))


def _difference(transcript: Transcript, own: Messenger, first: int, last: int, gained: list[str]) -> str:
    """The missing part of the transcript's mRNA, first..last (0-based half-open), and the bases gained in its place."""
    flank = (first, last - 1) if last > first else (max(first - 1, 0), min(first, own.ends[-1] - 1))
    places = [transcript.c_position(own.base(offset) + 1) for offset in flank]
    what = ("del" if last > first else "") + ("ins" if gained else "")
    new = gained[0] if len(gained) == 1 else f"[{';'.join(gained)}]" if gained else ""
    return f"{'_'.join(dict.fromkeys(places))}{what}{new}"


def _pieces(
    transcript: Transcript, edit: Edit, mutant: Messenger, change: HgvsEdit, undone: bool
) -> Iterator[str | Span]:
    """The mRNA 5' to 3': contig intervals within one exon or intron, and bases of the variant unless it is undone."""
    edges = sorted({place for exon in transcript.exons for place in exon})
    for span in mutant.exons:
        pieces = [_unchanged(edit, span)] if undone else _changed(change, span)
        for piece in pieces if transcript.forward else pieces[::-1]:
            if isinstance(piece, str):
                yield piece if transcript.forward else reverse_complement(piece)
                continue
            cuts = [piece[0], *(edge for edge in edges if piece[0] < edge < piece[1]), piece[1]]
            parts = list(pairwise(cuts))
            yield from parts if transcript.forward else parts[::-1]


def _changed(change: HgvsEdit, span: Span) -> list[str | Span]:
    """The parts of an alternate interval, left to right: reference intervals and the variant's own bases."""
    start, end = span
    after, growth = change.start + len(change.alt), len(change.alt) - len(change.ref)
    own = change.alt[max(start - change.start, 0) : max(end - change.start, 0)]
    left, right = (start, min(end, change.start)), (max(start, after) - growth, end - growth)
    stretches: Iterable[str | Span] = (left, own, right)
    return [part for part in stretches if (part if isinstance(part, str) else part[1] > part[0])]


def _unchanged(edit: Edit, span: Span) -> Span:
    """The reference interval of an alternate one that contains the change or is adjacent to it."""
    change, (start, end) = edit.laid, span
    after = change.start + len(change.alt)
    before = end <= change.start < after or end < change.start
    behind = start >= after and start > change.start
    return (start - edit.shift if behind else start), (end if before else end - edit.shift)


def _kept(transcript: Transcript, edit: Edit, mutant: Messenger) -> Span | None:
    """The part of an exon (reference interval) that the mRNA retains with the variant inside, or None."""
    change = edit.laid
    if not change.ref and not change.alt:
        return None
    for span in mutant.exons:
        start, end = _unchanged(edit, span)
        for exon in transcript.exons:
            stretch = max(start, exon[0]), min(end, exon[1])
            if _inside(change, stretch, exon) and _gains(change, span):
                return stretch
    return None


def _inside(change: HgvsEdit, stretch: Span, exon: Span) -> bool:
    """Whether a part of an exon contains a change and further bases; an insertion may be at the exon's own edge."""
    first, last = stretch
    if change.ref:
        return first <= change.start and change.end <= last and stretch != (change.start, change.end)
    at = change.start
    return (first < at or first == at == exon[0]) and (at < last or at == last == exon[1])


def _gains(change: HgvsEdit, span: Span) -> bool:
    """Whether an alternate interval contains the variant's own bases."""
    return span[0] <= change.start and change.start + len(change.alt) <= span[1]


def _beside(transcript: Transcript, pos: int) -> int:
    """The exonic base (1-based) on the other side of the intron with this first or last base (1-based)."""
    before = [end for _, end in transcript.exons if end < pos]
    behind = [start + 1 for start, _ in transcript.exons if start + 1 > pos]
    return behind[0] if before and before[-1] == pos - 1 else before[-1]


def _ends(transcript: Transcript, span: Span) -> tuple[int, int]:
    """First and last base (0-based) of an interval in the direction of the transcript."""
    return (span[0], span[1] - 1) if transcript.forward else (span[1] - 1, span[0])


def _range(transcript: Transcript, span: Span) -> str:
    """An interval in one or two coordinates."""
    return "_".join(dict.fromkeys(transcript.c_position(base + 1) for base in _ends(transcript, span)))
