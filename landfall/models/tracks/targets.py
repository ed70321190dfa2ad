"""What the tracks of the published networks measure: the official tables turned into assay, tissue and mark.

Every parser takes the table as its authors offer it and gives one :class:`landfall.models.tracks.base.TrackTarget`
for each track, in the order of the network's output. ``assay`` is DNASE, ATAC, FAIRE, CHIP, CAGE or RNA; ``mark`` is
the histone mark or the protein of a ChIP-seq, empty otherwise.
"""

from __future__ import annotations

import csv
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


def sei(table: Path) -> list[TrackTarget]:
    """The 21,907 profiles of Sei's ``target.names``: tissue | mark | source, separated by bars.

    The source is ``ID:`` and a number of the Cistrome database, ENCODE or Roadmap, some with the number of a
    replicate. Raises WeightsError naming a line of another form.
    """
    found = []
    for number, line in enumerate(_lines(table)):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 3:
            raise WeightsError(f"Sei: {table}:{number + 1}: expected tissue | mark | source, found {line!r}")
        identifier = cells[2].removeprefix("ID:") if len(cells) == 3 else " ".join(cells[2:])
        found.append(_target(number, identifier, cells[0], cells[1], line))
    return found


def deepsea(table: Path) -> list[TrackTarget]:
    """The 919 profiles of DeepSEA's ``predictor.names``, cell|assay|treatment, or kipoi's ``predictor_names.txt``.

    Kipoi writes underscores for bars; a cell whose own name has underscores is there untreated alone (``_None``).
    Raises WeightsError naming a line of another form.
    """
    found = []
    for number, line in enumerate(_lines(table)):
        untreated = line.endswith("_None")
        cells = line.split("|") if "|" in line else line.rsplit("_", 2) if untreated else line.split("_", 2)
        if len(cells) != 3:
            raise WeightsError(
                f"DeepSEA: {table}:{number + 1}: expected cell|assay|treatment, found {line!r}"
            )
        found.append(_target(number, str(number + 1), cells[0].strip(), cells[1], line))
    return found


def beluga(table: Path) -> list[TrackTarget]:
    """The 2,002 profiles of Beluga's ``deepsea_beluga_2002_features.tsv``; DeepSEA's 919 are others.

    Raises WeightsError if the table has no columns Cell type and Assay.
    """
    rows = list(csv.DictReader(_lines(table), delimiter="\t"))
    if not rows or not {"", "Cell type", "Assay"} <= rows[0].keys():
        found = ", ".join(map(repr, rows[0])) if rows else "no rows"
        raise WeightsError(
            f"Beluga: {table}: expected a first column of numbers, Cell type and Assay, found {found}"
        )
    return [
        _target(number, row[""], row["Cell type"], row["Assay"], " | ".join(filter(None, row.values())))
        for number, row in enumerate(rows)
    ]


def fitting(found: list[TrackTarget], tracks: int, model: str, table: Path) -> list[TrackTarget]:
    """The targets, once there is one for each track of a network. Raises WeightsError."""
    if len(found) != tracks:
        raise WeightsError(
            f"{model}: {table}: expected {tracks} names, one for each profile of the network, found {len(found)}"
        )
    return found


def _target(number: int, identifier: str, tissue: str, mark: str, description: str) -> TrackTarget:
    opening = OPEN.get(re.split(r"[.-]", mark.lower())[0])
    return TrackTarget(
        number=number,
        identifier=identifier,
        assay=opening or "CHIP",
        tissue=tissue.replace("_", " "),
        mark="" if opening else mark,
        description=description,
    )


def _lines(table: Path) -> Iterator[str]:
    try:
        yield from table.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WeightsError(f"{table}: the table of tracks cannot be read: {error}") from error
