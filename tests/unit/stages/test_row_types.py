"""Types of rows follow from the contracts of their tables."""

from __future__ import annotations

from typing import Any, TypedDict

import pyarrow as pa
import pytest

from landfall.io.parquet import TypedTable, from_rows, optional, required, rows
from landfall.stages.row_types import source


class ToyRow(TypedDict):
    name: str


def toy(**more: Any) -> TypedTable[ToyRow]:
    columns = (
        required("name", pa.string(), "a name"),
        optional("number", pa.int32(), "a number"),
        required("values", pa.list_(pa.float64()), "numbers"),
        optional("toy_ds_max", pa.float64(), "of a model"),
    )
    return TypedTable("toy", "one toy", columns, ("name",), row_type=ToyRow, **more)


def test_a_type_has_the_columns_of_the_contract_and_their_nulls() -> None:
    made = source([toy()])
    for line in (
        "class ToyRow(TypedDict):",
        '    """One toy."""',
        "    name: str",
        "    number: int | None",
        "    values: list[float]",
        "    toy_ds_max: float | None",
    ):
        assert line in made.splitlines()


def test_columns_that_depend_on_the_models_are_not_in_the_type() -> None:
    made = source([toy(varying=toy().columns[-1:])])
    assert "toy_ds_max" not in made
    assert "name: str" in made


def test_a_column_without_a_type_of_values_is_refused() -> None:
    odd = TypedTable("odd", "one", (required("when", pa.date32(), "a day"),), row_type=ToyRow)
    with pytest.raises(TypeError, match="date32"):
        source([odd])


def test_rows_are_those_of_the_table() -> None:
    table = toy()
    row = {"name": "a", "number": None, "values": [1.0], "toy_ds_max": 0.5}
    assert rows(table, from_rows(table, [row])) == [row]
