"""Scores of regulatory track models kept between runs, as :mod:`landfall.splicing.score_cache` keeps those of splice
models.

The numbers of a change depend on the network, its weights and what is read beside them, settings and code, which name a
folder of the cache, and on the bases of the window, the change in it and where the gene starts there, which are the key
of a row.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landfall.config.fields import plain
from landfall.config.regulation import TrackModelSettings
from landfall.genome.sequence import Genome
from landfall.io import digests
from landfall.io.digests import sha256
from landfall.models.runtime import record
from landfall.models.runtime.score_cache import ParquetCache, Row, digest
from landfall.regulation.availability import spec_of, track_files
from landfall.regulation.network import Known
from landfall.regulation.scoring import change_of, keys
from landfall.regulation.tables import STORED_TRACKS, TRACKS
from landfall.regulation.windows import TrackPlacement


class TrackScoreCache(ParquetCache):
    """The numbers of one network with its files, settings and code."""

    def __init__(self, root: Path, settings: TrackModelSettings, known: Known, device: str) -> None:
        spec = spec_of(settings)
        self.length, self.stranded = known.layout.length, spec.stranded
        named = ("weights", "targets")  # their content counts
        effective = {k: v for k, v in plain(settings, ("ranking",)).items() if k not in named}
        files = {path.name: sha256(path) for path in track_files(settings)}
        identity = digests.digest_of([effective, spec.facts, known.sha256, files, record.model_code(spec)])
        super().__init__(STORED_TRACKS, root / settings.name / identity[:16], device)

    def key(self, genome: Genome, placement: TrackPlacement) -> str:
        """What the numbers of a change depend on, beside what names the folder."""
        start, variant = placement.start, placement.variant
        assert start is not None
        change = change_of(variant, start)
        sequence = genome.fetch(variant.chrom, start, start + self.length + max(0, -change.shift))
        return digest([sequence, change.start, change.end, change.alt, self._gene(placement, start)])

    def _gene(self, placement: TrackPlacement, start: int) -> Any:
        """The exons of the gene, or its start, on which its change depends, from the window's start."""
        if placement.transcript is None or not self.stranded:
            return None if placement.tss is None else placement.tss - start
        exons = [(first - start, end - start) for first, end in placement.transcript.exons]
        return [placement.transcript.strand, exons]


def restored(row: Row, placement: TrackPlacement) -> Row:
    """The row of tables.TRACKS that a row of the score cache stands for, of the given placement."""
    return {name: row[name] for name in TRACKS.names} | keys(placement)
