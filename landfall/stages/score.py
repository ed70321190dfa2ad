"""Score one shard with one model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from landfall import provenance, scoring, tables
from landfall.genes import Transcript
from landfall.models import catalogue, splice
from landfall.models.base import check_weights
from landfall.settings import ModelSettings
from landfall.stages.common import Reference


def run(
    settings: ModelSettings,
    reference: Reference,
    windows_path: Path,
    placements_path: Path,
    weights_directory: Path,
    shard: int,
    threads: int,
    scores_path: Path,
    probabilities_path: Path,
) -> None:
    """Score one shard: tables.SCORES and, where something changes, tables.PROBABILITIES."""
    info = catalogue.MODELS[settings.name]
    check_weights(info, weights_directory)
    mine, placements = scoring.read_shard(
        tables.read(tables.WINDOWS, windows_path),
        tables.read(tables.PLACEMENTS, placements_path),
        reference.by_name,
        shard,
    )
    device = scoring.choose_device(settings.device, threads)
    sites = splice_sites(reference.transcripts, {w.transcript.gene for w in mine})
    scores: list[dict[str, object]] = []
    probabilities: list[dict[str, object]] = []
    if mine:
        model = catalogue.module(settings.name).Ensemble(weights_directory, device)
        for scored in scoring.score_windows(model, mine, placements, settings.distance, settings.batch):
            transcript = scored.placement.transcript
            assert transcript is not None
            rows = scoring.score_rows(scored, settings.name, sites[transcript.chrom, transcript.gene])
            scores += rows
            if scoring.worth_keeping(rows, settings.keep_probabilities_above):
                probabilities.append(scoring.probability_row(scored, settings.name))
    record = provenance.model_record(info, asdict(settings), scoring.describe_device(device), threads)
    tables.write(
        tables.PROBABILITIES,
        tables.from_rows(tables.PROBABILITIES, probabilities),
        probabilities_path,
        record,
    )
    tables.write(tables.SCORES, tables.from_rows(tables.SCORES, scores), scores_path, record)


def splice_sites(transcripts: Iterable[Transcript], genes: set[str]) -> dict[tuple[str, str], splice.Sites]:
    """The annotated splice sites of the genes, all transcripts together, by (chrom, gene)."""
    members: dict[tuple[str, str], list[Transcript]] = {}
    for transcript in transcripts:
        if transcript.gene in genes:
            members.setdefault((transcript.chrom, transcript.gene), []).append(transcript)
    return {key: splice.annotated_sites(group) for key, group in members.items()}
