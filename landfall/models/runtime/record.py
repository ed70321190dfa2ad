"""The record of a model's run for provenance, and the digest of its code."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from typing import Any

from landfall.io.digests import code_digest
from landfall.models.spec import ModelSpec


def model_record(
    spec: ModelSpec, settings: Mapping[str, Any], device: str, threads: int, batch: int
) -> dict[str, Any]:
    """What a score rests on: the model, its weights, the settings and where it ran.

    settings: those that change a result (fields.RECORDED). device, threads, batch: what the job computed with.
    """
    info = spec.info
    return {
        "model": info.name,
        "title": info.title,
        "version": info.version,
        "citation": info.citation,
        "licence": {
            "name": info.licence.name,
            "url": info.licence.url,
            "commercial": info.licence.commercial,
            "note": info.licence.note,
        },
        "weights": {weight.name: weight.sha256 for weight in info.weights},
        "settings": dict(settings),
        "precision": "float32, TF32 off",
        "device": device,
        "threads": threads,
        "batch": batch,
        "torch": importlib.metadata.version("torch"),
        "code": model_code(spec),
    }


def model_code(spec: ModelSpec) -> str:
    """Digest of the code that a model's scores rest on; of no declaration (:mod:`landfall.models.registry`)."""
    return code_digest(spec.scoring, spec.module)
