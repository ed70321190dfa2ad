"""What earlier runs left and this one reads, the store of scores and an earlier result, looked at before any work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from landfall import contract, tables
from landfall import track_settings as availability
from landfall.faults import Fault
from landfall.reanalysis import PreviousError, Result, differences
from landfall.settings import Settings

CANDIDATE = (*tables.ALLELE, "gene", "rank", "flagged", "hgvs_c")
LEDGER = ("variant", "fate", "rule", "detail")
"""Columns of an earlier result that a comparison reads, which every version wrote."""


def store_faults(parsed: Settings) -> Iterator[Fault]:
    """Files among the scores of the models that run which no run wrote, or none wrote to its end.

    The ends of files are looked at; a change within one is told when it is read.
    """
    shelves = {model.name: tables.STORED for model in parsed.models}
    shelves |= {model.name: tables.STORED_TRACKS for model in availability.running(parsed.regulation)}
    for model, table in shelves.items() if parsed.store else ():
        for path in sorted((parsed.store or Path()).glob(f"{model}/*/*.parquet")):
            try:
                same = contract.name_of(path) == table.name
            except contract.DamagedTableError:
                yield Fault(
                    str(path),
                    None,
                    "is damaged",
                    "delete it: its scores are computed again; the rest is kept",
                )
            else:
                if not same:
                    yield Fault(str(path), None, f"holds no scores of {model}", "move it out of the store")


def previous_problem(folder: Path) -> str:
    """Why an earlier result cannot be compared with; empty if it can."""
    try:
        result = Result.of(folder)
        _ = differences(result.record, result.record), result.record["created"]
        held = {
            "prioritised.parquet": (CANDIDATE, pq.read_schema(folder / "prioritised.parquet").names),
            "ledger.parquet": (LEDGER, pq.read_schema(result.ledger).names),
        }
    except PreviousError as error:
        return str(error).removeprefix(f"{folder}: ")
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, OSError, pa.ArrowException):
        return "provenance.json is not the record of a run of landfall"
    lacking = {name: set(wanted) - set(found) for name, (wanted, found) in held.items()}
    return "; ".join(f"{name} lacks {', '.join(sorted(gone))}" for name, gone in lacking.items() if gone)
