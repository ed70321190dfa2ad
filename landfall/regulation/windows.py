"""The window of each variant for a regulatory track model: around the variant, or around the start of its gene.

A window is not masked to a gene, as regulation lies between genes. A variant is read once for each candidate gene, as
what it does to a gene's start differs; genes of one variant share a window around the variant, and variants of one gene
a window around the gene's start, so that each window's reference is read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from landfall.config.sections import Settings
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant, allele_of
from landfall.io import parquet
from landfall.models.tracks.base import Layout
from landfall.regulation import network
from landfall.regulation.tables import TRACK_PLACEMENTS
from landfall.splicing.windows import balanced_shards
from landfall.variants.filters.rule import Decision
from landfall.variants.filters.scoring import (
    LONGER_THAN_WINDOW,
    NO_GENE,
    OUTSIDE_WINDOW,
    TOO_MANY,
    UNKNOWN_SEQUENCE,
)


@dataclass(frozen=True)
class TrackPlacement:
    """One variant and gene: the number and 0-based start of the window it is read in, or the reason why it has none.

    ``transcript`` is the gene's representative, None where no gene is near; ``shard`` counts from 1.
    """

    variant: Variant
    transcript: Transcript | None
    window: int | None = None
    start: int | None = None
    shard: int | None = None
    reason: str = ""
    detail: str = ""

    @property
    def tss(self) -> int | None:
        """0-based base at which transcription of the gene starts."""
        return None if self.transcript is None else tss(self.transcript)


@dataclass(frozen=True)
class Rules:
    """The placement of windows: ``centre`` is variant or gene, ``max_unknown`` the share of N from 0 to 1."""

    layout: Layout
    centre: str
    max_unknown: float
    max_variants: int


def tss(transcript: Transcript) -> int:
    """0-based base at which transcription starts."""
    return transcript.start if transcript.forward else transcript.end - 1


class Genes:
    """The representative transcript of each gene, and those whose start is near a place."""

    def __init__(self, transcripts: Iterable[Transcript]) -> None:
        self._by_name: dict[tuple[str, str], Transcript] = {}
        self._by_contig: dict[str, list[Transcript]] = {}
        for transcript in transcripts:
            if transcript.representative:
                self._by_name[transcript.chrom, transcript.gene] = transcript
                self._by_contig.setdefault(transcript.chrom, []).append(transcript)

    def of(self, variant: Variant, symbols: Sequence[str], within: int) -> list[Transcript]:
        """The variant's candidate genes; without any, the one that starts nearest, at most ``within`` bases away."""
        if symbols:
            found = (self._by_name.get((variant.chrom, symbol)) for symbol in symbols)
            return [transcript for transcript in found if transcript is not None]
        near = [(abs(tss(t) - variant.start), t.gene, t) for t in self._by_contig.get(variant.chrom, ())]
        near = sorted(entry for entry in near if entry[0] <= within)[:1]
        return [transcript for _, _, transcript in near]


def place(
    variants: Iterable[tuple[Variant, Sequence[str]]],
    genes: Genes,
    genome: Genome,
    rules: Rules,
) -> list[TrackPlacement]:
    """Every variant's window for each candidate gene, or why it has none; in the order given, genes by name."""
    pairs: list[TrackPlacement] = []
    for variant, symbols in variants:
        chosen = genes.of(variant, symbols, rules.layout.length // 2)
        pairs += [TrackPlacement(variant, t) for t in chosen] or [TrackPlacement(variant, None)]
    unknown = _Unknown(genome, rules)
    placed = [_placed(pair, rules, unknown) for pair in pairs]
    return _limited(placed, rules.max_variants)


class _Unknown:
    """The share of N in windows, each counted once."""

    def __init__(self, genome: Genome, rules: Rules) -> None:
        self.genome, self.length = genome, rules.layout.length
        self._known: dict[tuple[str, int], float] = {}

    def __call__(self, chrom: str, start: int) -> float:
        if (chrom, start) not in self._known:
            found = self.genome.fetch(chrom, start, start + self.length)
            self._known[chrom, start] = found.count("N") / self.length
        return self._known[chrom, start]


def _placed(pair: TrackPlacement, rules: Rules, unknown: _Unknown) -> TrackPlacement:
    """The placement with the start of its window, or with the reason why it has none."""
    variant, layout = pair.variant, rules.layout
    if rules.centre == "gene" and pair.tss is None:
        return _refused(pair, NO_GENE.decide(threshold=layout.length // 2))
    centre = pair.tss if rules.centre == "gene" else variant.start
    assert centre is not None
    start = layout.window_start(centre)
    first, last = layout.bin_of(variant.start - start), layout.bin_of(variant.end - 1 - start)
    if rules.centre == "gene" and not (0 <= first <= last < layout.bins):
        return _refused(pair, OUTSIDE_WINDOW.decide(abs(variant.start - centre)))
    size, longest = max(len(variant.ref), len(variant.alt)), layout.bins * layout.bin // LONGEST_PART
    if size > longest:
        return _refused(pair, LONGER_THAN_WINDOW.decide(size, longest))
    share = unknown(variant.chrom, start)
    if share > rules.max_unknown:
        return _refused(pair, UNKNOWN_SEQUENCE.decide(share, rules.max_unknown))
    return replace(pair, start=start)


LONGEST_PART = 4
"""An allele has at most one of so many parts of the network's output."""


def _refused(pair: TrackPlacement, decision: Decision) -> TrackPlacement:
    return replace(pair, start=None, reason=decision.rule, detail=decision.detail)


def _limited(placed: Sequence[TrackPlacement], most: int) -> list[TrackPlacement]:
    """The placements with the variants nearest to the start of a candidate gene; the others refused."""
    distance: dict[Variant, int] = {}
    for pair in placed:
        if pair.start is not None:
            away = abs(pair.variant.start - pair.tss) if pair.tss is not None else 1 << 40
            distance[pair.variant] = min(away, distance.get(pair.variant, away))
    kept = set(sorted(distance, key=lambda v: (distance[v], v.chrom, v.pos, v.ref, v.alt))[:most])
    beyond = TOO_MANY.decide(threshold=most)
    return [pair if pair.start is None or pair.variant in kept else _refused(pair, beyond) for pair in placed]


def assign_windows(placed: Sequence[TrackPlacement], shards: int) -> list[TrackPlacement]:
    """The placements with the number of their window, and the windows assigned to jobs by what there is to read."""
    windows: dict[tuple[str, int], int] = {}
    for pair in placed:
        if pair.start is not None:
            windows.setdefault((pair.variant.chrom, pair.start), len(windows))
    readings: dict[tuple[str, int], set[Variant]] = {key: set() for key in windows}
    for pair in placed:
        if pair.start is not None:
            readings[pair.variant.chrom, pair.start].add(pair.variant)
    sequences = [1 + len(readings[key]) for key in windows]
    shard_of = dict(zip(windows, balanced_shards(sequences, shards), strict=True))
    numbered = []
    for pair in placed:
        if pair.start is not None:
            key = pair.variant.chrom, pair.start
            pair = replace(pair, window=windows[key], shard=shard_of[key])
        numbered.append(pair)
    return numbered


def tracks_of(placements: Path, shard: int) -> tuple[int, int]:
    """Windows and alternates that a shard of tables.TRACK_PLACEMENTS has to read."""
    return _tracks(placements, placements.stat().st_mtime_ns).get(shard, (0, 0))


@cache
def _tracks(placements: Path, changed: int) -> dict[int, tuple[int, int]]:
    """Windows and alternates by shard; an alternate counts once whatever the number of genes it is read for."""
    names = ["shard", "window", *ALLELE]
    table = parquet.read(TRACK_PLACEMENTS, placements, columns=names)
    read = table.filter(table["shard"].is_valid()).group_by(names).aggregate([])
    summed = read.group_by("shard").aggregate([("window", "count_distinct"), ("window", "count")])
    columns = (summed[name].to_pylist() for name in ("shard", "window_count_distinct", "window_count"))
    return {shard: (windows, alternates) for shard, windows, alternates in zip(*columns, strict=True)}


def rules(settings: Settings, name: str, model: Path) -> Rules:
    """The placement of the model's windows."""
    own = settings.regulation.model(name)
    layout = network.read(model).layout
    return Rules(layout, own.centre, own.max_unknown_fraction, settings.regulation.max_variants)


def read(path: Path, reference: Reference) -> list[TrackPlacement]:
    """The placements of a table."""
    return [
        TrackPlacement(
            allele_of(row),
            reference.by_name.get((row["chrom"], row["gene"], row["transcript"])),
            *(row[name] for name in ("window", "start", "shard", "reason", "detail")),
        )
        for row in parquet.read(TRACK_PLACEMENTS, path).to_pylist()
    ]
