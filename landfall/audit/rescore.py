"""Scores of given alleles recomputed outside a run, which ``verify`` and ``qualify`` compare with a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from landfall.config.sections import ModelSettings
from landfall.genome.annotation import reader
from landfall.genome.reference import Reference
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Key, Row, allele_of
from landfall.models.registry import splice_model
from landfall.models.runtime import device as runtime_device
from landfall.models.weights.integrity import check_weights
from landfall.splicing import score_rows, scoring, windows
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.windows import Reach

TOLERANCE = 1e-4
"""Largest difference of a score: batches, threads and devices change rounding (docs/science.md)."""


@dataclass(frozen=True)
class Annotated(Reference):
    """The reference with its transcripts read from a GTF or GFF3 instead of a table of a run."""

    mane: Path | None = None

    @cached_property
    def transcripts(self) -> list[Transcript]:
        return reader.read_gtf(self.transcripts_table, self.genome.aliases, self.genome, self.mane)


def rescore(
    model: ModelSettings, reference: Reference, weights: Path, rows: Sequence[Row]
) -> dict[Key, dict[str, Any]]:
    """Columns ``<model>_<track>`` by allele, gene and transcript.

    rows: chrom, pos, ref, alt, gene and transcript of each. Raises WeightsError if the weights are missing or altered.
    """
    spec = splice_model(model.name)
    check_weights(spec.info, weights)
    pairs = [
        (allele_of(row), reference.by_name[row["chrom"], row["gene"], row["transcript"]]) for row in rows
    ]
    reach = Reach(spec.context, model.distance, model.max_unknown_fraction)
    made, placed = windows.place(
        pairs, reference.genome, reach, SiteAlignment(reference.genome, reference.transcripts).moved
    )
    held = [placement for placement in placed if placement.window is not None]
    device = runtime_device.choose_device(model.device, model.threads)
    loaded = spec.load(weights, device)
    return score_rows.pivot(scoring.score(loaded, made, held, model, reference)[0])
