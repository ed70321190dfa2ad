"""Splice sites of one variant in one transcript, annotated and new, and the settings they are judged by.

Coordinates: 0-based positions on the contig. An acceptor is the first base of its exon in the direction of
the transcript, a donor the last one. Inside, positions are *oriented*: the contig's on the + strand, their
negative on the - strand, so that they ascend along the transcript and one rule serves both strands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landfall.genome.transcripts import Transcript
from landfall.splicing.outcomes.transcript import Edit, Span

ACCEPTOR, DONOR = "acceptor", "donor"
UNSEEN = 0.1
"""Below this P(reference) at an annotated site the model does not see the site, and no change is read
from it.
"""


@dataclass(frozen=True)
class OutcomeSettings:
    """When an event is called, and what else is listed below it.

    Probabilities and deltas run from 0 to 1, sizes in bases. ``min_delta``, ``min_partner_delta``,
    ``pseudoexon_size``, ``max_extension`` and ``min_intron`` are those of SAI-10k-calc. The others are ours.
    """

    min_delta: float = 0.2
    """Smallest change of the site that changes most, for an event to be called."""
    min_partner_delta: float = 0.02
    """Smallest change of the other site of a pair."""
    min_partner_alt: float = 0.1
    """P(alternate) from which a partner counts although it did not change."""
    listed_delta: float = 0.1
    """As min_delta, for possibilities listed after the events that are called."""
    listed_partner_delta: float = 0.01
    """As min_partner_delta, for the same (the acceptor of DYSF PE44.1 has 0.017)."""
    pseudoexon_size: tuple[int, int] = (25, 500)
    max_extension: int = 250
    """Longest stretch of an intron that a moved exon edge may retain."""
    min_intron: int = 50
    """Bases that must be left between two exons."""
    min_share: float = 0.005
    """Possibilities with a smaller share are left out."""
    max_outcomes: int = 8
    """Most changes listed for one variant and transcript, beside normal splicing."""
    start_proximal_nt: int = 100
    """A stop that begins within so many bases of the coding sequence escapes NMD; 0 turns the rule off."""
    last_junction_nt: int = 50
    """A stop at most so many bases before the last exon junction, or behind it, escapes NMD."""
    long_exon_nt: int = 400
    """A stop in an exon longer than this escapes NMD; 0 turns the rule off."""
    single_exon_escapes: bool = True
    """Whether an mRNA without a junction escapes NMD."""


@dataclass(frozen=True)
class SiteProbabilities:
    """P(acceptor) and P(donor) of both alleles in reference coordinates; all four of one length.

    ``start`` is the 0-based contig position of the first value. Deleted bases hold 0 with the alternate
    allele; an inserted run is folded into the base before it by its maximum
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
        """From ``start`` and a row of the probabilities table, whose other columns are passed over."""
        names = ("ref_acceptor", "ref_donor", "alt_acceptor", "alt_donor")
        return cls(start, *(np.asarray(arrays[name], dtype=float) for name in names))

    def arrays(self, kind: str) -> tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]:
        """Reference and alternate probabilities of one kind of site."""
        if kind == ACCEPTOR:
            return self.ref_acceptor, self.alt_acceptor
        return self.ref_donor, self.alt_donor


@dataclass(frozen=True)
class Site:
    """A splice site: ``base`` is its exon base on the contig (0-based), ``u`` the same oriented.

    ``placed`` is the alternate position of the exon base, for a site that lies within an insertion;
    ``changed`` says whether the variant changes the two intronic bases beside it.
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
    def kept(self) -> float:
        """Part of an annotated site's reference strength that is left, 0 to 1; 1 where the model sees
        no site.
        """
        return 1.0 if self.ref < UNSEEN else min(1.0, self.alt / self.ref)

    @property
    def text(self) -> str:
        return f"{self.kind} at {self.base + 1} ({self.ref:.2f} to {self.alt:.2f})"


@dataclass(frozen=True)
class Event:
    """One change of splicing. ``exons`` and ``segment`` are contig intervals, 0-based half-open, ascending.

    ``exons`` are those of the changed transcript. ``called`` is false for a possibility below the cut-offs.
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
    """Annotated sites in view that the changed transcript does not use."""
    needed: tuple[Site, ...] = ()
    """Annotated sites in view without which a new exon cannot be joined to its neighbours."""
    gc: float = 0.5
    """Of a skipped exon or a retained intron: G and C around the site that loses most, 0 to 1."""
    intron_nt: float = 0.0
    """Of skipped exons: length of the introns before and behind them, geometric mean in bases."""

    @property
    def sites(self) -> tuple[Site, ...]:
        return tuple(site for site in (self.acceptor, self.donor) if site is not None)


class Locus:
    """One variant's probabilities laid over one transcript, in oriented positions."""

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
        """The site at an oriented position, None outside the view."""
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
        """Whether the two intronic bases beside a site are others with the alternate allele."""
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
        """Sites outside the annotation that gain enough to be listed or are strong with the alternate
        allele.
        """
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
        """The annotated acceptor or donor of an exon (index in transcript direction); None if out of view."""
        if exon == (0 if kind == ACCEPTOR else len(self.exons) - 1):
            return None
        u = self.exons[exon][kind == DONOR]
        site, left = self.site(kind, u), self.site(kind, u - self.sign)
        if site is None or left is None or not self._pushed(kind, site.base):
            return site
        return replace(site, alt=max(site.alt, left.alt), placed=left.placed)

    def gc_around(self, site: Site, flank: int = 1_000) -> float:
        """Part of G and C among the known bases of the reference around a site; 0.5 where none is known."""
        chrom = self.transcript.chrom
        bases = self.edit.genome.fetch(chrom, site.base - flank, site.base + flank + 1)
        strong = bases.count("G") + bases.count("C")
        known = len(bases) - bases.count("N")
        return strong / known if known else 0.5

    def _pushed(self, kind: str, base: int) -> bool:
        """Whether bases inserted just left of an exon's left edge join the exon, its site with them.

        The site is then folded into the intron's last base; it is neither lost there nor gained here.
        """
        at_left = (kind == ACCEPTOR) == self.transcript.forward
        if not at_left or self.edit.anchor != base - 1:
            return False
        return self.edit.folded_site(kind == DONOR, self.transcript.strand) is not None

    @cached_property
    def moved_natives(self) -> list[Site]:
        """Annotated sites that lie within an insertion at their exon's edge."""
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
