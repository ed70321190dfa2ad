"""Explain the leading variants by one network of tracks."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from landfall.config.sections import Settings
from landfall.genome.reference import Reference
from landfall.genome.tables import candidate_of
from landfall.io import parquet
from landfall.io.text import read_json
from landfall.models.runtime import device as runtime_device
from landfall.regulation import network, windows
from landfall.regulation.interpret import Row, TrackInterpreter
from landfall.regulation.scoring import keys
from landfall.regulation.tables import REGULATION, REGULATORY
from landfall.stages.regulation.summarise import EXPLAINED

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
    device = runtime_device.choose_device(own.device, threads)
    starts = {
        tuple(keys(placement).values()): placement.start
        for placement in windows.read(sources["placements"], reference)
    }
    strongest: dict[tuple[object, ...], list[Row]] = {}
    for row in parquet.read(REGULATION, sources["regulation"]).to_pylist():
        if row["model"] == name:
            strongest.setdefault(candidate_of(row), []).append(row)
    chosen = [
        row
        for row in parquet.read(REGULATORY, sources["regulatory"]).to_pylist()
        if row["explained"] and candidate_of(row) in strongest
    ]
    rows: dict[str, list[Row]] = {table.name: [] for table in EXPLAINED.values()}
    if chosen:
        groups = read_json(sources["tissues"])["groups"]
        look = TrackInterpreter(network.load(own, device), reference.genome, own, settings.regulation, groups)
        for row in chosen:
            candidate = candidate_of(row)
            log.info("%s-%d-%s-%s in %s", *candidate[:5])
            start = starts[candidate]
            assert start is not None
            for table, found in look.explain(row, start, strongest[candidate]):
                rows[table.name] += found
    record = network.record(own, network.read(sources["model"]), device, threads)
    for output, table in EXPLAINED.items():
        parquet.write(table, parquet.from_rows(table, rows[table.name]), outputs[output], record)
