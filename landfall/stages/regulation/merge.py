"""The tracks of a patient's variants by one network, compared with its background."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from landfall.config.regulation import TrackModelSettings
from landfall.genome.reference import Reference
from landfall.genome.tables import CANDIDATE
from landfall.io import parquet
from landfall.models.info import WeightsError
from landfall.regulation import background, network, summary, windows
from landfall.regulation.rows import StrongestTrackRow
from landfall.regulation.scoring import Row, keys
from landfall.regulation.tables import CLASSES, REGULATION, TARGETS, TRACKS
from landfall.splicing.tables import SCORES
from landfall.stages.job import Job, OnReference

SECTIONS = ("regulation.models.{track_model}",)


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``model``: the description of the network; tables.TARGETS; tables.TRACK_PLACEMENTS and tables.TRACKS of the
    patient; tables.TRACKS of the background; ``e_values``: published distributions.
    """

    model: Path
    targets: Path
    placements: Path
    tracks: Path
    background: Path
    e_values: Path | None


@dataclass(frozen=True)
class Outputs:
    """tables.SCORES, tables.REGULATION and tables.CLASSES of the patient."""

    scores: Path
    strongest: Path
    classes: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    own = job.settings.regulation.model(job.wildcards["track_model"])
    compare_with_background(own, inputs.reference, vars(inputs), vars(outputs))


def compare_with_background(
    settings: TrackModelSettings,
    reference: Reference,
    sources: Mapping[str, Path],
    outputs: Mapping[str, Path],
) -> None:
    """The strongest effects, the classes and their summary: outputs strongest, classes and scores.

    sources: model, targets, placements and tracks of the patient (tracks perhaps of others too) and background.
    """
    known, name = network.read(sources["model"]), settings.name
    published = network.published(settings, known.tracks)
    targets = parquet.read(TARGETS, sources["targets"]).to_pylist()
    record = parquet.metadata(sources["tracks"])
    try:
        held = background.from_tracks(parquet.read(TRACKS, sources["background"]))
    except ValueError as error:
        raise WeightsError(
            f"{name}: {sources['background']}: {error}; the job's log has the reason"
        ) from error
    strongest: list[StrongestTrackRow] = []
    classes: list[Row] = []
    scores: list[Row] = []
    placements = windows.read(sources["placements"], reference)
    mine = {tuple(keys(p).values()) for p in placements if p.start is not None}
    for part in parquet.parts(TRACKS, sources["tracks"]):
        for row in _of(part, mine).to_pylist():
            base = {**summary.candidate(row), "model": name}
            if row["status"] != "scored":
                scores.append(summary.refusal(base, row["reason"], row["detail"]))
                continue
            like = held[background.changes_length(row)]
            expected = summary.e_values(row, name, published) if published else None
            strongest += summary.strongest(row, name, targets, like, expected)
            classes += summary.class_rows(row, name, known.classes)
            scores += summary.score_rows(base, summary.summary(row, like, expected))
    refused = [p for p in placements if p.start is None]
    scores += [summary.refusal({**keys(p), "model": name}, p.reason, p.detail) for p in refused]
    rows = (("strongest", REGULATION, strongest), ("classes", CLASSES, classes))
    for kind, table, found in (*rows, ("scores", SCORES, scores)):
        parquet.write(table, parquet.from_rows(table, found), outputs[kind], record)


def _of(part: pa.Table, candidates: Collection[tuple[object, ...]]) -> pa.Table:
    """The rows of some variants and genes."""
    names = part.select(list(CANDIDATE)).to_pylist()
    return part.filter(pa.array([tuple(row.values()) in candidates for row in names], pa.bool_()))
