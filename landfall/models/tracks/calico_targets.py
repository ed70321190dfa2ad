"""The tables of tracks that Basenji2, Enformer and Borzoi came with: ``targets_human.txt``, a line a track.

A description is ``CAGE:heart, adult, donor1``, ``DNASE:heart male adult (34 years)``, ``CHIP:H3K27ac:heart`` or
``RNA:heart``. Enformer's and Basenji2's tracks have no strand; Borzoi's of CAGE and RNA come in pairs, whose
identifiers end in + and -. Borzoi's data were squashed before training, by the numbers of the table.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from landfall.models.info import WeightsError
from landfall.models.tracks.base import Squash, TrackTarget

ASSAYS = {"RNA3": "RNA"}
"""How an assay is called here where the tables call it something else (single-cell RNA counted at its 3' end)."""
COLUMNS = ("identifier", "description")
SQUASHED = ("scale", "sum_stat")
"""Further columns of a table of squashed tracks."""


def read_calico(path: Path, published: bool = False) -> tuple[TrackTarget, ...]:
    """The tracks of a table in the order of the network's output.

    published: squashed as in Borzoi's publication (power 3/4 and a scale), not as in baskerville since (square root).
    Raises WeightsError if there is no such table, a column is missing, or a track is no other's partner in return.
    """
    try:
        with path.open(newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (OSError, UnicodeDecodeError) as error:
        raise WeightsError(
            f"{path}: expected a table of tracks (targets_human.txt), found none: {error}"
        ) from error
    header = rows[0] if rows else {}
    wanted = (*COLUMNS, *(SQUASHED if "clip_soft" in header else ()))
    if missing := [name for name in wanted if name not in header]:
        raise WeightsError(
            f"{path}: expected a table of tracks with the columns {', '.join(wanted)}; not found: {', '.join(missing)}"
        )
    for number, row in enumerate(rows, start=2):
        if found := [name for name, value in row.items() if value is None]:
            raise WeightsError(
                f"{path}: line {number}: {len(header) - len(found)} columns, expected {len(header)}"
            )
    lines = {row.get("index") or row.get("") or str(number): number for number, row in enumerate(rows)}
    targets = tuple(_target(number, row, lines, published, path) for number, row in enumerate(rows))
    alone = [target.identifier for target in targets if targets[target.partner].partner != target.number]
    if alone:
        raise WeightsError(f"{path}: {', '.join(alone[:5])}: no other track's strand_pair names it in return")
    return targets


def _target(
    number: int, row: Mapping[str, str], lines: Mapping[str, int], published: bool, path: Path
) -> TrackTarget:
    description = row["description"].strip()
    assay, _, rest = description.partition(":")
    mark, _, tissue = rest.partition(":") if assay == "CHIP" and ":" in rest else ("", "", rest)
    pair = row.get("strand_pair")
    if pair is not None and pair not in lines:
        raise WeightsError(f"{path}: {row['identifier']}: strand_pair {pair} is not a line of the table")
    partner = number if pair is None else lines[pair]
    return TrackTarget(
        number=number,
        identifier=row["identifier"],
        assay=ASSAYS.get(assay, assay),
        tissue=tissue.strip(" ,"),
        mark=mark.strip("."),  # a dot where no antibody is given
        description=description,
        strand=row["identifier"][-1] if partner != number else "",
        partner=partner,
        squash=_squash(row, published, path),
    )


def _squash(row: Mapping[str, str], published: bool, path: Path) -> Squash | None:
    if "clip_soft" not in row:
        return None
    rooted = row["sum_stat"].endswith("_sqrt")
    try:
        clip, scale = float(row["clip_soft"]), float(row["scale"])
    except ValueError as error:
        raise WeightsError(
            f"{path}: {row['identifier']}: clip_soft and scale must be numbers: {error}"
        ) from error
    if published:
        return Squash(clip, power=4 / 3 if rooted else 1, offset=0, scale=scale)
    return Squash(clip, power=2 if rooted else 1, offset=1)
