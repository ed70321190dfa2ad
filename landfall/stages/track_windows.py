"""The window that a network of tracks reads each variant in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from landfall import background, tables, track_model, track_windows
from landfall.settings import Settings
from landfall.stages.common import Reference
from landfall.track_scoring import keys
from landfall.track_windows import Genes, Rules, TrackPlacement
from landfall.windows import Variant

log = logging.getLogger(__name__)


def run(
    settings: Settings, name: str, reference: Reference, model: Path, variants: Path, output: Path
) -> None:
    """tables.TRACK_PLACEMENTS of a patient's variants, not dealt to jobs yet."""
    rows = tables.read(tables.VARIANTS, variants).to_pylist()
    pairs = [
        (Variant(*(row[column] for column in tables.ALLELE)), row["genes"].split(",") if row["genes"] else [])
        for row in rows
    ]
    genes = Genes(reference.transcripts)
    write(track_windows.place(pairs, genes, reference.genome, rules(settings, name, model)), output)


def together(shards: int, reference: Reference, placements: Sequence[Path], output: Path) -> None:
    """tables.TRACK_PLACEMENTS of all patients: what has a window, each once, dealt to jobs."""
    found = {
        tuple(keys(placement).values()): placement
        for path in placements
        for placement in read(path, reference)
        if placement.start is not None
    }
    contigs = {name: number for number, name in enumerate(reference.genome.lengths)}
    ordered = sorted(found.items(), key=lambda pair: (contigs[pair[1].variant.chrom], pair[0][1:]))
    write(track_windows.dealt([placement for _, placement in ordered], shards), output)


def draw(settings: Settings, name: str, reference: Reference, model: Path, output: Path) -> None:
    """tables.TRACK_PLACEMENTS of the random changes of the background."""
    wanted = settings.regulation
    placed = background.draw(
        reference.transcripts,
        reference.genome,
        rules(settings, name, model),
        count=wanted.background_variants,
        flank=wanted.flank,
        seed=wanted.background_seed,
        shards=wanted.model(name).shards,
    )
    if len(placed) < wanted.background_variants:
        log.warning("%d of %d changes found whose window is known", len(placed), wanted.background_variants)
    write(placed, output)


def rules(settings: Settings, name: str, model: Path) -> Rules:
    """How the network's windows are laid."""
    own = settings.regulation.model(name)
    layout = track_model.read(model).layout
    return Rules(layout, own.centre, own.max_unknown_fraction, settings.regulation.max_variants)


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
    tables.write(tables.TRACK_PLACEMENTS, tables.from_rows(tables.TRACK_PLACEMENTS, rows), output)
    log.info(
        "%d windows, %d refused",
        len({(p.variant.chrom, p.start) for p in placed if p.start is not None}),
        sum(p.start is None for p in placed),
    )


def read(path: Path, reference: Reference) -> list[TrackPlacement]:
    """The placements of a table."""
    return [
        TrackPlacement(
            Variant(*(row[name] for name in tables.ALLELE)),
            reference.by_name.get((row["chrom"], row["gene"], row["transcript"])),
            *(row[name] for name in ("window", "start", "shard", "reason", "detail")),
        )
        for row in tables.read(tables.TRACK_PLACEMENTS, path).to_pylist()
    ]
