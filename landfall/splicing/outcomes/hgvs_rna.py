"""HGVS names of predicted mRNAs, r.(...), in the numbering of the transcript's c. (or n.) positions.

A name is read off the mRNA that is built: its stretches are held against the transcript's own mRNA, and what is missing
or added between them is a deletion or an insertion. Stretches of intron that the mRNA gains are named by where they
come from, with the variant's own bases where it lies inside: ``r.(663_664ins[663+736_663+779;u;663+781_663+782])``
(HGVS recommendations, RNA insertions). A variant inside an exon that stays is named as HGVS names it in c., as far 3'
as the exon reaches, beside the event, in the order of the mRNA.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from landfall.genome.hgvs.dna import HgvsEdit, describe, shift
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.splicing.outcomes.transcript import Edit, Messenger, Span

_LETTERS = re.compile("[ACGTN]+")


def rna(bases: str) -> str:
    """DNA letters as HGVS writes them in RNA: acgu, in lower case."""
    return bases.lower().replace("t", "u")


def normal_r(transcript: Transcript, edit: Edit, mutant: Messenger) -> str:
    """Name of the normally spliced mRNA with the variant in it; r.? where the variant leaves an exon."""
    change = edit.laid
    touched = [(max(s, change.start), min(e, change.end)) for s, e in transcript.exons]
    if any(start < end and (start, end) != (change.start, change.end) for start, end in touched):
        return "r.?"
    return mrna_r(transcript, edit, mutant)


def mrna_r(transcript: Transcript, edit: Edit, mutant: Messenger) -> str:
    """Name of any mRNA made of the transcript's gene with the variant in it."""
    parts = [text for _, text in sorted(_parts(transcript, edit, mutant))]
    if len(parts) > 1:
        return f"r.([{';'.join(parts)}])"
    return f"r.({parts[0]})" if parts else "r.(=)"


class _Stretch(Genome):
    """The bases of one stretch of a contig, N elsewhere: a change is moved within it and no further."""

    def __init__(self, genome: Genome, span: Span) -> None:
        self.genome, self.span = genome, span

    def fetch(self, chrom: str, start: int, end: int) -> str:
        first, last = min(max(start, self.span[0]), end), max(min(end, self.span[1]), start)
        if last <= first:
            return "N" * (end - start)
        return "N" * (first - start) + self.genome.fetch(chrom, first, last) + "N" * (end - last)


def _parts(transcript: Transcript, edit: Edit, mutant: Messenger) -> Iterator[tuple[int, str]]:
    """What differs from the transcript's mRNA, each with its place there (0-based index)."""
    exons = transcript.exons if transcript.forward else transcript.exons[::-1]
    own = Messenger("", exons, transcript.strand)
    kept = _kept(transcript, edit, mutant)
    if kept is not None:
        at = own.offset(kept[0] if transcript.forward else kept[1] - 1)
        assert at is not None
        change = edit.laid
        inside = change.start - kept[0] if transcript.forward else kept[1] - max(change.end, change.start + 1)
        yield at + inside, _within(transcript, edit, kept)
    done, gained = 0, []
    for piece in _pieces(transcript, edit, mutant, kept is not None):
        offsets = None if isinstance(piece, str) else [own.offset(base) for base in _ends(transcript, piece)]
        if offsets is None or offsets[0] is None or offsets[1] is None:
            gained.append(rna(piece) if isinstance(piece, str) else _range(transcript, piece))
            continue
        if gained or offsets[0] > done:
            yield done, _difference(transcript, own, done, offsets[0], gained)
        done, gained = offsets[1] + 1, []
    if gained or done < own.ends[-1]:
        yield done, _difference(transcript, own, done, own.ends[-1], gained)


def _difference(transcript: Transcript, own: Messenger, first: int, last: int, gained: list[str]) -> str:
    """A stretch of the transcript's mRNA, first..last (0-based half-open), that is missing, and what stands there."""
    flank = (first, last - 1) if last > first else (max(first - 1, 0), min(first, own.ends[-1] - 1))
    places = [transcript.c_position(own.base(offset) + 1) for offset in flank]
    what = ("del" if last > first else "") + ("ins" if gained else "")
    new = gained[0] if len(gained) == 1 else f"[{';'.join(gained)}]" if gained else ""
    return f"{'_'.join(dict.fromkeys(places))}{what}{new}"


def _pieces(transcript: Transcript, edit: Edit, mutant: Messenger, undone: bool) -> Iterator[str | Span]:
    """The mRNA 5' to 3': stretches of the contig that lie in one exon or intron, and bases of the variant's own.

    undone: without the variant, which has a name of its own.
    """
    edges = sorted({place for exon in transcript.exons for place in exon})
    for span in mutant.exons:
        pieces = [_unchanged(edit, span)] if undone else _changed(edit, span)
        for piece in pieces if transcript.forward else pieces[::-1]:
            if isinstance(piece, str):
                yield piece if transcript.forward else reverse_complement(piece)
                continue
            cuts = [piece[0], *(edge for edge in edges if piece[0] < edge < piece[1]), piece[1]]
            parts = list(pairwise(cuts))
            yield from parts if transcript.forward else parts[::-1]


def _changed(edit: Edit, span: Span) -> list[str | Span]:
    """An alternate interval as what it is made of, left to right: reference intervals and the variant's own bases."""
    change, (start, end) = edit.laid, span
    after = change.start + len(change.alt)
    own = change.alt[max(start - change.start, 0) : max(end - change.start, 0)]
    left, right = (start, min(end, change.start)), (max(start, after) - edit.shift, end - edit.shift)
    stretches: Iterable[str | Span] = (left, own, right)
    return [part for part in stretches if (part if isinstance(part, str) else part[1] > part[0])]


def _unchanged(edit: Edit, span: Span) -> Span:
    """The reference interval of an alternate one that holds the change or lies beside it."""
    change, (start, end) = edit.laid, span
    after = change.start + len(change.alt)
    before = end <= change.start < after or end < change.start
    behind = start >= after and start > change.start
    return (start - edit.shift if behind else start), (end if before else end - edit.shift)


def _kept(transcript: Transcript, edit: Edit, mutant: Messenger) -> Span | None:
    """The part of an exon (reference interval) that stays in the mRNA with the variant inside, or None."""
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
    """Whether a part of an exon holds a change and more; an insertion may stand at the exon's own edge."""
    first, last = stretch
    if change.ref:
        return first <= change.start and change.end <= last and stretch != (change.start, change.end)
    at = change.start
    return (first < at or first == at == exon[0]) and (at < last or at == last == exon[1])


def _gains(change: HgvsEdit, span: Span) -> bool:
    """Whether an alternate interval has the variant's own bases."""
    return span[0] <= change.start and change.start + len(change.alt) <= span[1]


def _within(transcript: Transcript, edit: Edit, kept: Span) -> str:
    """The variant named within a stretch of an exon; a base beside the stretch is that of the neighbouring exon."""
    bases = _Stretch(edit.genome, kept)
    change = shift(edit.laid, transcript.chrom, bases, right=transcript.forward)

    def name(pos: int) -> str:
        inside = any(start < pos <= end for start, end in transcript.exons)
        return transcript.c_position(pos if inside else _beside(transcript, pos))

    described = describe(change, transcript.chrom, bases, transcript.forward, name)
    return _LETTERS.sub(lambda found: rna(found[0]), described)


def _beside(transcript: Transcript, pos: int) -> int:
    """The exonic base (1-based) beyond the intron that an intron's first or last base (1-based) belongs to."""
    before = [end for _, end in transcript.exons if end < pos]
    behind = [start + 1 for start, _ in transcript.exons if start + 1 > pos]
    return behind[0] if before and before[-1] == pos - 1 else before[-1]


def _ends(transcript: Transcript, span: Span) -> tuple[int, int]:
    """First and last base (0-based) of an interval in the direction of the transcript."""
    return (span[0], span[1] - 1) if transcript.forward else (span[1] - 1, span[0])


def _range(transcript: Transcript, span: Span) -> str:
    """An interval in one or two coordinates."""
    return "_".join(dict.fromkeys(transcript.c_position(base + 1) for base in _ends(transcript, span)))
