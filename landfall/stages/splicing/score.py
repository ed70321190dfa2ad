"""Score one shard with one model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.config.fields import RECORDED, plain
from landfall.config.sections import ModelSettings
from landfall.genome.reference import Reference
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.models.registry import splice_model
from landfall.models.runtime import device as runtime_device
from landfall.models.runtime import record as runtime_record
from landfall.models.runtime.score_cache import work_in_words
from landfall.models.weights.integrity import check_weights
from landfall.splicing import score_rows
from landfall.splicing.score_cache import ScoreCache, restored, stored
from landfall.splicing.scoring import Row, score, splice_sites
from landfall.splicing.tables import PLACEMENTS, PROBABILITIES, SCORES, WINDOWS
from landfall.splicing.windows import Placement, Window
from landfall.stages.job import Job, OnReference

log = logging.getLogger(__name__)


SECTIONS = ("models.{model}",)
UNTRACKED = ("score_cache",)
"""Cached scores equal computed ones."""


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """tables.WINDOWS and tables.PLACEMENTS of all shards; ``weights``: the licence beside the weights."""

    windows: Path
    placements: Path
    weights: Path


@dataclass(frozen=True)
class Outputs:
    """tables.SCORES and tables.PROBABILITIES of the shard."""

    scores: Path
    probabilities: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    score_shard(
        job.settings.model(job.wildcards["model"]),
        inputs.reference,
        inputs.windows,
        inputs.placements,
        inputs.weights.parent,
        int(job.wildcards["shard"]),
        job.threads,
        job.settings.score_cache,
        outputs.scores,
        outputs.probabilities,
    )


def score_shard(
    settings: ModelSettings,
    reference: Reference,
    windows_path: Path,
    placements_path: Path,
    weights_directory: Path,
    shard: int,
    threads: int,
    cache: Path | None,
    scores_path: Path,
    probabilities_path: Path,
) -> None:
    """Score one shard: tables.SCORES and, where something changes, tables.PROBABILITIES.

    cache: folder of the score cache, None for none.
    """
    spec = splice_model(settings.name)
    check_weights(spec.info, weights_directory)
    mine, placements = score_rows.read_shard(
        _windows_of(windows_path, shard),
        parquet.read(PLACEMENTS, placements_path),
        reference.by_name,
        shard,
    )
    device = runtime_device.choose_device(settings.device, threads)
    shard_of = Shard(settings, reference, mine, placements)
    here = runtime_device.describe_device(device)
    kept = ScoreCache(cache, spec, settings, here) if cache else None
    scores, probabilities = shard_of.score(lambda: spec.load(weights_directory, device), kept)
    record = runtime_record.model_record(
        spec, plain(settings, RECORDED), kept.computed_on if kept else here, threads, settings.batch
    )
    parquet.write(
        PROBABILITIES,
        parquet.from_rows(PROBABILITIES, probabilities),
        probabilities_path,
        record,
    )
    parquet.write(SCORES, parquet.from_rows(SCORES, scores), scores_path, record)


def _windows_of(path: Path, shard: int) -> pa.Table:
    """tables.WINDOWS of one shard; the sequences of the others are not kept."""
    parts = parquet.parts(WINDOWS, path)
    return pa.concat_tables(part.filter(pc.equal(part["shard"], shard)) for part in parts)


@dataclass(frozen=True)
class Shard:
    """The alleles of one job."""

    settings: ModelSettings
    reference: Reference
    windows: Sequence[Window]
    placements: Sequence[Placement]

    def score(self, load: Callable[[], Any], cache: ScoreCache | None) -> tuple[list[Row], list[Row]]:
        """Rows of tables.SCORES and of tables.PROBABILITIES; cached scores are read from the score cache.

        load: returns the model, called only if scores are missing.
        """
        keys = self.keys(cache) if cache else {}
        known = cache.read(list(keys.values())) if cache else {}
        left = [p for p in self.placements if keys.get(p) not in known]
        log.info(work_in_words(len(left), len(self.placements), cached=cache is not None))
        scores, probabilities = self.compute(load(), left) if left else ([], [])
        if cache:
            cache.add(_to_cache(keys, left, scores, probabilities))
        for placement in self.placements:
            if (row := known.get(keys.get(placement, ""))) is not None:
                again = restored(row, placement, self.settings.name)
                scores, probabilities = scores + again[0], probabilities + again[1]
        return scores, probabilities

    def keys(self, cache: ScoreCache) -> dict[Placement, str]:
        """The key of each allele in the score cache."""
        exons = splice_model(self.settings.name).kind == "exons"
        sites = {} if exons else splice_sites(self.reference.transcripts, self.genes)
        found = {}
        for placement in self.placements:
            assert placement.transcript is not None
            gene = placement.transcript.chrom, placement.transcript.gene
            found[placement] = cache.key(self.reference.genome, placement, sites.get(gene))
        return found

    @property
    def genes(self) -> set[str]:
        return {window.transcript.gene for window in self.windows}

    def compute(self, model: Any, placements: Sequence[Placement]) -> tuple[list[Row], list[Row]]:
        """The model's scores of the placements."""
        return score(model, self.windows, placements, self.settings, self.reference)


def _to_cache(
    keys: Mapping[Placement, str],
    placed: Iterable[Placement],
    scores: Iterable[Row],
    probabilities: Iterable[Row],
) -> Iterator[Row]:
    """Rows of tables.STORED for all computed scores; alleles without a score are not stored."""
    by_key: dict[tuple[object, ...], list[Row]] = {}
    for row in scores:
        by_key.setdefault(_name(row), []).append(row)
    arrays = {_name(row): row for row in probabilities}
    for placement in placed:
        assert placement.transcript is not None
        name = (*vars(placement.variant).values(), placement.transcript.gene, placement.transcript.transcript)
        rows = by_key.get(name, [])
        if rows and all(row["status"] == "scored" for row in rows):
            yield stored(keys[placement], rows, arrays.get(name))


def _name(row: Row) -> tuple[object, ...]:
    return tuple(row[column] for column in (*ALLELE, "gene", "transcript"))
