"""Files of earlier runs that a run reads, the score cache and an earlier result, checked before any work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from landfall.audit.reanalysis import PreviousError, Result, differences
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.io.errors import InputProblem
from landfall.ranking.tables import PRIORITISED
from landfall.regulation import availability
from landfall.regulation.tables import STORED_TRACKS
from landfall.splicing.tables import STORED
from landfall.variants.tables import LEDGER

CANDIDATE = (*ALLELE, "gene", "rank", "flagged", "hgvs_c")
ACCOUNT = ("variant", "status", "rule", "detail")
"""Columns of an earlier result that a comparison reads, present in every version."""


def score_cache_faults(parsed: Settings) -> Iterator[InputProblem]:
    """Files in the score cache of the models that run which no run wrote, or which are incomplete.

    The ends of files are checked; corruption within a file is reported when it is read.
    """
    tables = {model.name: STORED for model in parsed.models}
    tables |= {model.name: STORED_TRACKS for model in availability.running(parsed.regulation)}
    folder = parsed.score_cache
    for model, table in tables.items() if folder else ():
        for path in sorted((folder or Path()).glob(f"{model}/*/*.parquet")):
            try:
                same = parquet.name_of(path) in (table.name, *table.formerly)
            except parquet.DamagedTableError:
                yield InputProblem(
                    str(path),
                    None,
                    "is damaged",
                    "delete it: its scores are computed again; the rest is kept",
                )
            else:
                if not same:
                    yield InputProblem(
                        str(path), None, f"holds no scores of {model}", "move it out of the score cache"
                    )


def previous_faults(samples: Sequence[Sample]) -> Iterator[InputProblem]:
    """Earlier results in the sample sheet that cannot be compared with."""
    for sample in samples:
        if sample.previous and (wrong := _previous_problem(sample.previous)):
            remedy = "give the folder results/<sample> of a finished run of landfall"
            yield sample.fault("previous", f"{sample.previous}: {wrong}", remedy)


def _previous_problem(folder: Path) -> str:
    """Why an earlier result cannot be compared with; empty if it can."""
    try:
        result = Result.of(folder)
        _ = differences(result.record, result.record), result.record["created"]
        held = {
            "prioritised.parquet": (
                CANDIDATE,
                parquet.names(PRIORITISED, folder / "prioritised.parquet"),
            ),
            "ledger.parquet": (ACCOUNT, parquet.names(LEDGER, result.ledger)),
        }
    except PreviousError as error:
        return str(error).removeprefix(f"{folder}: ")
    except parquet.DamagedTableError as error:
        return f"ledger.parquet cannot be read: {error.__cause__}"
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError, OSError, pa.ArrowException):
        return "provenance.json is not the record of a run of landfall"
    lacking = {name: set(wanted) - set(found) for name, (wanted, found) in held.items()}
    return "; ".join(f"{name} lacks {', '.join(sorted(gone))}" for name, gone in lacking.items() if gone)
