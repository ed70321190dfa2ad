"""All shards of a network of tracks, held against its background."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from landfall import background, regulation, tables, track_model
from landfall.models.base import WeightsError
from landfall.regulation_settings import TrackModelSettings
from landfall.stages import track_windows
from landfall.stages.common import Reference
from landfall.stages.merge import one_record
from landfall.track_scoring import Row, keys


def join(shards: Sequence[Path], output: Path) -> None:
    """tables.TRACKS of all shards. Raises ShardsDifferError if they do not rest on the same."""
    with tables.Sink(tables.TRACKS, output, one_record(shards)) as sink:
        for path in shards:
            for part in tables.parts(tables.TRACKS, path):
                sink.add_table(part)


def run(
    settings: TrackModelSettings,
    reference: Reference,
    sources: Mapping[str, Path],
    outputs: Mapping[str, Path],
) -> None:
    """The strongest changes, the classes and what sums them up: outputs strongest, classes and scores.

    sources: model, targets, placements (of the patient), tracks (of all patients) and background.
    """
    known, name = track_model.read(sources["model"]), settings.name
    published = track_model.published(settings, known.tracks)
    targets = tables.read(tables.TARGETS, sources["targets"]).to_pylist()
    record = tables.metadata(sources["tracks"])
    try:
        held = background.from_tracks(tables.read(tables.TRACKS, sources["background"]))
    except ValueError as error:
        raise WeightsError(f"{name}: {sources['background']}: {error}; see the job's log for why") from error
    strongest: list[Row] = []
    classes: list[Row] = []
    scores: list[Row] = []
    placements = track_windows.read(sources["placements"], reference)
    mine = {tuple(keys(p).values()) for p in placements if p.start is not None}
    for part in tables.parts(tables.TRACKS, sources["tracks"]):
        for row in _of(part, mine).to_pylist():
            base = {**regulation.candidate(row), "model": name}
            if row["status"] != "scored":
                scores.append(regulation.refusal(base, row["reason"], row["detail"]))
                continue
            like = held[background.changes_length(row)]
            expected = regulation.e_values(row, name, published) if published else None
            strongest += regulation.strongest(row, name, targets, like, expected)
            classes += regulation.class_rows(row, name, known.classes)
            scores += regulation.score_rows(base, regulation.summary(row, like, expected))
    refused = [p for p in placements if p.start is None]
    scores += [regulation.refusal({**keys(p), "model": name}, p.reason, p.detail) for p in refused]
    rows = (("strongest", tables.REGULATION, strongest), ("classes", tables.CLASSES, classes))
    for kind, table, found in (*rows, ("scores", tables.SCORES, scores)):
        tables.write(table, tables.from_rows(table, found), outputs[kind], record)


def _of(part: pa.Table, candidates: Collection[tuple[object, ...]]) -> pa.Table:
    """The rows of some variants and genes."""
    names = part.select(list(tables.CANDIDATE)).to_pylist()
    return part.filter(pa.array([tuple(row.values()) in candidates for row in names], pa.bool_()))
