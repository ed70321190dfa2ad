"""A variant applied to the reference, and the mRNA of a set of exons.

Two coordinates on the contig are used: *reference* positions and *alternate* ones, which count the bases of the
sequence with the variant. Both are 0-based; they agree to the left of the variant and differ by its change of length
to the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from landfall.genome.hgvs.dna import HgvsEdit, shift, trim
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.splice_sites.alignment import site_within
from landfall.genome.transcripts import Transcript
from landfall.genome.translation import mrna
from landfall.genome.variant import Variant

Span = tuple[int, int]


class EdgeSite(Protocol):
    """A splice site: its reference base, and its alternate position where it lies within an insertion."""

    @property
    def base(self) -> int: ...
    @property
    def placed(self) -> int | None: ...


@dataclass(frozen=True)
class Edit:
    """A variant applied to its reference.

    Bases shared from the left, and ``moved`` more (:mod:`landfall.splicing.site_alignment`), are aligned one to one as
    in :func:`landfall.models.splice.delta_scores.align`; to their right bases are deleted, or inserted after the last
    of them.
    """

    genome: Genome
    variant: Variant
    moved: int = 0

    @property
    def shift(self) -> int:
        """Change of length in bases."""
        return len(self.variant.alt) - len(self.variant.ref)

    @property
    def _cut(self) -> int:
        """First base after those that are aligned one to one."""
        return self.variant.start + min(len(self.variant.ref), len(self.variant.alt)) + self.moved

    @property
    def _resumed(self) -> int:
        """First base after the deleted ones, from which on bases are aligned one to one again."""
        return self._cut + max(-self.shift, 0)

    @cached_property
    def trimmed(self) -> HgvsEdit:
        """The allele without the bases shared at both ends."""
        return trim(self.variant.pos, self.variant.ref, self.variant.alt)

    @cached_property
    def laid(self) -> HgvsEdit:
        """The equivalent representation of the allele nearest to its alignment with the reference."""
        change = self.trimmed
        if not change.movable:
            return change
        ends = [shift(change, self.variant.chrom, self.genome, right).start for right in (False, True)]
        start = min(max(self._cut, ends[0]), ends[1])
        return HgvsEdit(
            start,
            self._reference(start, start + len(change.ref)),
            self.fetch(start, start + len(change.alt)),
        )

    def first(self, base: int) -> int:
        """Alternate position of an exon that begins (on the contig) at a reference base, or right of it if deleted."""
        if base < self._cut:
            return base
        return base + self.shift if base >= self._resumed else self._cut

    def stop(self, end: int) -> int:
        """Alternate half-open end of an exon with this reference end, without bases inserted at that end."""
        if end <= self._cut:
            return end
        return end + self.shift if end >= self._resumed else self._cut

    def interval(self, span: Span, sites: Iterable[EdgeSite] = ()) -> Span:
        """Alternate interval of a reference interval; a site within the insertion moves its edge."""
        start, end = self.first(span[0]), self.stop(span[1])
        for site in sites:
            if site.placed is not None and site.base == span[0]:
                start = site.placed
            if site.placed is not None and site.base == span[1] - 1:
                end = site.placed + 1
        return start, end

    def fetch(self, start: int, end: int) -> str:
        """Bases of the alternate sequence between two alternate positions (0-based half-open), + strand."""
        variant = self.variant
        own = variant.alt[max(start - variant.start, 0) : max(end - variant.start, 0)]
        behind = max(start, variant.start + len(variant.alt)) - self.shift
        return (
            self._reference(start, min(end, variant.start)) + own + self._reference(behind, end - self.shift)
        )

    def _reference(self, start: int, end: int) -> str:
        return self.genome.fetch(self.variant.chrom, start, end) if end > start else ""

    @property
    def anchor(self) -> int | None:
        """The reference base into which inserted bases are collapsed; None without an insertion."""
        return self._cut - 1 if self.shift > 0 else None

    def folded_site(self, donor: bool, strand: str) -> int | None:
        """Alternate position of a splice site collapsed into the anchor; None if it is the anchor itself.

        The probabilities do not resolve the position within the insertion; it is that of the motif
        (:func:`landfall.genome.splice_sites.alignment.site_within`).
        """
        return site_within(self.fetch, self._cut - 1, self.shift, donor, strand == "+")


@dataclass(frozen=True)
class Messenger:
    """An mRNA: its sequence 5' to 3' as DNA letters, and its exons in alternate positions, in
    transcript order.
    """

    sequence: str
    exons: tuple[Span, ...]
    strand: str

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Bases of the mRNA up to the end of each exon; all but the last are exon junctions."""
        total, ends = 0, []
        for start, end in self.exons:
            total += end - start
            ends.append(total)
        return tuple(ends)

    def offset(self, base: int) -> int | None:
        """0-based index in the mRNA of an alternate position; None if it is not in the mRNA."""
        for (start, end), total in zip(self.exons, self.ends, strict=True):
            if start <= base < end:
                return total - (base - start) - 1 if self.strand == "-" else total - (end - base)
        return None

    def exon_at(self, offset: int) -> int:
        """Index of the exon (transcript order) that contains a base of the mRNA."""
        return next(i for i, end in enumerate(self.ends) if offset < end)

    def base(self, offset: int) -> int:
        """Alternate position of a base of the mRNA (0-based index)."""
        index = self.exon_at(offset)
        start, end = self.exons[index]
        left = self.ends[index] - offset
        return end - left if self.strand == "+" else start + left - 1


def splice(edit: Edit, exons: Sequence[Span], strand: str, sites: Sequence[EdgeSite] = ()) -> Messenger:
    """The mRNA of the alternate sequence with these exons (reference intervals, ascending on the contig)."""
    spans = [edit.interval(span, sites) for span in exons]
    kept = [span for span in spans if span[1] > span[0]]
    sequence = "".join(edit.fetch(*span) for span in kept)
    if strand == "-":
        return Messenger(reverse_complement(sequence), tuple(reversed(kept)), strand)
    return Messenger(sequence, tuple(kept), strand)


def reference_messenger(transcript: Transcript, genome: Genome) -> Messenger:
    """The transcript's own mRNA; alternate positions are those of the reference."""
    exons = transcript.exons if transcript.forward else transcript.exons[::-1]
    return Messenger(mrna(transcript, genome), exons, transcript.strand)
