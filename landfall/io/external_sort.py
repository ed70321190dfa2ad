"""External sort: rows that do not fit into memory, written to disk by position and returned in order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

STRETCH_BITS = 26
"""A stretch holds 2^26 (67 million) bases, about 90,000 alleles of a genome."""


class ExternalSort:
    """Tables of one schema, partitioned by stretches of the reference; one stretch at a time is held in memory.

    ``folder``: of the scratch files, until the sorter is closed.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(dir=folder, prefix=".spool-")
        self._writers: dict[int, pa.ipc.RecordBatchFileWriter] = {}

    def add(self, rows: pa.Table, place: np.ndarray) -> None:
        """Write rows to disk; ``place``: the number of each row's first base, counted through the whole reference."""
        stretch = place >> STRETCH_BITS
        for number in np.unique(stretch).tolist():
            where = np.flatnonzero(stretch == number)
            whole = where[-1] - where[0] + 1 == len(where)
            part = rows.slice(where[0], len(where)) if whole else rows.take(pa.array(where))
            self._writer(number, rows.schema).write_table(part)

    def _writer(self, number: int, schema: pa.Schema) -> pa.ipc.RecordBatchFileWriter:
        if number not in self._writers:
            self._writers[number] = pa.ipc.new_file(self._path(number), schema)
        return self._writers[number]

    def _path(self, number: int) -> str:
        return str(Path(self._folder.name) / f"{number}.arrow")

    def stretches(self) -> Iterator[pa.Table]:
        """The rows of each stretch in the order of the reference; within one as they were added."""
        for number in sorted(self._writers):
            self._writers[number].close()
            with pa.memory_map(self._path(number)) as source:
                yield pa.ipc.open_file(source).read_all()

    def __enter__(self) -> ExternalSort:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
