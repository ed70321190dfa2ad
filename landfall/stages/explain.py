"""Explain the leading variants by one network of tracks."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from landfall import scoring, tables, track_model
from landfall.settings import Settings
from landfall.stages import track_windows
from landfall.stages.common import Reference, read_json
from landfall.stages.regulation import EXPLAINED
from landfall.track_explanation import Look, Row
from landfall.track_scoring import keys

log = logging.getLogger(__name__)


def run(
    settings: Settings,
    name: str,
    reference: Reference,
    sources: Mapping[str, Path],
    threads: int,
    outputs: Mapping[str, Path],
) -> None:
    """The outputs of EXPLAINED; sources: model, placements, regulatory, regulation and tissues."""
    own = settings.regulation.model(name)
    device = scoring.choose_device(own.device, threads)
    starts = {
        tuple(keys(placement).values()): placement.start
        for placement in track_windows.read(sources["placements"], reference)
    }
    strongest: dict[tuple[object, ...], list[Row]] = {}
    for row in tables.read(tables.REGULATION, sources["regulation"]).to_pylist():
        if row["model"] == name:
            strongest.setdefault(tables.candidate_of(row), []).append(row)
    chosen = [
        row
        for row in tables.read(tables.REGULATORY, sources["regulatory"]).to_pylist()
        if row["explained"] and tables.candidate_of(row) in strongest
    ]
    rows: dict[str, list[Row]] = {table.name: [] for table in EXPLAINED.values()}
    if chosen:
        groups = read_json(sources["tissues"])["groups"]
        look = Look(track_model.load(own, device), reference.genome, own, settings.regulation, groups)
        for row in chosen:
            candidate = tables.candidate_of(row)
            log.info("%s-%d-%s-%s in %s", *candidate[:5])
            start = starts[candidate]
            assert start is not None
            for table, found in look.explain(row, start, strongest[candidate]):
                rows[table.name] += found
    record = track_model.record(own, track_model.read(sources["model"]), device, threads)
    for output, table in EXPLAINED.items():
        tables.write(table, tables.from_rows(table, rows[table.name]), outputs[output], record)
