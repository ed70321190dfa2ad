"""The contracts: what breaks one raises, and a table is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landfall.io import parquet
from landfall.io.parquet import DamagedTableError, TableError, check, from_rows, metadata, read, write
from landfall.models.registry import splice_model
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.tables import SCORES
from landfall.stages import results
from landfall.variants.tables import DECISIONS

ROW = {
    "record": 1,
    "allele": 1,
    "status": "dropped",
    "stage": "filter",
    "rule": "depth",
    "detail": "DP 3 < 10",
}
ROW |= {"observed": 3.0, "threshold": "10", "setting": "filter.min_depth"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "red"}, "table decisions has no column colour"),
        ({"rule": None}, "table decisions: .*rule.* null"),
    ],
)
def test_rows_that_break_the_contract(change, words):
    with pytest.raises(TableError, match=words):
        from_rows(DECISIONS, [{**ROW, **change}])


def test_a_column_that_is_missing():
    with pytest.raises(TableError, match="table decisions lacks stage, rule"):
        check(DECISIONS, from_rows(DECISIONS, [ROW]).drop_columns(["stage", "rule"]))


def test_a_column_of_another_type():
    wrong = from_rows(DECISIONS, [ROW]).set_column(0, "record", pa.array(["first"]))
    with pytest.raises(TableError, match="table decisions: "):
        check(DECISIONS, wrong)


def test_a_number_that_does_not_fit_its_column():
    wrong = from_rows(DECISIONS, [ROW]).set_column(1, "allele", pa.array([1 << 40]))
    with pytest.raises(TableError, match="table decisions: "):
        check(DECISIONS, wrong)


def test_an_absent_key_is_a_null_where_one_is_allowed():
    row = dict.fromkeys(("chrom", "ref", "alt", "gene", "transcript", "model", "track"), "x")
    row |= {"pos": 1, "status": "not_scored", "reason": "r", "detail": ""}
    assert from_rows(SCORES, [row])["value"].to_pylist() == [None]


def test_columns_are_put_in_order_and_others_left_out():
    table = from_rows(DECISIONS, [ROW])
    turned = table.select(table.column_names[::-1]).append_column("more", pa.array([1]))
    assert check(DECISIONS, turned).equals(table)


def test_a_table_comes_back_with_its_provenance(tmp_path):
    path = tmp_path / "new" / "folder" / "decisions.parquet"
    write(DECISIONS, from_rows(DECISIONS, [ROW]), path, {"b": 1, "a": [2]})
    assert read(DECISIONS, path).to_pylist() == [ROW]
    assert metadata(path) == {"a": [2], "b": 1}
    assert read(DECISIONS, path, ["rule"]).to_pylist() == [{"rule": "depth"}]


def test_a_table_without_provenance_has_an_empty_one(tmp_path):
    write(DECISIONS, from_rows(DECISIONS, []), tmp_path / "t.parquet")
    assert metadata(tmp_path / "t.parquet") == {}
    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    assert metadata(tmp_path / "other.parquet") == {}


def test_reading_holds_a_file_against_its_contract(tmp_path):
    pq.write_table(pa.table({"record": [1]}), tmp_path / "t.parquet")
    with pytest.raises(TableError, match="lacks allele"):
        read(DECISIONS, tmp_path / "t.parquet")


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write(DECISIONS, from_rows(DECISIONS, [ROW] * 50), tmp_path / name, {"x": 1})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_failure_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    write(DECISIONS, from_rows(DECISIONS, [ROW]), path)
    before = path.read_bytes()

    def breaks_off(data, where, **_):
        where.write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(parquet.pq, "write_table", breaks_off)
    for target in (path, tmp_path / "other.parquet"):
        with pytest.raises(OSError, match="no space"):
            write(DECISIONS, from_rows(DECISIONS, []), target)
    assert path.read_bytes() == before
    assert not (tmp_path / "other.parquet").exists()


def test_a_table_that_breaks_its_contract_writes_nothing(tmp_path):
    with pytest.raises(TableError):
        write(DECISIONS, pa.table({"record": [1]}), tmp_path / "t.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("table", results.TABLES, ids=lambda t: t.name)
def test_a_contract_is_sound(table):
    assert len(set(table.names)) == len(table.names)
    assert set(table.key) <= {c.name for c in table.columns if c.required}
    assert all(c.meaning for c in table.columns)
    assert from_rows(table, []).schema == table.schema


def test_contracts_have_different_names():
    assert len({t.name for t in results.TABLES}) == len(results.TABLES)


def test_one_bit_changed_on_disk_is_found_or_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    kinds = {c.name: (lambda n: f"x{n}") if pa.types.is_string(c.type) else float for c in SCORES.columns}
    table = parquet.from_rows(SCORES, ({k: make(n) for k, make in kinds.items()} for n in range(40)))
    parquet.write(SCORES, table, path)
    whole, found = path.read_bytes(), 0
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            assert parquet.read(SCORES, path).equals(table), at
        except (DamagedTableError, TableError):
            found += 1
    assert found > len(whole) / 7 / 2


def test_a_file_has_the_columns_of_the_models_that_ran_and_is_read_with_all(tmp_path: Path) -> None:
    spliceai = [column.name for column in splice_model("spliceai").output_columns]
    contract = PRIORITISED.with_varying(spliceai)
    table = from_rows(PRIORITISED, []).select(contract.names)
    write(contract, table, tmp_path / "prioritised.parquet")
    written = pq.read_schema(tmp_path / "prioritised.parquet").names
    assert set(written) == set(PRIORITISED.names) - {c.name for c in PRIORITISED.varying} | set(spliceai)
    whole = read(PRIORITISED, tmp_path / "prioritised.parquet")
    assert whole.column_names == PRIORITISED.names
    some = read(PRIORITISED, tmp_path / "prioritised.parquet", ["gene", "pangolin_gain"])
    assert set(some.column_names) == {"gene", "pangolin_gain"}


def test_each_column_of_a_file_has_its_meaning(tmp_path: Path) -> None:
    write(DECISIONS, from_rows(DECISIONS, [ROW]), tmp_path / "decisions.parquet")
    found = pq.read_schema(tmp_path / "decisions.parquet")
    assert [found.field(c.name).metadata for c in DECISIONS.columns] == [
        {b"description": c.meaning.encode()} for c in DECISIONS.columns
    ]
