"""The files that the configuration names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from landfall.config.fields import Key, paths
from landfall.config.sections import Settings
from landfall.regulation import availability

CHECKED = ("fasta", "annotation", "mane", "vcf", "bed", "tracks", "obo", "missense")
"""Kinds of required files. An analysis that uses another kind is switched off without it."""


def of_kind(parsed: Settings, *kinds: str) -> Iterator[tuple[Key, Path]]:
    """The keys that name a file or folder of some kinds, and its path; an empty path belongs to a key already at fault.

    Of regulatory track models, only those that run.
    """
    off = {
        ("regulation", "models", number)
        for number, model in enumerate(parsed.regulation.models)
        if not availability.present(model)
    }
    for key, path, kind in paths(parsed):
        if kind in kinds and path != Path() and key[:3] not in off:
            yield key, path


def configured(parsed: Settings) -> list[tuple[Key, Path]]:
    """The required files."""
    return list(of_kind(parsed, *CHECKED))
