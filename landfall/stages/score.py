"""Score one shard with one model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from landfall import provenance, scoring, tables
from landfall.genes import Transcript
from landfall.models import catalogue, splice
from landfall.models.base import ExonModel, check_weights
from landfall.settings import ModelSettings
from landfall.stages.common import Reference
from landfall.windows import Placement, Window

if TYPE_CHECKING:
    from landfall.models.spliceai import Ensemble

Row = dict[str, object]


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
    scores: list[Row] = []
    probabilities: list[Row] = []
    if mine:
        model = catalogue.module(settings.name).Ensemble(weights_directory, device)
        if info.kind == "exons":
            scores = score_exons(model, mine, placements)
        else:
            scores, probabilities = score_sites(model, mine, placements, settings, reference)
    record = provenance.model_record(info, asdict(settings), scoring.describe_device(device), threads)
    tables.write(
        tables.PROBABILITIES,
        tables.from_rows(tables.PROBABILITIES, probabilities),
        probabilities_path,
        record,
    )
    tables.write(tables.SCORES, tables.from_rows(tables.SCORES, scores), scores_path, record)


def score_exons(model: ExonModel, windows: Sequence[Window], placements: Sequence[Placement]) -> list[Row]:
    """Rows of tables.SCORES by a model of exons."""
    held = {window.number: window for window in windows}
    rows: list[Row] = []
    for placement in placements:
        assert placement.window is not None
        rows += scoring.exon_rows(model, held[placement.window], placement)
    return rows


def score_sites(
    model: Ensemble,
    windows: Sequence[Window],
    placements: Sequence[Placement],
    settings: ModelSettings,
    reference: Reference,
) -> tuple[list[Row], list[Row]]:
    """Rows of tables.SCORES and of tables.PROBABILITIES by a network of splice sites."""
    from landfall.models.spread import EachNetwork

    sites = splice_sites(reference.transcripts, {window.transcript.gene for window in windows})
    scores: list[Row] = []
    probabilities: list[Row] = []
    each = EachNetwork(model)
    for scored in scoring.score_windows(each, windows, placements, settings.distance, settings.batch):
        transcript = scored.placement.transcript
        assert transcript is not None
        rows = scoring.score_rows(scored, settings.name, sites[transcript.chrom, transcript.gene])
        scores += rows
        if scoring.worth_keeping(rows, settings.keep_probabilities_above):
            probabilities.append(scoring.probability_row(scored, settings.name))
    return scores, probabilities


def splice_sites(transcripts: Iterable[Transcript], genes: set[str]) -> dict[tuple[str, str], splice.Sites]:
    """The annotated splice sites of the genes, all transcripts together, by (chrom, gene)."""
    members: dict[tuple[str, str], list[Transcript]] = {}
    for transcript in transcripts:
        if transcript.gene in genes:
            members.setdefault((transcript.chrom, transcript.gene), []).append(transcript)
    return {key: splice.annotated_sites(group) for key, group in members.items()}
