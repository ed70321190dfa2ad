"""HGVS names of predicted mRNAs, r.(...), in the numbering of the transcript's c. (or n.) positions.

Stretches of intron that the mRNA gains are named by where they come from, with the variant's own bases
where it lies inside: ``r.(663_664ins[663+736_663+779;u;663+781_663+782])`` (HGVS recommendations, RNA
insertions).
"""

from __future__ import annotations

import re

from landfall.genes import Transcript
from landfall.genome import reverse_complement
from landfall.hgvs import Change, hgvs_c, shift
from landfall.splice_sites import Event
from landfall.spliced import Edit, Span

_LETTERS = re.compile("[ACGTN]+")
_INTRONIC = re.compile(r"\d[+-]\d")


def rna(bases: str) -> str:
    """DNA letters as HGVS writes them in RNA: acgu, in lower case."""
    return bases.lower().replace("t", "u")


def variant_r(transcript: Transcript, edit: Edit) -> str | None:
    """The variant's own change of the mRNA without its ``r.``; None if it lies in no exon, '?' if it
    leaves one.

    An insertion or deletion in a repeat that reaches over an exon's edge lies in the exon if it can.
    """
    change = edit.trimmed
    variant = edit.variant
    places = [shift(change, variant.chrom, edit.genome, right) for right in (False, True)]
    if any(_within_exon(transcript, place) for place in places):
        name = hgvs_c(transcript, variant.pos, variant.ref, variant.alt, edit.genome)[2:]
        return "?" if _INTRONIC.search(name) else _LETTERS.sub(lambda found: rna(found[0]), name)
    touched = change.ref and any(start < change.end and change.start < end for start, end in transcript.exons)
    return "?" if touched else None


def _within_exon(transcript: Transcript, change: Change) -> bool:
    """Whether both ends of a change (the bases beside an insertion) lie in one exon."""
    low, high = (change.start, change.end - 1) if change.ref else (change.start - 1, change.start)
    return any(start <= low and high < end for start, end in transcript.exons)


def normal_r(transcript: Transcript, edit: Edit) -> str:
    """Name of the normally spliced mRNA with the variant in it."""
    own = variant_r(transcript, edit)
    if own == "?":
        return "r.?"
    return "r.(=)" if own is None else f"r.({own})"


def event_r(transcript: Transcript, event: Event, edit: Edit, segment: Span) -> str:
    """Name of the mRNA of an event; ``segment`` is the changed segment in alternate positions (if gained).

    An exon of the transcript that is included more often leaves its name as it is. A variant in an exon
    that stays in the mRNA is named beside the event, in the order of the mRNA.
    """
    if event.segment in transcript.exons and event.gained:
        return normal_r(transcript, edit)
    described = _gained(transcript, event, edit, segment) if event.gained else _lost(transcript, event)
    own = variant_r(transcript, edit)
    start, end = event.segment
    within = start <= edit.trimmed.start < end or start < edit.trimmed.end <= end
    if own is None or own == "?" or within:
        return f"r.({described})"
    before = (edit.trimmed.start < start) == transcript.forward
    return f"r.([{own};{described}])" if before else f"r.([{described};{own}])"


def _lost(transcript: Transcript, event: Event) -> str:
    start, end = event.segment
    first, last = (start + 1, end) if transcript.forward else (end, start + 1)
    return f"{_range(transcript, first, last)}del"


def _range(transcript: Transcript, first: int, last: int) -> str:
    """One or two coordinates of 1-based positions, both included."""
    if first == last:
        return transcript.c_position(first)
    return f"{transcript.c_position(first)}_{transcript.c_position(last)}"


def _gained(transcript: Transcript, event: Event, edit: Edit, segment: Span) -> str:
    """Insertion between the two exons that flank the segment's intron."""
    intron = next(span for span in transcript.introns if span[0] <= event.segment[0] < span[1])
    flanks = (intron[0], intron[1] + 1) if transcript.forward else (intron[1] + 1, intron[0])
    pieces = _pieces(transcript, edit, segment)
    inserted = pieces[0] if len(pieces) == 1 else f"[{';'.join(pieces)}]"
    return f"{_range(transcript, *flanks)}ins{inserted}"


def _pieces(transcript: Transcript, edit: Edit, segment: Span) -> list[str]:
    """Reference stretches and the variant's own bases that make a segment of alternate positions, 5' to
    3'.
    """
    change, (start, end) = edit.trimmed, segment
    after = change.start + len(change.alt)
    own = change.alt[max(start - change.start, 0) : max(end - change.start, 0)]
    stretches = [(start, min(end, change.start)), (max(start, after) - edit.shift, end - edit.shift)]
    names = [_stretch(transcript, *stretch) for stretch in stretches]
    texts = [names[0], rna(own if transcript.forward else reverse_complement(own)), names[1]]
    return [text for text in (texts if transcript.forward else texts[::-1]) if text]


def _stretch(transcript: Transcript, start: int, end: int) -> str:
    """A reference interval (0-based half-open) in the direction of the transcript; empty if it has no
    length.
    """
    if end <= start:
        return ""
    return _range(transcript, *((start + 1, end) if transcript.forward else (end, start + 1)))
