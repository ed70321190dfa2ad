"""Summary of the scores of all tracks: the largest changes by assay and group of tissues.

Rows of tables.REGULATION, CLASSES, REGULATORY and SCORES; percentiles and z-scores are those of
:mod:`landfall.regulation.background`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa

from landfall.genome.tables import ALLELE, CANDIDATE, candidate_of
from landfall.models.registry import track_model
from landfall.models.tracks import e_values as track_e_values
from landfall.regulation.background import Background, Numbers
from landfall.regulation.rows import RegulatoryRow, StrongestTrackRow
from landfall.regulation.windows import TrackPlacement
from landfall.variants.filters.scoring import OUTSIDE_TRANSCRIPTS

Row = dict[str, Any]


def candidate(row: Mapping[str, Any]) -> Row:
    """The columns that name a variant and gene."""
    return {name: row[name] for name in CANDIDATE}


def e_values(row: Row, model: str, published: track_e_values.Background) -> Numbers:
    """(tracks,): E-values of one scored row of tables.TRACKS, by a network that has them."""
    magnitude = track_model(model).e_value_magnitude
    assert magnitude is not None
    change = track_e_values.EValueChange(
        *(np.asarray(row[name], dtype=np.float64) for name in ("log_odds", "sad"))
    )
    return published.e_values(magnitude(change))


def strongest(
    row: Row, model: str, targets: Sequence[Row], background: Background, expected: Numbers | None = None
) -> Iterator[StrongestTrackRow]:
    """Rows of tables.REGULATION for one scored row of tables.TRACKS: the largest |z| of each assay and tissue group.

    expected: (tracks,) E-values, None without tables of them.
    """
    significance = None if expected is None else track_e_values.functional_significance(expected)
    sad = np.asarray(row["sad"], dtype=np.float64)
    z, percentile = background.z(sad), background.percentile(sad)
    chosen: dict[tuple[str, str], int] = {}
    for number in np.argsort(-np.abs(z), kind="stable").tolist():
        chosen.setdefault((targets[number]["assay"], targets[number]["tissue_group"]), number)
    for number in chosen.values():
        target, ref = targets[number], float(row["signal_ref"][number])
        yield {
            "chrom": row["chrom"],
            "pos": row["pos"],
            "ref": row["ref"],
            "alt": row["alt"],
            "gene": row["gene"],
            "transcript": row["transcript"],
            "model": model,
            "assay": target["assay"],
            "tissue_group": target["tissue_group"],
            "tissue": target["tissue"],
            "mark": target["mark"],
            "track": number,
            "target": target["identifier"],
            "signal_ref": ref,
            "signal_alt": ref + float(sad[number]),
            "sad": float(sad[number]),
            "logsad": float(row["logsad"][number]),
            "local_log2": float(row["local_log2"][number]),
            "gene_log2": at(row["gene_log2"], number),
            "percentile": float(percentile[number]),
            "z": float(z[number]),
            "log_odds": at(row["log_odds"], number),
            "e_value": at(expected, number),
            "functional_significance": significance,
        }


def at(values: Sequence[float] | Numbers | None, number: int) -> float | None:
    """The number of one track; None where there is none."""
    return None if values is None or np.isnan(values[number]) else float(values[number])


def class_rows(row: Row, model: str, classes: Sequence[str]) -> list[Row]:
    """Rows of tables.CLASSES, those that change most first; none for a network without classes."""
    if row.get("class_ref") is None:
        return []
    pairs = zip(classes, row["class_ref"], row["class_alt"], strict=True)
    rows = [
        {
            **candidate(row),
            "model": model,
            "class": name,
            "score_ref": ref,
            "score_alt": alt,
            "change": alt - ref,
        }
        for name, ref, alt in pairs
    ]
    return sorted(rows, key=lambda found: -abs(found["change"]))


def summary(row: Row, background: Background, expected: Numbers | None = None) -> dict[str, float]:
    """Summary values of one scored row of tables.TRACKS, by the name of their track; expected: E-values."""
    z = background.z(np.asarray(row["sad"], dtype=np.float64))
    largest = int(np.abs(z).argmax())
    found = {
        "z_max": float(abs(z[largest])),
        "z_max_percentile": background.percentile_of_largest(float(abs(z[largest]))),
        "z_max_track": float(largest),
        "background": float(len(background.sad)),
    }
    if expected is not None:
        found["functional_significance"] = track_e_values.functional_significance(expected)
    if row["class_ref"] is not None:
        change = np.asarray(row["class_alt"]) - np.asarray(row["class_ref"])
        found["class_change_max"] = float(np.abs(change).max())
    return found


def score_rows(base: Row, numbers: Mapping[str, float]) -> list[Row]:
    """A row of tables.SCORES for each number."""
    state = {"status": "scored", "reason": "", "detail": ""}
    return [{**base, "track": name, "value": value, **state} for name, value in numbers.items()]


def refusal(base: Row, reason: str, detail: str) -> Row:
    """A row of tables.SCORES of what was not scored."""
    state = {"status": "not_scored", "reason": reason, "detail": detail}
    return {**base, "track": "all", "value": None, **state}


def ordered(
    placements: Mapping[tuple[Any, ...], TrackPlacement],
    networks: Iterable[tuple[pa.Table, pa.Table]],
    top: int,
) -> list[RegulatoryRow]:
    """Rows of tables.REGULATORY: each variant and gene by the model with the largest change.

    placements: by the columns of tables.CANDIDATE; networks: tables.SCORES and tables.REGULATION of each; top: variants
    explained, each in the gene it comes first with.
    """
    best = {key: _named(placement) for key, placement in placements.items()}
    for scores, strongest in networks:
        largest = {
            key: max(rows, key=lambda r: abs(r["z"])) for key, rows in _by_candidate(strongest).items()
        }
        for key, numbers in _by_candidate(scores).items():
            found = _account(numbers, largest.get(key))
            read = best[key]["networks"] + (found["status"] == "scored")
            if "status" not in best[key] or _order(found) < _order(best[key]):
                best[key] |= found
            best[key]["networks"] = read
    rows = sorted(
        ({**dict(zip(CANDIDATE, key, strict=True)), **row} for key, row in best.items()),
        key=lambda row: (*_order(row), row["chrom"], row["pos"], row["ref"], row["alt"], row["gene"]),
    )
    chosen = _first(rows, top)
    ranked = ({**row, "rank": n, "explained": n in chosen} for n, row in enumerate(rows, 1))
    return [cast("RegulatoryRow", row) for row in ranked]


def _named(placement: TrackPlacement) -> Row:
    """The columns of tables.REGULATORY that a variant's place gives."""
    strand = placement.transcript.strand if placement.transcript else ""
    return {"strand": strand, "tss": placement.tss, "networks": 0}


def _by_candidate(table: pa.Table) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in table.to_pylist():
        found.setdefault(candidate_of(row), []).append(row)
    return found


TRACK = ("target", "assay", "tissue")
"""What names the track that changes most."""


def _account(rows: Sequence[Row], largest: Row | None) -> Row:
    """The columns of tables.REGULATORY that one network's scores give; largest: its row of tables.REGULATION."""
    values = {row["track"]: row["value"] for row in rows}
    state = {name: rows[0][name] for name in ("status", "reason", "detail")}
    if largest is None:
        return {**dict.fromkeys(("model", "z", "z_percentile", "background", *TRACK)), **state}
    return {
        "model": rows[0]["model"],
        "z": values["z_max"],
        "z_percentile": values["z_max_percentile"],
        "background": int(values["background"]),
        **{name: largest[name] for name in TRACK},
        **state,
    }


def _order(row: Row) -> tuple[bool, float, float]:
    """Scored ones first, those that change most before the others."""
    return row["z"] is None, -(row["z_percentile"] or 0.0), -(row["z"] or 0.0)


def _first(rows: Sequence[Row], top: int) -> set[int]:
    """Numbers (from 1) of the first row of each of the first ``top`` scored variants."""
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows, 1):
        if row["status"] == "scored":
            seen.setdefault(tuple(row[name] for name in ALLELE), number)
    return set(list(seen.values())[:top])


NOTABLE, ENOUGH = 0.95, 50
"""A percentile from which a change is called unusual, and the background variants that this needs. By convention."""
OUTSIDE = OUTSIDE_TRANSCRIPTS.name
"""Why a splice model did not score an allele that no transcript of the gene holds."""


def notable(percentile: float, background: int) -> bool:
    """Whether a largest change is unusual among enough background variants."""
    return percentile >= NOTABLE and background >= ENOUGH


def leading(
    strongest: Sequence[StrongestTrackRow], groups: Collection[str], most: int
) -> list[StrongestTrackRow]:
    """The ``most`` largest changes, but up to half of them of the patient's groups of tissues.

    strongest: rows of tables.REGULATION, the largest change first.
    """
    mine = [n for n, row in enumerate(strongest) if row["tissue_group"] in groups][: most // 2]
    others = [n for n in range(len(strongest)) if n not in mine][: most - len(mine)]
    return [strongest[n] for n in sorted([*mine, *others])]


class Largest(NamedTuple):
    """The largest change of a variant over all tracks: its model, its z, and the part of the random
    changes (``background`` of them) whose largest change is smaller.
    """

    model: str
    z: float
    percentile: float
    background: int


def largest(row: RegulatoryRow) -> Largest:
    """Of a scored row. Raises ValueError for one that no network scored."""
    model, z, percentile, background = row["model"], row["z"], row["z_percentile"], row["background"]
    if model is None or z is None or percentile is None or background is None:
        raise ValueError(f"row {row['rank']} of the regulatory table is not scored")
    return Largest(model, z, percentile, background)
