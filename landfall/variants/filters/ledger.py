"""The ledger: the status of every allele of the input."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from landfall.io import parquet
from landfall.variants.tables import DECISIONS, LEDGER


def combine(ledger: Path, stages: Iterable[pa.Table], output: Path) -> None:
    """Write the ledger with the decisions (tables.DECISIONS) of each stage in turn replacing earlier ones.

    ledger: in the order of the input, read in batches. Raises KeyError for a decision on an allele that it does not
    have.
    """
    sorted_stages = [_Decided(stage) for stage in stages]
    with parquet.TableWriter(LEDGER, output) as sink:
        for part in parquet.parts(LEDGER, ledger):
            for stage in sorted_stages:
                part = stage.over(part)
            sink.add_table(part)
        for stage in sorted_stages:
            stage.check()


class _Decided:
    """The decisions of one stage, in the order of the input."""

    COLUMNS = tuple(name for name in DECISIONS.names if name not in DECISIONS.key)

    def __init__(self, table: pa.Table) -> None:
        numbers = _numbers(table)
        order = np.argsort(numbers, kind="stable")
        self.numbers, self.found = numbers[order], 0
        taken = pa.array(order)
        self.columns = {
            name: table[name].dictionary_encode().combine_chunks().take(taken) for name in self.COLUMNS
        }

    def over(self, part: pa.Table) -> pa.Table:
        """The batch of the ledger with these decisions in place of its own."""
        numbers = _numbers(part)
        first, end = np.searchsorted(self.numbers, [numbers[0], numbers[-1] + 1]) if len(numbers) else (0, 0)
        row = np.searchsorted(numbers, self.numbers[first:end])
        known = numbers[row] == self.numbers[first:end]
        self.found += int(known.sum())
        source = np.arange(len(numbers))
        source[row[known]] = len(numbers) + np.flatnonzero(known)
        if first == end:
            return part
        for name, column in self.columns.items():
            here = part[name].combine_chunks()
            new = column.slice(first, end - first).cast(here.type)
            both = pa.concat_arrays([here, new])
            part = part.set_column(part.schema.get_field_index(name), name, both.take(pa.array(source)))
        return part

    def check(self) -> None:
        if self.found != len(self.numbers):
            raise KeyError(f"{len(self.numbers) - self.found} decisions on alleles that are not in the input")


def _numbers(table: pa.Table) -> np.ndarray:
    """One number for each record and allele, ascending in the order of the input."""
    record, allele = (table[name].to_numpy().astype(np.int64) for name in ("record", "allele"))
    numbers: np.ndarray = record << 32 | allele
    return numbers
