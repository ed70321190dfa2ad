"""What the tracks of the published networks measure: the official tables turned into assay, tissue and mark.

Every parser takes the table as its authors offer it and gives one :class:`landfall.models.tracks.Target` for each
track, in the order of the network's output. ``assay`` is DNASE, ATAC, FAIRE, CHIP, CAGE or RNA; ``mark`` is the histone
mark or the protein of a ChIP-seq, empty otherwise.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from landfall.models.base import WeightsError
from landfall.models.tracks import Target

HISTONE = re.compile(r"(H[1-4]|Histone)")
OPEN = {"dnase": "DNASE", "atac": "ATAC", "faire": "FAIRE"}
EXPRESSION = ("CAGE", "RNA")


def kind(target: Target) -> str:
    """Class of a track: accessibility, expression, histone mark, or transcription factor.

    The last holds every other protein whose binding was measured, cofactors and RNA polymerase among them.
    """
    if target.assay in OPEN.values():
        return "accessibility"
    if target.assay in EXPRESSION:
        return "expression"
    return "histone mark" if HISTONE.match(target.mark) else "transcription factor"


def sei(table: Path) -> list[Target]:
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


def deepsea(table: Path, tracks: int) -> list[Target]:
    """The profiles of DeepSEA (919) or Beluga (2,002) from ``deepsea_beluga_2002_features.tsv``.

    Beluga's first 919 profiles are DeepSEA's, in order; ``tracks`` says how many are wanted. Raises WeightsError if
    the table lacks a column or has fewer rows.
    """
    rows = list(csv.DictReader(_lines(table), delimiter="\t"))
    lacking = [name for name in ("Cell type", "Assay") if not rows or name not in rows[0]]
    if lacking or len(rows) < tracks:
        raise WeightsError(
            f"DeepSEA: {table}: expected the columns Cell type and Assay and at least {tracks} rows, "
            f"found {len(rows)} rows without {', '.join(lacking) or 'any column missing'}"
        )
    return [
        _target(number, row[""], row["Cell type"], row["Assay"], " | ".join(filter(None, row.values())))
        for number, row in enumerate(rows[:tracks])
    ]


def _target(number: int, identifier: str, tissue: str, mark: str, description: str) -> Target:
    opening = OPEN.get(re.split(r"[.-]", mark.lower())[0])
    return Target(
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
