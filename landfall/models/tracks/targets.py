"""What the tracks of the published networks measure: the official tables turned into assay, tissue and mark.

The parser of a model takes the table as its authors offer it and gives one
:class:`landfall.models.tracks.base.TrackTarget` for each track, in the order of the network's output. ``assay`` is
DNASE, ATAC, FAIRE, CHIP, CAGE or RNA; ``mark`` is the histone mark or the protein of a ChIP-seq, empty otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from landfall.models.info import WeightsError
from landfall.models.tracks.base import TrackTarget

HISTONE = re.compile(r"(H[1-4]|Histone)")
OPEN = {"dnase": "DNASE", "atac": "ATAC", "faire": "FAIRE"}
EXPRESSION = ("CAGE", "RNA")


def kind(target: TrackTarget) -> str:
    """Class of a track: accessibility, expression, histone mark, or transcription factor.

    The last holds every other protein whose binding was measured, cofactors and RNA polymerase among them.
    """
    if target.assay in OPEN.values():
        return "accessibility"
    if target.assay in EXPRESSION:
        return "expression"
    return "histone mark" if HISTONE.match(target.mark) else "transcription factor"


def fitting(found: list[TrackTarget], tracks: int, model: str, table: Path) -> list[TrackTarget]:
    """The targets, if there is one for each track of a network. Raises WeightsError otherwise."""
    if len(found) != tracks:
        raise WeightsError(
            f"{model}: {table}: expected {tracks} names, one for each profile of the network, found {len(found)}"
        )
    return found


def profile(number: int, identifier: str, tissue: str, mark: str, description: str) -> TrackTarget:
    """A track of chromatin: accessibility where the mark is such an assay, else the ChIP-seq of the mark."""
    opening = OPEN.get(re.split(r"[.-]", mark.lower())[0])
    return TrackTarget(
        number=number,
        identifier=identifier,
        assay=opening or "CHIP",
        tissue=tissue.replace("_", " "),
        mark="" if opening else mark,
        description=description,
    )


def lines(table: Path) -> Iterator[str]:
    """The lines of a table of tracks. Raises WeightsError if it cannot be read."""
    try:
        yield from table.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WeightsError(f"{table}: the table of tracks cannot be read: {error}") from error
