"""A regulatory track model that may be used: its weights verified, loaded, and recorded for the jobs that follow.

The first job of a network checks the weights and loads them once, so that a wrong file ends the run before any other
work; the stages that place windows and summarise need no torch.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from landfall.config.fields import RECORDED, plain
from landfall.config.regulation import TrackModelSettings
from landfall.models.info import WeightsError
from landfall.models.runtime import record as runtime_record
from landfall.models.tracks import e_values, targets, tissue_groups
from landfall.models.tracks.base import Layout, TrackModel, TrackTarget
from landfall.models.weights import integrity
from landfall.regulation.availability import e_values_off, info_of, spec_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What a checked network is: SHA-256 of its weights, its layout, its number of tracks and its classes if any."""

    sha256: str
    layout: Layout
    tracks: int
    classes: tuple[str, ...] = ()


def load(settings: TrackModelSettings, device: str) -> TrackModel:
    """The network from its weights. Raises WeightsError, naming the network, if they are not what they should be."""
    spec, title = spec_of(settings), info_of(settings).title
    try:
        loaded = spec.load(settings.weights, device, targets=settings.targets, dtype=settings.dtype)
    except WeightsError as error:
        words = str(error)
        raise WeightsError(words if words.startswith(title) else f"{title}: {words}") from error
    if loaded.info.name != settings.name:
        raise WeightsError(
            f"{settings.weights} holds the weights of {loaded.info.title}, expected {info_of(settings).title}"
        )
    return loaded


def checked(settings: TrackModelSettings) -> tuple[Known, TrackModel]:
    """The network, its weights verified. Raises WeightsError."""
    digest = integrity.check(info_of(settings), settings.weights, settings.sha256)
    model = load(settings, "cpu")
    zeros = model.layout.encode("N" * model.layout.length)
    tracks = len(model.targets) or model.read(zeros, [])[0].shape[1]
    published(settings, tracks)
    classes = tuple(getattr(model, "classes", ()))
    return Known(digest, model.layout, tracks, classes), model


def published(settings: TrackModelSettings, tracks: int) -> e_values.Background | None:
    """What E-values are read from; None where they are switched off. Raises WeightsError if it does not fit."""
    if settings.e_values is None or e_values_off(settings):
        return None
    return e_values.load_background(settings.e_values, tracks)


def write(known: Known) -> str:
    """As JSON text."""
    return json.dumps(asdict(known), indent=2, sort_keys=True) + "\n"


def read(path: Path) -> Known:
    """The network that :func:`write` described in a file."""
    found = json.loads(path.read_text())
    return Known(found["sha256"], Layout(**found["layout"]), found["tracks"], tuple(found.get("classes", ())))


def record(settings: TrackModelSettings, known: Known, device: str, threads: int) -> dict[str, Any]:
    """What a number of the network rests on, for provenance; device: in words."""
    found = runtime_record.model_record(
        spec_of(settings),
        plain(settings, RECORDED),
        device,
        threads,
        settings.batch,
    )
    precision = found["precision"] if settings.dtype == "float32" else settings.dtype
    return found | {"weights": {settings.weights.name: known.sha256}, "precision": precision}


def target_row(target: TrackTarget, number: int) -> Row:
    """A row of tables.TARGETS; ``assay`` is the histone mark by name, expression by its assay, else the kind."""
    kind = targets.kind(target)
    named = {"histone mark": target.mark, "expression": target.assay}
    return {
        "number": number,
        "identifier": target.identifier,
        "assay": named.get(kind, kind),
        "tissue": target.tissue,
        "tissue_group": tissue_groups.group(target.tissue),
        "mark": target.mark,
        "strand": target.strand,
        "description": target.description,
    }


def unnamed(number: int) -> Row:
    """A row of tables.TARGETS of a track that no table describes."""
    empty = dict.fromkeys(("assay", "tissue", "mark", "strand", "description"), "")
    return {"number": number, "identifier": str(number), "tissue_group": "other", **empty}
