"""Splice sites of one variant in one transcript, annotated and new, and the thresholds of the events.

Coordinates: 0-based positions on the contig. An acceptor is the first base of its exon in the direction of
the transcript, a donor the last one. Internally, positions are *oriented*: the contig's on the + strand, their
negative on the - strand, so that they ascend along the transcript and one rule covers both strands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landfall.config.interpretation import Consequences
from landfall.genome.transcripts import Transcript
from landfall.splicing.outcomes.transcript import Edit, Span

ACCEPTOR, DONOR = "acceptor", "donor"
HALF_USED, STEEPNESS = 1 / 3, 1.5
"""Probability of a site at which it is used in half of the transcripts, and the power of the odds around it."""
UNSEEN = 0.1
"""P(reference) below which the model does not recognise an annotated site, and its change is ignored."""


def usage(probability: float) -> float:
    """Fraction of transcripts, 0 to 1, in which a site of this probability is used where nothing competes with it.

    The odds of its use are those of the probability over those of HALF_USED, to the power STEEPNESS: a site is still
    usable at 0.74 and is not at 0.07. Unpublished.
    """
    used: float = (probability * (1 - HALF_USED)) ** STEEPNESS
    unused: float = ((1 - probability) * HALF_USED) ** STEEPNESS
    return used / (used + unused)


class OutcomeSettings(Consequences):
    """The configured thresholds for calling events, and those for listing events that are not called.

    Probabilities and deltas run from 0 to 1, sizes in bases. ``min_delta``, ``min_partner_delta``,
    ``pseudoexon_size``, ``max_extension`` and ``min_intron`` are those of SAI-10k-calc. The others are unpublished.
    """

    min_partner_alt: float = 0.1
    """P(alternate) from which an unchanged partner counts."""
    listed_delta: float = 0.1
    """As min_delta, for events that are listed but not called."""
    listed_partner_delta: float = 0.01
    """As min_partner_delta, for the same (the acceptor of DYSF PE44.1 has 0.017)."""
    max_extension: int = 250
    """Longest part of an intron that a moved exon edge may retain."""
    min_intron: int = 50
    """Shortest intron between two exons."""
    min_share: float = 0.005
    """Events with a smaller transcript proportion are omitted."""
    max_outcomes: int = 8
    """Most events listed for one variant and transcript, in addition to normal splicing."""


@dataclass(frozen=True)
class SiteProbabilities:
    """P(acceptor) and P(donor) of both alleles in reference coordinates; all four of one length.

    ``start`` is the 0-based contig position of the first value. Deleted bases are 0 with the alternate
    allele; an insertion is collapsed into the base before it by its maximum
    (:func:`landfall.models.splice.delta_scores.align`).
    """

    start: int
    ref_acceptor: NDArray[np.floating[Any]]
    ref_donor: NDArray[np.floating[Any]]
    alt_acceptor: NDArray[np.floating[Any]]
    alt_donor: NDArray[np.floating[Any]]

    def __post_init__(self) -> None:
        """Raises ValueError if the arrays differ in length."""
        lengths = {len(self.ref_acceptor), len(self.ref_donor), len(self.alt_acceptor), len(self.alt_donor)}
        if len(lengths) != 1:
            raise ValueError(f"the four arrays of probabilities differ in length: {sorted(lengths)}")

    @classmethod
    def of(cls, start: int, arrays: Mapping[str, ArrayLike]) -> SiteProbabilities:
        """From ``start`` and a row of the probabilities table; its other columns are ignored."""
        names = ("ref_acceptor", "ref_donor", "alt_acceptor", "alt_donor")
        return cls(start, *(np.asarray(arrays[name], dtype=float) for name in names))

    def arrays(self, kind: str) -> tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]:
        """Reference and alternate probabilities of one kind of site."""
        if kind == ACCEPTOR:
            return self.ref_acceptor, self.alt_acceptor
        return self.ref_donor, self.alt_donor


@dataclass(frozen=True)
class Site:
    """A splice site: ``base`` is its exon base on the contig (0-based), ``u`` the same in transcript orientation.

    ``placed``: alternate position of the exon base, for a site within an insertion. ``changed``: whether the variant
    changes the two adjacent intronic bases.
    """

    kind: str
    base: int
    u: int
    ref: float
    alt: float
    placed: int | None = None
    changed: bool = False

    @property
    def delta(self) -> float:
        return self.alt - self.ref

    @property
    def loss(self) -> float:
        return self.ref - self.alt

    @property
    def decline(self) -> float:
        """Loss of an annotated site: of its probability or of its usage, the larger, which is that of a weak site."""
        if self.ref < UNSEEN:
            return self.loss
        return max(self.loss, usage(self.ref) - usage(self.alt))

    @property
    def fall(self) -> float:
        """Fraction of an annotated site's probability that is lost, 0 to 1; 0 where the model recognises none."""
        return 0.0 if self.ref < UNSEEN else max(0.0, 1 - self.alt / self.ref)

    @property
    def kept(self) -> float:
        """Remaining fraction of an annotated site's usage, 0 to 1; 1 where the model recognises none."""
        return 1.0 if self.ref < UNSEEN else min(1.0, usage(self.alt) / usage(self.ref))

    @property
    def text(self) -> str:
        return f"{self.kind} at {self.base + 1} ({self.ref:.2f} to {self.alt:.2f})"


@dataclass(frozen=True)
class Event:
    """One splicing event. ``exons`` and ``segment`` are contig intervals, 0-based half-open, ascending.

    ``exons`` are those of the changed transcript. ``called`` is false for an event below the cut-offs.
    """

    kind: str
    exons: tuple[Span, ...]
    segment: Span
    is_gain: bool
    location: str
    acceptor: Site | None
    donor: Site | None
    called: bool
    reason: str
    weight: float = 0.0
    bypassed: tuple[Site, ...] = ()
    """Annotated sites within the window that the changed transcript does not use."""
    needed: tuple[Site, ...] = ()
    """Annotated sites within the window that join a new exon to its neighbours."""
    unseen: tuple[str, ...] = ()
    """Annotated sites that the event bypasses or needs and that lie outside the window, as text."""

    @property
    def sites(self) -> tuple[Site, ...]:
        return tuple(site for site in (self.acceptor, self.donor) if site is not None)


class Locus:
    """One variant's probabilities along one transcript, in oriented positions."""

    def __init__(
        self,
        transcript: Transcript,
        probabilities: SiteProbabilities,
        edit: Edit,
        settings: OutcomeSettings,
        gene_exons: Collection[Span] = (),
    ) -> None:
        """``gene_exons`` are those of all transcripts of the gene (contig intervals, 0-based half-open)."""
        self.transcript, self.settings, self.edit = transcript, settings, edit
        self.gene_exons = gene_exons
        self.probabilities = probabilities
        self.sign = 1 if transcript.strand == "+" else -1
        spans = [(start, end - 1) for start, end in transcript.exons]
        self.exons: list[Span] = sorted(
            (min(self.sign * a, self.sign * b), max(self.sign * a, self.sign * b)) for a, b in spans
        )

    def span(self, first: int, last: int) -> Span:
        """The contig interval of an oriented stretch, both ends included."""
        a, b = self.sign * first, self.sign * last
        return min(a, b), max(a, b) + 1

    def oriented(self, segment: Span) -> Span:
        """First and last oriented position of a contig interval, the inverse of :meth:`span`."""
        first, last = self.sign * segment[0], self.sign * (segment[1] - 1)
        return min(first, last), max(first, last)

    def site(self, kind: str, u: int) -> Site | None:
        """The site at an oriented position, None outside the window."""
        base = self.sign * u
        row = base - self.probabilities.start
        ref, alt = self.probabilities.arrays(kind)
        if not 0 <= row < len(ref):
            return None
        placed = None
        if base == self.edit.anchor:
            placed = self.edit.folded_site(kind == DONOR, self.transcript.strand)
        changed = self._changed(kind, base, placed)
        return Site(kind, base, u, float(ref[row]), float(alt[row]), placed, changed)

    def _changed(self, kind: str, base: int, placed: int | None) -> bool:
        """Whether the two intronic bases adjacent to a site differ with the alternate allele."""
        there = self.edit.first(base) if placed is None else placed
        before = (kind == ACCEPTOR) == self.transcript.forward
        beside = (-2, 0) if before else (1, 3)
        first, last = (base + step for step in beside)
        reference = self.edit.genome.fetch(self.transcript.chrom, first, last)
        return self.edit.fetch(there + beside[0], there + beside[1]) != reference

    @cached_property
    def natives(self) -> Mapping[str, frozenset[int]]:
        """Oriented positions of the annotated sites."""
        return {
            ACCEPTOR: frozenset(first for first, _ in self.exons[1:]),
            DONOR: frozenset(last for _, last in self.exons[:-1]),
        }

    def new_sites(self, kind: str) -> list[Site]:
        """Unannotated sites with a gain that is listed, or strong with the alternate allele."""
        ref, alt = self.probabilities.arrays(kind)
        rows = np.flatnonzero(
            (alt - ref >= self.settings.listed_partner_delta) | (alt >= self.settings.min_partner_alt)
        )
        found = (self.site(kind, self.sign * (self.probabilities.start + int(row))) for row in rows)
        known = set(self.natives[kind])
        if any(site.kind == kind for site in self.moved_natives) and self.edit.anchor is not None:
            known.add(self.sign * self.edit.anchor)
        return [site for site in found if site is not None and site.u not in known]

    def native(self, kind: str, exon: int) -> Site | None:
        """The annotated acceptor or donor of an exon (index in transcript direction); None outside the window."""
        if self._end(kind, exon):
            return None
        u = self.exons[exon][kind == DONOR]
        site, left = self.site(kind, u), self.site(kind, u - self.sign)
        if site is None or left is None or not self._pushed(kind, site.base):
            return site
        return replace(site, alt=max(site.alt, left.alt), placed=left.placed)

    def unseen(self, *sites: tuple[str, int]) -> tuple[str, ...]:
        """Those annotated sites of exons (kind, index in transcript direction) outside the window, as text."""
        places = [
            (kind, self.exons[exon][kind == DONOR]) for kind, exon in sites if not self._end(kind, exon)
        ]
        return tuple(f"{kind} at {self.sign * u + 1}" for kind, u in places if self.site(kind, u) is None)

    def _end(self, kind: str, exon: int) -> bool:
        """Whether an exon has no site of this kind, as the first has no acceptor and the last no donor."""
        return exon == (0 if kind == ACCEPTOR else len(self.exons) - 1)

    def _pushed(self, kind: str, base: int) -> bool:
        """Whether an insertion immediately left of an exon's left edge becomes part of the exon, with its site.

        The site is then collapsed into the intron's last base; it is neither a loss nor a gain.
        """
        at_left = (kind == ACCEPTOR) == self.transcript.forward
        if not at_left or self.edit.anchor != base - 1:
            return False
        return self.edit.folded_site(kind == DONOR, self.transcript.strand) is not None

    @cached_property
    def moved_natives(self) -> list[Site]:
        """Annotated sites within an insertion at their exon's edge."""
        every = [self.native(kind, exon) for kind in (ACCEPTOR, DONOR) for exon in range(len(self.exons))]
        return [site for site in every if site is not None and site.placed is not None]

    def with_exons(self, exons: Iterable[Span]) -> tuple[Span, ...]:
        """Contig intervals, ascending, of oriented exons."""
        return tuple(sorted(self.span(*exon) for exon in exons))

    @cached_property
    def acceptors(self) -> list[Site]:
        return self.new_sites(ACCEPTOR)

    @cached_property
    def donors(self) -> list[Site]:
        return self.new_sites(DONOR)
