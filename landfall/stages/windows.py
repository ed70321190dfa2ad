"""The sequence each variant is read in."""

from __future__ import annotations

import logging
from pathlib import Path

from landfall import scoring, tables, windows
from landfall.genes import GeneIndex, Transcript
from landfall.models import catalogue
from landfall.settings import ModelSettings
from landfall.stages.common import Reference
from landfall.windows import Reach, Variant

log = logging.getLogger(__name__)


def run(
    model: ModelSettings, reference: Reference, variants: Path, windows_path: Path, placements_path: Path
) -> None:
    """The sequence each variant is read in, or the reason why there is none."""
    reach = Reach(catalogue.MODELS[model.name].context, model.distance, model.max_unknown_fraction)
    index = GeneIndex(reference.transcripts)
    pairs: list[tuple[Variant, Transcript | None]] = []
    for row in tables.read(tables.VARIANTS, variants).to_pylist():
        variant = Variant(*(row[name] for name in tables.ALLELE))
        genes = row["genes"].split(",") if row["genes"] else []
        chosen = windows.choose_transcripts(
            variant, genes, lambda v: index.overlapping(v.chrom, v.start, v.end)
        )
        pairs += [(variant, transcript) for transcript in chosen] or [(variant, None)]
    made, placements = windows.place(pairs, reference.genome, reach)
    made = windows.assign_shards(made, placements, reach, model.shards)
    tables.write(tables.WINDOWS, scoring.windows_table(made), windows_path)
    tables.write(tables.PLACEMENTS, scoring.placements_table(placements, made), placements_path)
    log.info(
        "%d windows for %d placements, %d refused",
        len(made),
        len(placements),
        sum(p.window is None for p in placements),
    )
