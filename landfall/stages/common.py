"""What several stages share: the reference, JSON files, how decisions are written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from landfall import annotation, tables, whole
from landfall.contract import DamagedTableError
from landfall.genes import Transcript
from landfall.genome import Genome

DECISIONS = ["record", "allele", "fate", "stage", "rule", "detail"]


@dataclass(frozen=True)
class Reference:
    """The reference sequence and the transcripts on it."""

    fasta: Path
    transcripts_table: Path

    @cached_property
    def genome(self) -> Genome:
        return Genome(self.fasta)

    @cached_property
    def transcripts(self) -> list[Transcript]:
        return annotation.from_table(tables.read(tables.TRANSCRIPTS, self.transcripts_table))

    @cached_property
    def by_name(self) -> dict[tuple[str, str, str], Transcript]:
        """By contig, gene and transcript."""
        return {(t.chrom, t.gene, t.transcript): t for t in self.transcripts}


def write_json(value: Any, path: Path) -> None:
    """Write JSON under a temporary name, then rename."""
    write_text(json.dumps(value, indent=2, sort_keys=True, default=str) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write text under a temporary name, then rename."""
    with whole.written(path) as scratch:
        scratch.write_text(text, encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object written by an earlier stage. Raises DamagedTableError if it cannot be read."""
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise DamagedTableError(path, error) from error
    return found


def write_decisions(decisions: pd.DataFrame, path: Path) -> None:
    """The decisions of one stage as tables.DECISIONS."""
    tables.write(tables.DECISIONS, pa.Table.from_pandas(decisions[DECISIONS], preserve_index=False), path)


def write_tsv(table: pa.Table, path: Path) -> None:
    """Tab-separated, one header line, empty for null, lists joined by ','; under a temporary name, then renamed."""
    frame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get)
    for name in (field.name for field in table.schema if pa.types.is_list(field.type)):
        frame[name] = [",".join(map(str, values)) for values in table[name].to_pylist()]
    with whole.written(path) as scratch:
        frame.to_csv(scratch, sep="\t", index=False, lineterminator="\n")
