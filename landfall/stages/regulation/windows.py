"""The window that a network of tracks reads each variant in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from landfall.config.sections import Settings
from landfall.genome.reference import Reference
from landfall.genome.variant import allele_of
from landfall.io import parquet
from landfall.regulation import background, windows
from landfall.regulation.scoring import keys, write
from landfall.regulation.windows import Genes, read, rules
from landfall.variants.tables import VARIANTS

log = logging.getLogger(__name__)


def run(
    settings: Settings, name: str, reference: Reference, model: Path, variants: Path, output: Path
) -> None:
    """tables.TRACK_PLACEMENTS of a patient's variants, not dealt to jobs yet."""
    rows = parquet.read(VARIANTS, variants).to_pylist()
    pairs = [(allele_of(row), row["genes"].split(",") if row["genes"] else []) for row in rows]
    genes = Genes(reference.transcripts)
    write(windows.place(pairs, genes, reference.genome, rules(settings, name, model)), output)


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
    write(windows.assign_windows([placement for _, placement in ordered], shards), output)


def draw(settings: Settings, name: str, reference: Reference, model: Path, output: Path) -> None:
    """tables.TRACK_PLACEMENTS of the random changes of the background."""
    wanted = settings.regulation
    placed = background.draw(
        reference.transcripts,
        reference.genome,
        rules(settings, name, model),
        count=wanted.background.variants,
        flank=wanted.flank,
        seed=wanted.background.seed,
        shards=wanted.model(name).shards,
    )
    if len(placed) < wanted.background.variants:
        log.warning("%d of %d changes found whose window is known", len(placed), wanted.background.variants)
    write(placed, output)
