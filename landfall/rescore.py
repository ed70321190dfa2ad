"""Scores of given alleles computed anew, apart from any run: what ``verify`` and ``qualify`` hold against a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from landfall import annotation, ranking, scoring, windows
from landfall.genes import Transcript
from landfall.laying import Layer
from landfall.models import catalogue
from landfall.models.base import check_weights
from landfall.ranking import Key, Row
from landfall.settings import ModelSettings
from landfall.stages import score
from landfall.stages.common import Reference
from landfall.tables import ALLELE
from landfall.windows import Reach, Variant

TOLERANCE = 1e-4
"""Largest difference of a score: other batches, threads and devices round differently (docs/science.md)."""


@dataclass(frozen=True)
class Annotated(Reference):
    """The reference with its transcripts read from a GTF or GFF3, where no run has made a table of them."""

    mane: Path | None = None

    @cached_property
    def transcripts(self) -> list[Transcript]:
        return annotation.read_gtf(self.transcripts_table, self.genome.aliases, self.genome, self.mane)


def rescore(
    model: ModelSettings, reference: Reference, weights: Path, rows: Sequence[Row]
) -> dict[Key, dict[str, Any]]:
    """Columns ``<model>_<track>`` by allele, gene and transcript.

    rows: chrom, pos, ref, alt, gene and transcript of each. Raises WeightsError if the weights are missing or altered.
    """
    info = catalogue.MODELS[model.name]
    check_weights(info, weights)
    pairs = [(_variant(row), reference.by_name[row["chrom"], row["gene"], row["transcript"]]) for row in rows]
    reach = Reach(info.context, model.distance, model.max_unknown_fraction)
    made, placed = windows.place(
        pairs, reference.genome, reach, Layer(reference.genome, reference.transcripts).moved
    )
    held = [placement for placement in placed if placement.window is not None]
    device = scoring.choose_device(model.device, model.threads)
    loaded = catalogue.module(model.name).Ensemble(weights, device)
    if info.kind == "exons":
        return ranking.pivot(score.score_exons(loaded, made, held))
    return ranking.pivot(score.score_sites(loaded, made, held, model, reference)[0])


def _variant(row: Row) -> Variant:
    return Variant(*(row[name] for name in ALLELE))
