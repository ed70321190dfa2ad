"""In silico mutagenesis of an aberrant outcome: every single-base change, and N-masking of every interval.

Both are applied to the haplotype with the variant. A single-base change measures the contribution of the base; an
interval of N, as used in training for sequence outside the transcript, approximates coverage by an antisense
oligonucleotide. The approximation ignores the affinity of the oligonucleotide and the proteins that it displaces. To
separate the effect of masking from that of N itself, the bases of each interval are shuffled as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landfall.genome.encoding import BASES
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.base import SpliceModel
from landfall.models.inference.edits import Edit, Outputs
from landfall.models.runtime.progress import Progress
from landfall.models.splice.delta_scores import EVENTS, annotated_sites
from landfall.splicing.interpret.haplotypes import KINDS, Haplotype
from landfall.splicing.outcomes.sites import UNSEEN
from landfall.splicing.outcomes.used_site import position
from landfall.splicing.outcomes.used_site import segment as segment_of
from landfall.splicing.rows import OutcomeRow
from landfall.splicing.scoring import MOST_AT_ONCE, read_along
from landfall.splicing.windows import masked_sequence

Span = tuple[int, int]
COLUMNS = {kind: column for column, kind in KINDS.items()}
LOSSES = ("exon_skipping", "intron_retention")
"""Events by the loss of their sites; all others by the use of their sites."""
MOVED = {"cryptic_acceptor": ("acceptor",), "cryptic_donor": ("donor",)}
"""Events with a single new site."""


@dataclass(frozen=True)
class Site:
    """A splice site: acceptor or donor, and the 0-based contig position of its exon base."""

    kind: str
    position: int


@dataclass(frozen=True)
class AberrantOutcome:
    """The sites of an aberrant outcome, and whether it results from their loss; ``segment`` 0-based half-open."""

    event: str
    sites: tuple[Site, ...]
    lost: bool
    segment: Span | None = None

    @classmethod
    def of_outcome(cls, outcome: OutcomeRow) -> AberrantOutcome | None:
        """From a row of tables.OUTCOMES; None if the event names no site."""
        event = outcome["event"]
        kinds = MOVED.get(event, KINDS.values())
        placed = [(kind, position(outcome, kind)) for kind in kinds]
        sites = tuple(Site(kind, pos - 1) for kind, pos in placed if pos is not None)
        segment = segment_of(outcome) if event == "pseudoexon" else None
        return cls(event, sites, event in LOSSES, segment) if sites else None

    @classmethod
    def of_scores(cls, scores: Mapping[str, float], pos: int, min_delta: float) -> AberrantOutcome | None:
        """From masked delta scores: the site that changes most, if by at least ``min_delta``; pos is 1-based."""
        suffix, column, sign = max(EVENTS, key=lambda event: scores[f"masked_ds_{event[0]}"])
        if scores[f"masked_ds_{suffix}"] < min_delta:
            return None
        position = pos - 1 + round(scores[f"masked_dp_{suffix}"])
        return cls("none", (Site(KINDS[column], position),), sign < 0)

    def strength(self, probabilities: Mapping[Site, float]) -> float:
        """Strength of the aberrant outcome, 0 to 1.

        The geometric mean of the probabilities of its sites, as in :mod:`landfall.splicing.outcomes.proportions`; 1
        minus that where the outcome results from their loss.
        """
        mean = float(np.prod([probabilities[site] for site in self.sites]) ** (1 / len(self.sites)))
        return 1 - mean if self.lost else mean


@dataclass(frozen=True)
class PerturbationResult:
    """The sites' probabilities after a change of bases start..end (indices in the haplotype) to ``alt``.

    ``aberrant_splicing``: strength of the outcome; ``annotated_site_retention``: smallest remaining fraction of an
    annotated site, 0 to 1, None without a recognised one in the window.
    """

    start: int
    end: int
    alt: str
    probabilities: Mapping[Site, float]
    aberrant_splicing: float
    annotated_site_retention: float | None


@dataclass(frozen=True)
class PerturbationScan:
    """One haplotype under one model: the effect of changes on the target's sites and on annotated ones.

    strand: + or -, of the transcript; natives: annotated sites to evaluate.
    """

    model: SpliceModel
    haplotype: Haplotype
    strand: str
    target: AberrantOutcome
    natives: tuple[Site, ...]
    batch: int

    @property
    def watched(self) -> tuple[Site, ...]:
        return *self.target.sites, *self.natives

    def read(self, changes: Sequence[tuple[int, int, str]], what: str) -> list[PerturbationResult]:
        """The unchanged haplotype, then each change: start, end, and as many bases instead.

        Every site is evaluated with its full receptive field; ``what`` names the changes in the log.
        """
        if not changes:
            return []
        start = changes[0][0]
        reach, progress = self._reach(changes), Progress(len(changes), what)
        readings: list[PerturbationResult] = []
        for first in range(0, len(changes), MOST_AT_ONCE):
            together = changes[first : first + MOST_AT_ONCE]
            readings += self._read([*([] if readings else [(start, start, "")]), *together], reach)
            progress.advance(len(together))
        return readings

    def _read(self, changes: Sequence[tuple[int, int, str]], reach: int) -> Iterator[PerturbationResult]:
        edits = [Edit(start, end, alt, start - reach, start + reach + 1) for start, end, alt in changes]
        outputs = read_along(self.model, self.haplotype.sequence, self.strand, edits, self.batch)
        for edit, (before, after) in zip(edits, outputs, strict=True):
            base, found = self._at_sites(before, edit.first), self._at_sites(after, edit.first)
            kept = [min(1.0, found[site] / base[site]) for site in self.natives if base[site] >= UNSEEN]
            strength = self.target.strength(found)
            yield PerturbationResult(edit.start, edit.end, edit.alt, found, strength, min(kept, default=None))

    def _reach(self, changes: Sequence[tuple[int, int, str]]) -> int:
        """Outputs on either side of a change's start that cover every evaluated site, and the change itself."""
        starts, ends = [start for start, _, _ in changes], [end for _, end, _ in changes]
        sites = [i for site in self.watched for i in self.haplotype.indices(site.position, site.position + 1)]
        return max([*ends, *sites]) - min([*starts, *sites])

    def _at_sites(self, outputs: Outputs, first: int) -> dict[Site, float]:
        """P of each evaluated site: the maximum of the bases aligned to its position, 0 if it is deleted."""
        found = {}
        for site in self.watched:
            rows = [i - first for i in self.haplotype.indices(site.position, site.position + 1)]
            found[site] = float(outputs[rows, COLUMNS[site.kind]].max()) if rows else 0.0
        return found


def prepare(
    model: SpliceModel,
    genome: Genome,
    transcript: Transcript,
    variants: tuple[Variant, ...],
    target: AberrantOutcome,
    where: Sequence[Span],
    distance: int,
    batch: int,
    moved: Mapping[Variant, int] | None = None,
) -> PerturbationScan:
    """A haplotype long enough for changes in ``where``, with the annotated sites ``distance`` bases around them.

    variants: applied to the reference; none for the reference itself. where: 0-based half-open on the contig. moved:
    as in :class:`landfall.splicing.interpret.haplotypes.Haplotype`.
    """
    natives = annotated(transcript, where[0][0] - distance, where[-1][1] + distance, target)
    inner = [p for span in where for p in span] + [site.position for site in (*target.sites, *natives)]
    low, high = min(inner), max(inner)
    changed = sum(len(v.ref) + len(v.alt) for v in variants)
    flank = model.context + (high - low) + 2 * changed + 1
    start, end = low - flank, high + flank
    haplotype = Haplotype(start, masked_sequence(genome, transcript, start, end), variants, moved or {})
    return PerturbationScan(model, haplotype, transcript.strand, target, natives, batch)


def annotated(transcript: Transcript, start: int, end: int, target: AberrantOutcome) -> tuple[Site, ...]:
    """The transcript's splice sites in start..end (0-based half-open), without those of the outcome."""
    sites = annotated_sites([transcript])
    found = {Site(kind, p) for kind, column in COLUMNS.items() for p in sites.of(column) if start <= p < end}
    return tuple(sorted(found - set(target.sites), key=lambda site: (site.position, site.kind)))


def regions(points: Sequence[int], segment: Span | None, flank: int, within: Span) -> list[Span]:
    """Intervals of ``flank`` bases around each point and around the segment, merged; 0-based half-open.

    points: 0-based contig positions. within: interval to which they are truncated.
    """
    spans = [(p - flank, p + flank + 1) for p in points]
    spans += [(segment[0] - flank, segment[1] + flank)] if segment else []
    clipped = [(max(start, within[0]), min(end, within[1])) for start, end in spans]
    merged: list[Span] = []
    for start, end in sorted(span for span in clipped if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def single_changes(haplotype: Haplotype, where: Sequence[Span]) -> Iterator[tuple[int, int, str]]:
    """Every change of one known base to one of the three others, along the haplotype."""
    for first, end in stretches(haplotype, where):
        for index in range(first, end):
            base = haplotype.sequence[index]
            yield from ((index, index + 1, other) for other in BASES if base in BASES and other != base)


def stretches(haplotype: Haplotype, where: Sequence[Span]) -> Iterator[Span]:
    """Indices in the haplotype of reference intervals; inserted bases belong to the base before them."""
    for span in where:
        found = haplotype.indices(*span)
        yield found.start, found.stop
