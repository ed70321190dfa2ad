"""Cache of scores between runs, so that each allele is scored once: key ``score_cache``.

A score depends only on the model, its weights, settings and code, and on the sequence and the annotated exons around
the allele. The first four name a folder of the cache; the SHA-256 of the others is the key of a row, so that an allele
whose surroundings a new reference or annotation changes has another row. Every job writes its own file atomically, and
files are never rewritten: several runs may share a cache, also on a network file system, and a killed run leaves it
intact.

A stored score was computed in another batch and may differ from a new one by float32 rounding (docs/science.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from landfall.config.fields import plain
from landfall.config.sections import ModelSettings
from landfall.genome.sequence import Genome
from landfall.genome.tables import ALLELE
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.io import digests
from landfall.models.runtime import record
from landfall.models.runtime.score_cache import ParquetCache, Row, digest
from landfall.models.spec import SpliceModelSpec
from landfall.models.splice.delta_scores import Sites
from landfall.splicing import score_rows
from landfall.splicing.outcome_window import distance_needed
from landfall.splicing.tables import STORED
from landfall.splicing.windows import Placement, Reach, window_sequence

ARRAYS = ("ref_acceptor", "ref_donor", "alt_acceptor", "alt_donor")


class ScoreCache(ParquetCache):
    """The scores of one model with its weights, settings and code."""

    def __init__(self, root: Path, spec: SpliceModelSpec, settings: ModelSettings, device: str) -> None:
        self.reach = Reach(spec.context, settings.distance, settings.max_unknown_fraction)
        self.model = spec.name
        self.widens = spec.kind == "sites"
        effective = plain(settings, ("ranking",))
        identity = digests.digest_of([effective, spec.facts, record.model_code(spec)])
        super().__init__(STORED, root / spec.name / identity[:16], device)

    def key(self, genome: Genome, placement: Placement, sites: Sites | None) -> str:
        """Key of an allele's score within the folder. sites: annotated sites of its gene.

        The surroundings are those of the widest window in which it may be scored.
        """
        variant, transcript = placement.variant, placement.transcript
        assert transcript is not None
        flank = self.reach.context + self._distance(variant, transcript)
        first, last = variant.start - flank, variant.start + len(variant.ref) + flank
        sequence = window_sequence(genome, transcript, first, last, self.reach.masked)
        exons = _near(transcript, variant, flank)
        known = None if sites is None else _relative(sites, variant, self.reach.distance)
        parts = [transcript.strand, variant.ref, variant.alt, sequence, exons, known, placement.moved]
        return digest(parts)

    def _distance(self, variant: Variant, transcript: Transcript) -> int:
        """Bases on either side that are scored, in the outcomes' window if the allele may need it."""
        return (
            distance_needed(variant, transcript, self.reach.distance) if self.widens else self.reach.distance
        )


def _near(transcript: Transcript, variant: Variant, flank: int) -> list[list[int]]:
    """Exons within reach, relative to the allele's first base and truncated to the reach."""
    low, high = variant.start - flank, variant.end + flank
    relative = (
        [max(start, low) - variant.start, min(end, high) - variant.start]
        for start, end in transcript.exons
        if start < high and end > low
    )
    return list(relative)


def _relative(sites: Sites, variant: Variant, distance: int) -> list[list[int]]:
    """Annotated sites used by the mask of an allele, relative to its first base."""
    low, high = variant.start - distance - 1, variant.end + distance + 1
    return [
        [s - variant.start for s in sorted(kind) if low <= s <= high]
        for kind in (sites.acceptors, sites.donors)
    ]


def stored(key: str, scores: Sequence[Mapping[str, Any]], probabilities: Mapping[str, Any] | None) -> Row:
    """A row of tables.STORED from the rows of SCORES and of PROBABILITIES of one allele in one gene."""
    first = scores[0]
    row = {name: first[name] for name in (*ALLELE, "gene", "transcript")}
    row |= {"key": key, "tracks": [s["track"] for s in scores], "values": [s["value"] for s in scores]}
    if probabilities is not None:
        start = probabilities["start"] - (first["pos"] - 1)
        row |= {"first": start, **{name: np.asarray(probabilities[name]).tolist() for name in ARRAYS}}
    return row


def restored(row: Row, placement: Placement, model: str) -> tuple[list[Row], list[Row]]:
    """The rows of SCORES and of PROBABILITIES of a stored row, for the given allele."""
    variant, transcript = placement.variant, placement.transcript
    assert transcript is not None
    base = {**vars(variant), "gene": transcript.gene, "transcript": transcript.transcript, "model": model}
    scores = score_rows.track_rows(base, dict(zip(row["tracks"], row["values"], strict=True)))
    if row["first"] is None:
        return scores, []
    arrays = {name: row[name] for name in ARRAYS}
    return scores, [{**base, "start": variant.start + row["first"], **arrays}]
