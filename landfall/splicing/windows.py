"""Windows of reference sequence for the splice models, shared by overlapping variants.

A splice network scores ``distance`` bases on either side of the variant, and needs ``context`` further bases on either
side of them. Bases outside the transcript are N, as in the training of the networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from landfall.genome.annotation.reader import TAGS
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import GeneIndex, Transcript
from landfall.genome.variant import Variant, allele_of
from landfall.io import parquet
from landfall.splicing.tables import WINDOWS
from landfall.variants.filters.rule import Decision
from landfall.variants.filters.scoring import LONGER_THAN_WINDOW, OUTSIDE_TRANSCRIPTS, UNKNOWN_SEQUENCE
from landfall.variants.tables import VARIANTS

LONGEST_WINDOW = 60_000
"""Maximum length in bases of a joined window, which bounds the memory of a scoring job."""


@dataclass(frozen=True)
class Reach:
    """Receptive field of a model: bases of context, bases scored on either side, and maximum fraction of N (0 to 1).

    longest_ref: maximum length of a variant's reference allele, ``distance`` if None. masked: whether bases outside the
    transcript are N.
    """

    context: int
    distance: int
    max_unknown_fraction: float
    longest_ref: int | None = None
    masked: bool = True

    def span(self, variant: Variant) -> tuple[int, int]:
        """The interval that the variant needs, 0-based half-open; it may extend beyond the contig."""
        flank = self.context + self.distance
        return variant.start - flank, variant.start + flank + 1


@dataclass(frozen=True)
class Window:
    """Reference sequence on the + strand, N outside the transcript; ``start``/``end`` 0-based half-open.

    work: bases to compute, for the window itself and for its variants.
    """

    number: int
    transcript: Transcript
    start: int
    end: int
    sequence: str
    shard: int = 0
    work: int = 0


@dataclass(frozen=True)
class Placement:
    """One variant in one transcript: its window and 0-based offset there, or the reason for having none.

    moved: bases by which it is aligned to the right of its representation
    (:mod:`landfall.splicing.site_alignment`). observed, threshold: values compared by the rule of the reason, the
    latter as JSON.
    """

    variant: Variant
    transcript: Transcript | None
    window: int | None = None
    offset: int | None = None
    reason: str = ""
    detail: str = ""
    moved: int = 0
    observed: float | None = None
    threshold: str | None = None

    @classmethod
    def refused(cls, variant: Variant, transcript: Transcript | None, decision: Decision) -> Placement:
        """One without a window, by a rule."""
        return cls(
            variant,
            transcript,
            reason=decision.rule,
            detail=decision.detail,
            observed=decision.observed,
            threshold=decision.threshold,
        )


def masked_sequence(genome: Genome, transcript: Transcript, start: int, end: int) -> str:
    """Reference bases start..end (0-based half-open), N outside the transcript and the contig."""
    return window_sequence(genome, transcript, start, end, masked=True)


def window_sequence(genome: Genome, transcript: Transcript, start: int, end: int, masked: bool) -> str:
    """Reference bases start..end (0-based half-open), N outside the contig, where ``masked`` outside the transcript."""
    bounds = (transcript.start, transcript.end) if masked else (0, genome.lengths[transcript.chrom])
    inside_start, inside_end = max(start, bounds[0]), min(end, bounds[1])
    if inside_end <= inside_start:
        return "N" * (end - start)
    inside = genome.fetch(transcript.chrom, inside_start, inside_end)
    return "N" * (inside_start - start) + inside + "N" * (end - inside_end)


def refusal(variant: Variant, transcript: Transcript, genome: Genome, reach: Reach) -> Decision | None:
    """The rule by which a variant cannot be scored in a transcript, or None."""
    longest = max(reach.distance, 1) if reach.longest_ref is None else reach.longest_ref
    if len(variant.ref) > longest:
        return LONGER_THAN_WINDOW.decide(len(variant.ref), longest)
    start, end = reach.span(variant)
    start, end = max(start, transcript.start), min(end, transcript.end)
    unknown = genome.fetch(transcript.chrom, start, end).count("N") / (end - start)
    if unknown > reach.max_unknown_fraction:
        return UNKNOWN_SEQUENCE.decide(unknown, reach.max_unknown_fraction)
    return None


def choose_transcripts(
    variant: Variant, genes: Sequence[str], overlapping: Callable[[Variant], Iterable[Transcript]]
) -> list[Transcript]:
    """One overlapping transcript per gene: the representative if it overlaps, else the first of annotation.TAGS, else
    the longest (on the contig, then spliced).

    genes: candidate genes of the variant; every overlapping gene if empty.
    """
    best: dict[str, Transcript] = {}
    for transcript in overlapping(variant):
        if genes and transcript.gene not in genes:
            continue
        chosen = best.get(transcript.gene)
        if chosen is None or _preference(transcript) > _preference(chosen):
            best[transcript.gene] = transcript
    return [best[gene] for gene in sorted(best)]


def _preference(transcript: Transcript) -> tuple[bool, int, int, int, str]:
    rank = TAGS.index(transcript.tag) if transcript.tag else len(TAGS)
    span = transcript.end - transcript.start
    return transcript.representative, -rank, span, transcript.length, transcript.transcript


def as_spelled(_variant: Variant, _transcript: Transcript) -> int:
    """No shift: every allele is aligned as represented, as in the original SpliceAI."""
    return 0


def place(
    pairs: Iterable[tuple[Variant, Transcript | None]],
    genome: Genome,
    reach: Reach,
    moved: Callable[[Variant, Transcript], int] = as_spelled,
) -> tuple[list[Window], list[Placement]]:
    """Windows for all pairs of variant and transcript, and the placement of each pair.

    moved: shift of the alignment of an allele, ``landfall.splicing.site_alignment.SiteAlignment.moved``.
    """
    placements: list[Placement] = []
    accepted: dict[Transcript, list[Variant]] = {}
    for variant, transcript in pairs:
        if transcript is None:
            placements.append(Placement.refused(variant, None, OUTSIDE_TRANSCRIPTS.decide()))
        elif (refused := refusal(variant, transcript, genome, reach)) is not None:
            placements.append(Placement.refused(variant, transcript, refused))
        else:
            accepted.setdefault(transcript, []).append(variant)
    windows: list[Window] = []
    for transcript, variants in accepted.items():
        for start, end, members in _joined(sorted(variants, key=lambda v: (v.start, v.end, v.alt)), reach):
            sequence = window_sequence(genome, transcript, start, end, reach.masked)
            windows.append(Window(len(windows), transcript, start, end, sequence))
            number = windows[-1].number
            placements += [
                Placement(v, transcript, number, v.start - start, moved=moved(v, transcript)) for v in members
            ]
    return windows, placements


def _joined(variants: Sequence[Variant], reach: Reach) -> Iterable[tuple[int, int, list[Variant]]]:
    """Joined spans of sorted variants that overlap, up to LONGEST_WINDOW."""
    members: list[Variant] = []
    for variant in variants:
        if members:
            start, end = reach.span(members[0])[0], reach.span(members[-1])[1]
            span_start, span_end = reach.span(variant)
            if span_start < end and span_end - start <= LONGEST_WINDOW:
                members.append(variant)
                continue
            yield start, end, members
        members = [variant]
    if members:
        yield reach.span(members[0])[0], reach.span(members[-1])[1], members


def assign_shards(
    windows: Sequence[Window], placements: Sequence[Placement], reach: Reach, shards: int
) -> list[Window]:
    """The windows with their work and shard, 1 to ``shards``: contiguous runs with about equal bases to compute."""
    per_variant = 2 * (reach.context + reach.distance) + 1
    held: Mapping[int, int] = _count(placements)
    work = [window.end - window.start + per_variant * held.get(window.number, 0) for window in windows]
    return [
        replace(window, shard=shard, work=cost)
        for window, cost, shard in zip(windows, work, balanced_shards(work, shards), strict=True)
    ]


def balanced_shards(work: Sequence[int], shards: int) -> list[int]:
    """The shard of each item, 1 to ``shards``: contiguous runs of about equal total work."""
    total, done, numbers = sum(work), 0, []
    for cost in work:
        numbers.append(min(int((done + cost / 2) / total * shards), shards - 1) + 1)
        done += cost
    return numbers


def _count(placements: Iterable[Placement]) -> dict[int, int]:
    held: dict[int, int] = {}
    for placement in placements:
        if placement.window is not None:
            held[placement.window] = held.get(placement.window, 0) + 1
    return held


def work_of(windows: Path, shard: int) -> int:
    """Bases to compute in a shard of tables.WINDOWS."""
    return _work(windows, windows.stat().st_mtime_ns).get(shard, 0)


@cache
def _work(windows: Path, changed: int) -> dict[int, int]:
    """Bases by shard; the table is read once for all shards, and again after a change."""
    table = parquet.read(WINDOWS, windows, columns=["shard", "work"])
    summed = table.group_by("shard").aggregate([("work", "sum")])
    return dict(zip(*(summed[name].to_pylist() for name in ("shard", "work_sum")), strict=True))


Pair = tuple[Variant, Transcript | None]


def pairs(variants: Path, index: GeneIndex) -> Iterator[Pair]:
    """Each variant of a sample with each transcript in which it is scored, None without one."""
    for row in parquet.read(VARIANTS, variants).to_pylist():
        variant = allele_of(row)
        genes = row["genes"].split(",") if row["genes"] else []
        chosen = choose_transcripts(variant, genes, lambda v: index.overlapping(v.chrom, v.start, v.end))
        if not chosen:
            yield variant, None
        for transcript in chosen:
            yield variant, transcript
