"""Text and JSON files of results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from landfall.io import atomic
from landfall.io.parquet import DamagedTableError


def write_json(value: Any, path: Path) -> None:
    """Write JSON atomically."""
    write_text(json.dumps(value, indent=2, sort_keys=True, default=str) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write text atomically."""
    with atomic.written(path) as scratch:
        scratch.write_text(text, encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object written by an earlier stage. Raises DamagedTableError if it cannot be read."""
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise DamagedTableError(path, error) from error
    return found


def write_tsv(table: pa.Table, path: Path) -> None:
    """Tab-separated, one header line, empty for null, lists joined by ','; written atomically."""
    frame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get)
    for name in (field.name for field in table.schema if pa.types.is_list(field.type)):
        frame[name] = [",".join(map(str, values)) for values in table[name].to_pylist()]
    with atomic.written(path) as scratch:
        frame.to_csv(scratch, sep="\t", index=False, lineterminator="\n")
