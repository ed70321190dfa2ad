"""The window of each variant of a sample."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landfall.config.sections import ModelSettings
from landfall.genome.reference import Reference
from landfall.genome.transcripts import GeneIndex
from landfall.io import parquet
from landfall.models.registry import splice_model
from landfall.splicing import score_rows, windows
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.tables import PLACEMENTS, WINDOWS
from landfall.splicing.windows import Pair, Reach, pairs
from landfall.stages.job import Job, OnReference

log = logging.getLogger(__name__)


SECTIONS = ("models.{model}", "models.{model}.shards")


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``variants``: tables.VARIANTS of the sample."""

    variants: Path


@dataclass(frozen=True)
class Outputs:
    """tables.WINDOWS and tables.PLACEMENTS."""

    windows: Path
    placements: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    model = job.settings.model(job.wildcards["model"])
    place_windows(model, inputs.reference, [inputs.variants], outputs.windows, outputs.placements)


def place_windows(
    model: ModelSettings,
    reference: Reference,
    variants: Sequence[Path],
    windows_path: Path,
    placements_path: Path,
) -> None:
    """The window of each variant, or the reason why there is none. variants: of one or more samples, a
    variant of several of them placed once.
    """
    reach = Reach(splice_model(model.name).context, model.distance, model.max_unknown_fraction)
    index = GeneIndex(reference.transcripts)
    wanted = {pair: None for path in variants for pair in pairs(path, index)}
    contigs = {name: number for number, name in enumerate(reference.genome.lengths)}
    made, placements = windows.place(
        sorted(wanted, key=lambda pair: _order(pair, contigs)),
        reference.genome,
        reach,
        SiteAlignment(reference.genome, reference.transcripts).moved,
    )
    made = windows.assign_shards(made, placements, reach, model.shards)
    parquet.write(WINDOWS, score_rows.windows_table(made), windows_path)
    parquet.write(PLACEMENTS, score_rows.placements_table(placements, made), placements_path)
    log.info(
        "%d windows for %d placements of %d samples, %d without a window",
        len(made),
        len(placements),
        len(variants),
        sum(p.window is None for p in placements),
    )


def _order(pair: Pair, contigs: dict[str, int]) -> tuple[object, ...]:
    variant, transcript = pair
    name = (transcript.gene, transcript.transcript) if transcript else ("", "")
    return contigs[variant.chrom], variant.pos, variant.ref, variant.alt, name
