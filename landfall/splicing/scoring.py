"""Scoring of placed variants by a splice model: batching, device, threads, progress, and a reason for missing scores.

A model only maps sequences to probabilities; this module determines how and where.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from landfall.config.sections import ModelSettings
from landfall.genome.reference import Reference
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.base import ExonModel, SpliceModel
from landfall.models.inference.edits import Edit, Outputs
from landfall.models.registry import splice_model
from landfall.models.runtime import device
from landfall.models.runtime.progress import Progress
from landfall.models.splice import delta_scores
from landfall.models.splice.delta_scores import Probabilities
from landfall.splicing import score_rows
from landfall.splicing.outcome_window import distance_needed
from landfall.splicing.scored import Scored
from landfall.splicing.windows import Placement, Reach, Window, place
from landfall.variants.filters.scoring import NOT_FINITE

if TYPE_CHECKING:
    from landfall.models.splice.ensemble import Ensemble

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
"""Most variants of one window whose results are in memory at a time."""


def score_windows(
    model: SpliceModel,
    windows: Sequence[Window],
    placements: Iterable[Placement],
    distance: int,
    batch: int,
    progress: Progress | None = None,
    outputs: int = len(delta_scores.COLUMNS),
    past_allele: bool = False,
) -> Iterator[Scored]:
    """Score every placed variant; the reference of a window is computed once for all its variants.

    batch: most variants computed together. progress: advanced by each variant; None: a new one. outputs: columns of
    one network. past_allele: whether ``distance`` on the right counts from the allele's last base, not its first.
    Order: by window, then as in placements.
    """
    extent = Extent(distance, outputs, past_allele)
    held: dict[int, list[Placement]] = {}
    for placement in placements:
        if placement.window is not None:
            held.setdefault(placement.window, []).append(placement)
    progress = progress or Progress(sum(len(members) for members in held.values()))
    for window in windows:
        members = held.get(window.number, [])
        for first in range(0, len(members), MOST_AT_ONCE):
            together = members[first : first + MOST_AT_ONCE]
            yield from _score_window(model, window, together, extent, batch)
            progress.advance(len(together))


@dataclass(frozen=True)
class Extent:
    """Rows of outputs around an allele and columns of one network, as in :func:`score_windows`."""

    distance: int
    outputs: int
    past_allele: bool

    def behind(self, variant: Variant) -> int:
        """Rows from the allele's first base on, that base included."""
        return self.distance + (len(variant.ref) if self.past_allele else 1)


def _score_window(
    model: SpliceModel, window: Window, members: Sequence[Placement], extent: Extent, batch: int
) -> Iterator[Scored]:
    edits = [_edit(window, placement, extent) for placement in members]
    outputs = read_along(model, window.sequence, window.transcript.strand, edits, batch)
    for placement, (ref, alt) in zip(members, outputs, strict=True):
        yield _scored(placement, ref, alt, extent)


def read_along(
    model: SpliceModel, sequence: str, strand: str, edits: Sequence[Edit], batch: int
) -> list[tuple[Outputs, Outputs]]:
    """Results of ``model.read`` for edits of a + strand sequence, in the direction of ``strand``.

    Returns for each edit (last - first, 3) and (last - first + shift, 3), along the + strand. If a batch exceeds the
    memory, smaller ones are used.
    """
    if strand == "+":
        return device.within_memory(lambda fitting: model.read(sequence, edits, fitting), batch)
    mirrored, reverse = [edit.mirrored(len(sequence)) for edit in edits], reverse_complement(sequence)
    outputs = device.within_memory(lambda fitting: model.read(reverse, mirrored, fitting), batch)
    return [(ref[::-1], alt[::-1]) for ref, alt in outputs]


def _edit(window: Window, placement: Placement, extent: Extent) -> Edit:
    """The variant as an edit of the window's sequence, with the range of outputs around its first base."""
    assert placement.offset is not None
    offset, variant = placement.offset, placement.variant
    wanted = offset - extent.distance, offset + extent.behind(variant)
    return Edit(offset, offset + len(variant.ref), variant.alt, *wanted).trimmed(window.sequence)


def _scored(placement: Placement, ref: Outputs, output: Outputs, extent: Extent) -> Scored:
    variant = placement.variant
    if not (np.isfinite(ref).all() and np.isfinite(output).all()):
        return Scored(placement, reason=NOT_FINITE.name, detail=NOT_FINITE.words())

    def aligned(probabilities: Probabilities) -> Probabilities:
        return delta_scores.align(
            probabilities, extent.distance, len(variant.ref), len(variant.alt), placement.moved
        )

    start = variant.start - extent.distance
    refs, outputs = (_by_network(found, extent.outputs) for found in (ref, output))
    if len(refs) == 1:
        return Scored(placement, start, ref, aligned(output))
    alts = np.stack([aligned(one) for one in outputs])
    return Scored(placement, start, _mean(refs), aligned(_mean(outputs)), refs, alts)


def _by_network(outputs: Outputs, columns: int) -> Outputs:
    """(rows, columns * networks) to (networks, rows, columns)."""
    return np.stack(np.split(outputs, outputs.shape[1] // columns, axis=1))


def _mean(outputs: Outputs) -> Outputs:
    """The mean over the networks, summed in their order as in ``landfall.models.inference.incremental``."""
    total = outputs[0].copy()
    for output in outputs[1:]:
        total += output
    mean: Outputs = total / np.float32(len(outputs))
    return mean


Row = dict[str, Any]


def score_exons(model: ExonModel, windows: Sequence[Window], placements: Sequence[Placement]) -> list[Row]:
    """Rows of tables.SCORES by a model of exons."""
    held = {window.number: window for window in windows}
    rows: list[Row] = []
    for placement in placements:
        assert placement.window is not None
        rows += score_rows.exon_rows(model, held[placement.window], placement)
    return rows


def score_sites(
    model: Ensemble,
    windows: Sequence[Window],
    placements: Sequence[Placement],
    settings: ModelSettings,
    reference: Reference,
) -> tuple[list[Row], list[Row]]:
    """Rows of tables.SCORES and of tables.PROBABILITIES by a network of splice sites."""
    from landfall.models.splice.ensemble import EachNetwork

    sites = splice_sites(reference.transcripts, {window.transcript.gene for window in windows})
    scores: list[Row] = []
    probabilities: list[Row] = []
    each = EachNetwork(model)
    for scored in score_windows(each, windows, placements, settings.distance, settings.batch):
        transcript = scored.placement.transcript
        assert transcript is not None
        rows = score_rows.score_rows(scored, settings.name, sites[transcript.chrom, transcript.gene])
        scores += rows
        if score_rows.worth_keeping(rows, settings.keep_probabilities_above):
            if score_rows.worth_keeping(rows, settings.widen_above):
                scored = widened(model, reference.genome, scored, settings.distance)
            probabilities.append(score_rows.probability_row(scored, settings.name))
    return scores, probabilities


def widened(model: SpliceModel, genome: Genome, scored: Scored, distance: int) -> Scored:
    """The allele scored as far as :func:`landfall.splicing.outcome_window.distance_needed`; itself where ``distance``,
    at which it was scored, is enough.

    Each allele is scored by itself, so that the result does not depend on those beside it.
    """
    placement = scored.placement
    assert placement.transcript is not None
    wide = distance_needed(placement.variant, placement.transcript, distance)
    if scored.reason or wide == distance:
        return scored
    reach = Reach(model.context, wide, max_unknown_fraction=1.0)
    pair = placement.variant, placement.transcript
    windows, (placed,) = place([pair], genome, reach, lambda *_: placement.moved)
    (found,) = score_windows(model, windows, [placed], wide, batch=1, progress=Progress(None))
    log.info("%s scored as far as %d bases, for its outcomes", placement.variant, wide)
    return scored if found.reason else found


def score_tissues(
    model: SpliceModel,
    windows: Sequence[Window],
    placements: Sequence[Placement],
    settings: ModelSettings,
    reference: Reference,
) -> list[Row]:
    """Rows of tables.SCORES by a network of splicing in tissues."""
    sites = splice_sites(reference.transcripts, {window.transcript.gene for window in windows})
    rows: list[Row] = []
    for scored in score_windows(model, windows, placements, settings.distance, settings.batch, outputs=1):
        transcript = scored.placement.transcript
        assert transcript is not None
        rows += score_rows.tissue_rows(scored, settings.name, sites[transcript.chrom, transcript.gene])
    return rows


def score(
    model: Any,
    windows: Sequence[Window],
    placements: Sequence[Placement],
    settings: ModelSettings,
    reference: Reference,
) -> tuple[list[Row], list[Row]]:
    """Rows of tables.SCORES and of tables.PROBABILITIES by a model of any kind."""
    kind = splice_model(settings.name).kind
    if kind == "exons":
        return score_exons(model, windows, placements), []
    if kind == "tissues":
        return score_tissues(model, windows, placements, settings, reference), []
    return score_sites(model, windows, placements, settings, reference)


def splice_sites(
    transcripts: Iterable[Transcript], genes: set[str]
) -> dict[tuple[str, str], delta_scores.Sites]:
    """The annotated splice sites of the genes, all transcripts together, by (chrom, gene)."""
    members: dict[tuple[str, str], list[Transcript]] = {}
    for transcript in transcripts:
        if transcript.gene in genes:
            members.setdefault((transcript.chrom, transcript.gene), []).append(transcript)
    return {key: delta_scores.annotated_sites(group) for key, group in members.items()}
