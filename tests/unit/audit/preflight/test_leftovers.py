"""What earlier runs left, damaged or of another program, is refused before any work."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landfall.io import parquet as io_parquet
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.tables import STORED
from landfall.variants.tables import LEDGER
from tests.unit.audit.preflight.hostile import whole_check
from tests.unit.audit.preflight.input_case import case, deep, edit  # noqa: F401 (case: a fixture)

pytestmark = pytest.mark.usefixtures("case")


def earlier(record: object, parquet: Callable[[Path], object] | None = None) -> None:
    """An earlier result in the folder ``old``, named in the sheet."""
    Path("old").mkdir()
    Path("old/provenance.json").write_text(record if isinstance(record, str) else json.dumps(record))
    io_parquet.write(PRIORITISED, io_parquet.from_rows(PRIORITISED, []), Path("old/prioritised.parquet"))
    io_parquet.write(LEDGER, io_parquet.from_rows(LEDGER, []), Path("old/ledger.parquet"))
    if parquet:
        parquet(Path("old"))
    header, row = Path("samples.tsv").read_text().splitlines()
    Path("samples.tsv").write_text(f"{header}\tprevious\n{row}\told\n")


RECORD = {
    "created": "2026-01-01 10:00 UTC",
    "version": "1",
    "settings": {},
    "inputs": [],
    "models": [],
    "software": {},
}
RECORDS = {
    "empty object": {},
    "list": [],
    "number": 3,
    "null": None,
    "another program's": {"tool": "x", "version": 2},
    "inputs of texts": {**RECORD, "inputs": ["a"]},
    "models of texts": {**RECORD, "models": ["spliceai"]},
    "settings a list": {**RECORD, "settings": []},
    "no JSON": "{",
    "nested": "[" * 10000,
    "Latin-1": '{"created": "\udce9"}',
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_an_earlier_result_of_another_program_is_refused(record: object) -> None:
    earlier(record if not isinstance(record, str) else "{}")
    if isinstance(record, str):
        Path("old/provenance.json").write_bytes(record.encode("utf-8", "surrogateescape"))
    (fault,) = deep()
    assert fault.startswith("samples.tsv: line 2: sample demo: previous: old: ")
    assert "record of a run" in fault
    assert fault.endswith("give the folder results/<sample> of a finished run of landfall")


def test_a_sound_earlier_result_passes() -> None:
    earlier(RECORD)
    whole_check()


@pytest.mark.parametrize("name", ["prioritised.parquet", "ledger.parquet"])
@pytest.mark.parametrize("kind", ["half", "foreign", "text"])
def test_tables_of_an_earlier_result_that_are_damaged_or_foreign_are_refused(name: str, kind: str) -> None:
    def spoil(folder: Path) -> None:
        path = folder / name
        if kind == "half":
            os.truncate(path, path.stat().st_size // 2)
        elif kind == "text":
            path.write_text("chrom\tpos\n")
        else:
            pq.write_table(pa.table({"a": [1]}), path)

    earlier(RECORD, spoil)
    (fault,) = deep()
    assert fault.startswith("samples.tsv: line 2: sample demo: previous: old: ")


@pytest.mark.parametrize("kind", ["half", "foreign", "text", "empty", "another table"])
def test_a_foreign_or_half_file_of_the_store_is_refused(kind: str) -> None:
    edit("config.yaml", "filter:\n", "store: kept\nfilter:\n")
    path = Path("kept/spliceai/0123456789abcdef/x.parquet")
    path.parent.mkdir(parents=True)
    io_parquet.write(STORED, io_parquet.from_rows(STORED, []), path)
    whole_check()
    if kind == "half":
        os.truncate(path, path.stat().st_size // 2)
    elif kind in ("text", "empty"):
        path.write_text("score\n" * (kind == "text"))
    elif kind == "foreign":
        pq.write_table(pa.table({"key": ["a"], "b": [2]}), path)
    else:
        io_parquet.write(LEDGER, io_parquet.from_rows(LEDGER, []), path)
    (fault,) = deep()
    assert fault.startswith(f"{path}: ")
    assert (
        "holds no scores of spliceai" if kind in ("foreign", "another table") else "is damaged; delete it"
    ) in fault
