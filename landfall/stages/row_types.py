"""The modules of row types, generated from the contracts of their tables, with which mypy finds unknown columns.

A row is a mapping of column to value, as Arrow gives it and as :func:`landfall.io.parquet.from_rows` takes it; its type
is a TypedDict, which costs nothing when a program runs. ``python -m landfall.stages.manuals`` writes the modules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from landfall.io.parquet import Column, TypedTable
from landfall.ranking.tables import PRIORITISED
from landfall.regulation.tables import REGULATION, REGULATORY
from landfall.splicing.tables import OUTCOMES

MODULES: dict[str, tuple[TypedTable[Any], ...]] = {
    "splicing/rows.py": (OUTCOMES,),
    "regulation/rows.py": (REGULATION, REGULATORY),
    "ranking/rows.py": (PRIORITISED,),
}
"""File of the package to the tables whose rows it types."""
HEAD = '''"""Types of rows, generated from tables.py by ``python -m landfall.stages.manuals``; not to be edited."""

from __future__ import annotations

from typing import TypedDict
'''


def source(tables: Iterable[TypedTable[Any]]) -> str:
    """The module of the row types of some tables."""
    return "\n\n".join([HEAD, *(_class(table) for table in tables)])


def _class(table: TypedTable[Any]) -> str:
    fixed = [column for column in table.columns if column not in table.varying]
    fields = "\n".join(f"    {column.name}: {_type(column)}" for column in fixed)
    return f'class {table.row_type.__name__}(TypedDict):\n    """{_sentence(table.row)}"""\n\n{fields}\n'


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _type(column: Column) -> str:
    return _plain(column.type) + ("" if column.required else " | None")


def _plain(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list[{_plain(kind.value_type)}]"
    if pa.types.is_boolean(kind):
        return "bool"
    if pa.types.is_integer(kind):
        return "int"
    if pa.types.is_floating(kind):
        return "float"
    if pa.types.is_string(kind):
        return "str"
    raise TypeError(f"a column of type {kind} has no type of values")
