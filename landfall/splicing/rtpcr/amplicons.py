"""The two mRNAs that an RT-PCR is to tell apart: the transcript's own and that of one predicted outcome.

The mutant mRNA is rebuilt from a row of the outcomes table: the transcript's exons, with the variant, and the segment
that the outcome adds or takes away. Offsets are 0-based indices in an mRNA, 5' to 3', as DNA letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from landfall.genome.sequence import reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import mrna
from landfall.splicing.outcomes.protein import shared_start
from landfall.splicing.outcomes.transcript import Edit, Span
from landfall.splicing.outcomes.used_site import segment as segment_of
from landfall.splicing.rows import OutcomeRow

SEGMENTS = {"pseudoexon": "pseudoexon", "intron_retention": "retained intron"}
"""What a gained segment is called; that of a moved exon edge is the retained part of the intron."""


class TemplateError(ValueError):
    """An outcome whose mRNA cannot be rebuilt, or is the transcript's own."""


@dataclass(frozen=True)
class Part:
    """A stretch of an mRNA: its bases, where they lie on the contig (0-based half-open), what it is called."""

    sequence: str
    span: Span
    name: str


@dataclass(frozen=True)
class Templates:
    """Both mRNAs as parts in transcript order; the first ``before`` and last ``after`` bases are the same in both."""

    transcript: Transcript
    reference: tuple[Part, ...]
    mutant: tuple[Part, ...]
    before: int
    after: int

    @property
    def wild_type(self) -> str:
        """Sequence of the transcript's own mRNA."""
        return joined(self.reference)

    @property
    def changed(self) -> str:
        """Sequence of the outcome's mRNA."""
        return joined(self.mutant)

    @property
    def joins(self) -> list[int]:
        """Offsets in the mutant mRNA behind which two parts are newly spliced together; none for a retained intron."""
        return [offset for offset, touching in self._new_boundaries() if not touching]

    @property
    def edges(self) -> list[int]:
        """The same where the two parts also touch on the contig, so that genomic DNA has the boundary too."""
        return [offset for offset, touching in self._new_boundaries() if touching]

    def _new_boundaries(self) -> Iterator[tuple[int, bool]]:
        known = {self._boundary(*parts) for parts in pairwise(self.reference)}
        offset = 0
        for left, right in pairwise(self.mutant):
            offset += len(left.sequence)
            boundary = self._boundary(left, right)
            if boundary not in known:
                yield offset, boundary[0] == boundary[1]

    def _boundary(self, left: Part, right: Part) -> Span:
        """Where one part ends and the next one begins on the contig, in transcript direction."""
        if self.transcript.forward:
            return left.span[1], right.span[0]
        return left.span[0], right.span[1]


def joined(parts: Sequence[Part]) -> str:
    """The sequence of an mRNA."""
    return "".join(part.sequence for part in parts)


def place(parts: Sequence[Part], start: int, end: int) -> str:
    """The parts that a stretch of an mRNA lies in, e.g. 'exon 7' or 'exon 7 and pseudoexon'."""
    names, offset = [], 0
    for part in parts:
        if offset < end and offset + len(part.sequence) > start:
            names.append(part.name)
        offset += len(part.sequence)
    return " and ".join(dict.fromkeys(names))


def build(transcript: Transcript, edit: Edit, outcome: OutcomeRow) -> Templates:
    """The mRNAs of a row of the outcomes table. Raises TemplateError where there are no two to tell apart."""
    segment = segment_of(outcome)
    if segment is None:
        raise TemplateError("the outcome changes no segment")
    exons = transcript.exons if transcript.forward else transcript.exons[::-1]
    numbered = {span: f"exon {number}" for number, span in enumerate(exons, start=1)}
    whole = mrna(transcript, edit.genome)
    reference = tuple(_reference_parts(whole, numbered))
    mutant = _mutant_parts(transcript, edit, numbered, segment, outcome)
    changed = joined(mutant)
    if changed == whole:
        raise TemplateError("the mRNA of the outcome is the transcript's own")
    upstream, downstream = _flanks(transcript, segment)
    before = shared_start(whole[:upstream], changed)
    after = shared_start(whole[len(whole) - downstream :][::-1], changed[before:][::-1])
    return Templates(transcript, reference, mutant, before, after)


def _reference_parts(whole: str, numbered: Mapping[Span, str]) -> Iterator[Part]:
    offset = 0
    for span, name in numbered.items():
        size = span[1] - span[0]
        yield Part(whole[offset : offset + size], span, name)
        offset += size


def _mutant_parts(
    transcript: Transcript,
    edit: Edit,
    numbered: Mapping[Span, str],
    segment: Span,
    outcome: OutcomeRow,
) -> tuple[Part, ...]:
    """The exons without the segment, with the variant, and the segment itself where it is gained."""
    parts = []
    for exon, name in numbered.items():
        for span in ((exon[0], min(exon[1], segment[0])), (max(exon[0], segment[1]), exon[1])):
            bases = edit.fetch(*edit.interval(span)) if span[0] < span[1] else ""
            if bases:
                parts.append(Part(bases if transcript.forward else reverse_complement(bases), span, name))
    if outcome["is_gain"]:
        if not outcome["inserted"]:
            raise TemplateError("the bases that the mRNA gains are not known")
        name = SEGMENTS.get(outcome["event"], f"retained part of {outcome['location']}")
        parts.append(Part(outcome["inserted"], segment, name))
    return tuple(sorted(parts, key=lambda part: part.span, reverse=not transcript.forward))


def _flanks(transcript: Transcript, segment: Span) -> tuple[int, int]:
    """Bases of the transcript's own mRNA upstream and downstream of the segment."""
    left = transcript.exonic_before(segment[0])
    right = transcript.length - transcript.exonic_before(segment[1])
    return (left, right) if transcript.forward else (right, left)
