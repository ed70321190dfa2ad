"""Scores kept between runs, as Parquet files by key."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.io import parquet
from landfall.io.parquet import DamagedTableError

Row = dict[str, Any]
UNRECORDED = "unrecorded device"
"""Device of scores in a file of the score cache that names none."""


class ParquetCache:
    """Rows of one table in a folder of the score cache, found by their key.

    device: on which new rows are computed, in words. ``devices``: on which those were that were read or added.
    """

    def __init__(self, table: parquet.Table, folder: Path, device: str) -> None:
        self.table, self.folder, self.device = table, folder, device
        self.devices = set[str]()

    @property
    def computed_on(self) -> str:
        """The devices of the rows that were read or added; without any, the device of new rows."""
        return "; ".join(sorted(self.devices)) or self.device

    def read(self, keys: Sequence[str]) -> dict[str, Row]:
        """What the score cache holds of the keys. Raises DamagedTableError for a file of it that cannot be read."""
        wanted = pa.array(keys, pa.string())
        found: dict[str, Row] = {}
        for path in sorted(self.folder.glob("*.parquet")) if keys else []:
            for row in self._rows(path, wanted):
                found.setdefault(row["key"], row)
        return found

    def _rows(self, path: Path, wanted: pa.Array) -> list[Row]:
        """The rows of a file that are wanted. Raises DamagedTableError, also for one that is not of the score cache."""
        try:
            there = parquet.read(self.table, path, columns=["key"])
            if not pc.any(pc.is_in(there["key"], wanted)).as_py():
                return []
            rows = parquet.read(self.table, path)
            self.devices.add(parquet.metadata(path).get("device", UNRECORDED))
        except (parquet.TableError, pa.ArrowException) as error:
            raise DamagedTableError(path, error) from error
        return list(rows.filter(pc.is_in(rows["key"], wanted)).to_pylist())

    def add(self, rows: Iterable[Row]) -> None:
        """Put rows into a file of their own."""
        made = sorted(rows, key=lambda row: row["key"])
        if made:
            path = self.folder / f"{uuid.uuid4().hex}.parquet"
            parquet.write(self.table, parquet.from_rows(self.table, made), path, {"device": self.device})
            self.devices.add(self.device)


def work_in_words(left: int, alleles: int, cached: bool) -> str:
    """How many of a job's alleles are to be scored; with a score cache, how many it has."""
    return f"{left} alleles to score" + f", {alleles - left} in the score cache" * cached


def digest(parts: Sequence[Any]) -> str:
    """The key of what a score depends on."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
