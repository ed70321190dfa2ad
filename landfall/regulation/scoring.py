"""Scores variants by a regulatory track model: rows of tables.TRACKS.

The reference of a window is read once with every batch of its alternates, on both strands and at every shift,
and several windows go together to a network that gains by it; the scores are defined in
:mod:`landfall.models.tracks.effect_scores`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from landfall.config.regulation import TrackModelSettings
from landfall.genome.hgvs.dna import trim
from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant
from landfall.io import parquet
from landfall.models.registry import track_model
from landfall.models.runtime import device
from landfall.models.runtime.progress import Progress
from landfall.models.tracks import e_values, effect_scores
from landfall.models.tracks.base import ClassModel, Layout, Site, TrackModel, Tracks, batch_limit
from landfall.models.tracks.effect_scores import WindowEdit
from landfall.regulation.tables import TRACK_PLACEMENTS
from landfall.regulation.windows import TrackPlacement, tss
from landfall.variants.filters.scoring import NOT_FINITE

log = logging.getLogger(__name__)


Row = dict[str, Any]
Halves = NDArray[np.float16]
Place = tuple[int, Sequence[Variant]]
"""The 0-based start of a window and the variants, of one contig, that are read in it."""
RNA = "RNA"
"""Assay of tracks that lie on a gene's exons."""
BLOCK = 1_024
"""Tracks whose scores are worked out together."""


@dataclass(frozen=True)
class TrackPrediction:
    """A variant in its window with the tracks of both alleles, (bins, tracks), the alternate's in the reference's bins.

    ``start``: of the window, 0-based on the contig. ``log_odds``: (tracks,) of a model scored by it.
    """

    variant: Variant
    start: int
    change: WindowEdit
    reference: Tracks
    alternate: Tracks
    log_odds: NDArray[np.float64] | None = None


def change_of(variant: Variant, start: int) -> WindowEdit:
    """A variant without the bases that its alleles share, in a window that starts at a 0-based position."""
    found = trim(variant.pos, variant.ref, variant.alt)
    return WindowEdit(found.start - start, found.end - start, found.alt)


def read(
    model: TrackModel, genome: Genome, settings: TrackModelSettings, places: Iterable[Place]
) -> Iterator[TrackPrediction]:
    """The variants of every place in their order; ``settings.batch`` of them, at most, are read together, fewer where
    memory does not hold so many.
    """
    most = batch_limit(model, settings.batch, arrays=2 * (1 + settings.both_strands))
    for together in _batches(places, most):
        yield from device.within_memory(partial(_readings, model, genome, settings, together), most)


def _readings(
    model: TrackModel, genome: Genome, settings: TrackModelSettings, places: Sequence[Place], most: int
) -> list[TrackPrediction]:
    """The variants of a few places, ``most`` of them read together."""
    layout, readings = model.layout, []
    for together in _batches(places, most):
        changes = [[change_of(variant, start) for variant in variants] for start, variants in together]
        sites = [_site(layout, genome, place, made) for place, made in zip(together, changes, strict=True)]
        found = effect_scores.predict_many(model, sites, settings.both_strands, settings.shifts)
        odds = [_log_odds(model, site) for site in sites]
        groups = zip(together, changes, found, odds, strict=True)
        for (start, variants), made, (reference, alternates), of_odds in groups:
            for variant, change, alternate, log_odds in zip(variants, made, alternates, of_odds, strict=True):
                aligned = effect_scores.align(reference, alternate, layout, change)
                readings.append(TrackPrediction(variant, start, change, reference, aligned, log_odds))
    return readings


def _log_odds(model: TrackModel, site: Site) -> list[NDArray[np.float64] | None]:
    """Of a network with E-values, whose rule takes each strand alone, so that the site is read once more."""
    if not track_model(model.info.name).has_e_values:
        return [None] * len(site[1])
    return [change.log_odds for change in e_values.changes(model, *site)]


def _batches(places: Iterable[Place], most: int) -> Iterator[list[Place]]:
    """The places, long ones cut, in groups with ``most`` variants at most."""
    held: list[Place] = []
    for start, variants in places:
        for first in range(0, len(variants), most):
            part = variants[first : first + most]
            if held and sum(len(members) for _, members in held) + len(part) > most:
                yield held
                held = []
            held.append((start, part))
    if held:
        yield held


def _site(layout: Layout, genome: Genome, place: Place, changes: Sequence[WindowEdit]) -> Site:
    """The windows at a position: the reference's, and one with each of the changes."""
    start, variants = place
    more = max(0, *(-change.shift for change in changes))
    sequence = genome.fetch(variants[0].chrom, start, start + layout.length + more)
    altered = [effect_scores.alternate(sequence, layout.length, change) for change in changes]
    return layout.encode(sequence[: layout.length]), [layout.encode(window) for window in altered]


def score(
    model: TrackModel, genome: Genome, settings: TrackModelSettings, placements: Iterable[TrackPlacement]
) -> Iterator[Row]:
    """Rows of tables.TRACKS of the placements that have a window, window by window."""
    held: dict[tuple[str, int], dict[Variant, list[TrackPlacement]]] = {}
    for placement in placements:
        if placement.start is not None:
            members = held.setdefault((placement.variant.chrom, placement.start), {})
            members.setdefault(placement.variant, []).append(placement)
    progress = Progress(sum(map(len, held.values())))
    places = ((start, list(members)) for (_, start), members in held.items())
    for reading in read(model, genome, settings, places):
        numbers = _numbers(model, reading)
        for placement in held[reading.variant.chrom, reading.start][reading.variant]:
            yield {**keys(placement), **numbers, "gene_log2": _at_gene(model, reading, placement)}
        progress.advance(1)


def keys(placement: TrackPlacement) -> Row:
    """The columns that name a variant and gene."""
    variant, transcript = placement.variant, placement.transcript
    return {
        "chrom": variant.chrom,
        "pos": variant.pos,
        "ref": variant.ref,
        "alt": variant.alt,
        "gene": transcript.gene if transcript else "",
        "transcript": transcript.transcript if transcript else "",
    }


def _numbers(model: TrackModel, reading: TrackPrediction) -> Row:
    """What holds for every gene."""
    ref, alt = reading.reference, reading.alternate
    if not finite(reading):
        return {"status": "not_scored", "reason": NOT_FINITE.name, "detail": NOT_FINITE.words()}
    row = {
        "signal_ref": ref.sum(axis=0, dtype=np.float64).astype(np.float32),
        "sad": by_block(effect_scores.sad, ref, alt).astype(np.float32),
        "logsad": half(by_block(effect_scores.log_sad, ref, alt)),
        "logd2": half(by_block(effect_scores.log_d2, ref, alt)),
        "local_log2": half(
            effect_scores.local_log_ratio(ref, alt, model.layout, max(reading.change.start, 0))
        ),
        "log_odds": None if reading.log_odds is None else reading.log_odds.astype(np.float32),
        "status": "scored",
        "reason": "",
        "detail": "",
    }
    if getattr(model, "classes", ()):
        row["class_ref"], row["class_alt"] = cast(ClassModel, model).class_scores(ref, alt)
    return row


def by_block(
    score: Callable[[Tracks, Tracks], effect_scores.Scores], reference: Tracks, alternate: Tracks
) -> effect_scores.Scores:
    """A score of two alleles, (tracks,), a block of tracks at a time: in float64 all of Borzoi's take a gigabyte."""
    starts = range(0, reference.shape[1], BLOCK)
    parts = [score(reference[:, n : n + BLOCK], alternate[:, n : n + BLOCK]) for n in starts]
    return np.concatenate(parts)


def finite(reading: TrackPrediction) -> bool:
    """Whether all numbers are finite."""
    return bool(np.isfinite(reading.reference).all() and np.isfinite(reading.alternate).all())


def _at_gene(model: TrackModel, reading: TrackPrediction, placement: TrackPlacement) -> Halves | None:
    """The change of the gene; None where the output does not reach its start or has no places.

    Of RNA over the exons, as Borzoi's authors define it, of all else at the start; NaN for tracks of the other strand.
    """
    gene, layout = placement.transcript, model.layout
    if gene is None or layout.bins == 1 or not finite(reading):
        return None
    starts = effect_scores.tss_bins(layout, tss(gene) - reading.start)
    if not starts:
        return None
    found = effect_scores.gene_log_ratio(reading.reference, reading.alternate, starts)
    if rna := [target.number for target in model.targets if target.assay == RNA]:
        exons = [(start - reading.start, end - reading.start) for start, end in gene.exons]
        bins = effect_scores.exon_bins(layout, exons)
        found[rna] = effect_scores.gene_log_ratio(reading.reference, reading.alternate, bins)[rna]
    found[[t.number for t in model.targets if t.strand not in ("", gene.strand)]] = np.nan
    return half(found)


def half(values: effect_scores.Scores) -> Halves:
    """Float16, larger numbers held at its limits, as Basenji's own files are."""
    limit = np.finfo(np.float16).max
    return values.clip(-limit, limit).astype(np.float16)


def write(placed: Sequence[TrackPlacement], output: Path) -> None:
    """tables.TRACK_PLACEMENTS, in the order given."""
    rows = [
        {
            **keys(p),
            "tss": p.tss,
            "window": p.window,
            "start": p.start,
            "shard": p.shard,
            "status": "not_scored" if p.start is None else "placed",
            "reason": p.reason,
            "detail": p.detail,
        }
        for p in placed
    ]
    parquet.write(TRACK_PLACEMENTS, parquet.from_rows(TRACK_PLACEMENTS, rows), output)
    log.info(
        "%d windows, %d refused",
        len({(p.variant.chrom, p.start) for p in placed if p.start is not None}),
        sum(p.start is None for p in placed),
    )
