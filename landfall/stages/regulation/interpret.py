"""Interpretation of the leading variants by one regulatory track model."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from landfall.genome.tables import candidate_of
from landfall.io import parquet
from landfall.io.text import read_json
from landfall.models.runtime import device as runtime_device
from landfall.regulation import network, windows
from landfall.regulation.interpret import Row, TrackInterpreter
from landfall.regulation.rows import StrongestTrackRow
from landfall.regulation.scoring import keys
from landfall.regulation.tables import REGULATION, REGULATORY
from landfall.stages.job import Job, OnReference
from landfall.stages.regulation.gather import EXPLAINED, Outputs

log = logging.getLogger(__name__)


SECTIONS = (
    "regulation.models.{track_model}",
    "regulation.attention",
    "regulation.attribution",
    "regulation.ism_flank",
)


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``model``: the description of the network; tables.TRACK_PLACEMENTS of the patient, tables.REGULATORY,
    tables.REGULATION and the groups of tissues.
    """

    weights: tuple[Path, ...]
    model: Path
    placements: Path
    regulatory: Path
    regulation: Path
    tissues: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    name, settings = job.wildcards["track_model"], job.settings.regulation
    own = settings.model(name)
    device = runtime_device.choose_device(own.device, job.threads)
    starts = {
        tuple(keys(placement).values()): placement.start
        for placement in windows.read(inputs.placements, inputs.reference)
    }
    strongest: dict[tuple[object, ...], list[StrongestTrackRow]] = {}
    for row in parquet.rows(REGULATION, parquet.read(REGULATION, inputs.regulation)):
        if row["model"] == name:
            strongest.setdefault(candidate_of(row), []).append(row)
    chosen = [
        variant
        for variant in parquet.rows(REGULATORY, parquet.read(REGULATORY, inputs.regulatory))
        if variant["explained"] and candidate_of(variant) in strongest
    ]
    rows: dict[str, list[Row]] = {table.name: [] for table in EXPLAINED.values()}
    if chosen:
        groups = read_json(inputs.tissues)["groups"]
        look = TrackInterpreter(network.load(own, device), inputs.reference.genome, own, settings, groups)
        for variant in chosen:
            candidate = candidate_of(variant)
            log.info("%s-%d-%s-%s in %s", *candidate[:5])
            start = starts[candidate]
            assert start is not None
            for table, found in look.explain(variant, start, strongest[candidate]):
                rows[table.name] += found
    where = runtime_device.describe_device(device)
    record = network.record(own, network.read(inputs.model), where, job.threads)
    for output, table in EXPLAINED.items():
        parquet.write(table, parquet.from_rows(table, rows[table.name]), getattr(outputs, output), record)
