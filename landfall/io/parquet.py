"""Contracts of tables, and how tables that keep one are written and read.

Every Parquet file of landfall is written by :func:`write` and read by :func:`read`: a missing column or another type is
an error on reading, and writes are atomic. A table of an older version, with columns under former names, is read under
the present ones.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from landfall.io import atomic
from landfall.io.errors import UserError

log = logging.getLogger(__name__)

PROVENANCE = b"landfall.provenance"
FORMER_PROVENANCE = b"landfall.audit.provenance"


class TableError(Exception):
    """A table that does not keep its contract."""


class DamagedTableError(UserError):
    """A table that cannot be read to its end."""

    def __init__(self, path: Path, error: Exception) -> None:
        what = " ".join(str(error).split())
        super().__init__(
            f"{path} is damaged, though it was whole when it was written ({what}); delete it and"
            " repeat the command: its content is computed again, the rest is kept"
        )


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type and meaning (with unit and coordinate base).

    formerly: its names in tables of older versions; former_values: (former, present) spelling of values in these, also
    of parts joined by ';'. earlier: the value of a required column in tables of versions that did not have it.
    """

    name: str
    type: pa.DataType
    meaning: str
    required: bool = True
    formerly: tuple[str, ...] = ()
    former_values: tuple[tuple[str, str], ...] = ()
    earlier: str | None = None


@dataclass(frozen=True)
class Table:
    """A contract: what a row is, its columns in order, and the columns that together are unique.

    together: rows that are compressed, and can be read, by themselves. formerly: names of the table in older versions.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = field(default=())
    together: int = 1 << 17
    formerly: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, each field with its meaning; a column that is not required may hold nulls."""
        return pa.schema(
            [
                pa.field(c.name, c.type, nullable=not c.required, metadata={"description": c.meaning})
                for c in self.columns
            ]
        )

    @property
    def names(self) -> list[str]:
        return [c.name for c in self.columns]


RowType = TypeVar("RowType")


@dataclass(frozen=True)
class TypedTable(Table, Generic[RowType]):
    """A contract whose rows have a type: a TypedDict generated from its columns (``landfall.stages.row_types``).

    varying: columns that depend on the models of a run; they are in the table and not in the type. A file has those of
    the models that ran; the others are null when it is read.
    """

    row_type: type[RowType] = field(kw_only=True)
    varying: tuple[Column, ...] = field(default=(), kw_only=True)

    def with_varying(self, names: Iterable[str]) -> TypedTable[RowType]:
        """The contract of a file with some of the varying columns."""
        absent = {column.name for column in self.varying} - set(names)
        return replace(self, columns=tuple(c for c in self.columns if c.name not in absent))


def rows(table: TypedTable[RowType], data: pa.Table) -> list[RowType]:
    """The rows of a table, typed by its contract; of a selection of columns, those columns alone."""
    found: list[RowType] = data.to_pylist()
    return found


def required(
    name: str, kind: pa.DataType, meaning: str, formerly: tuple[str, ...] = (), **former: Any
) -> Column:
    return Column(name, kind, meaning, True, formerly, **former)


def optional(
    name: str, kind: pa.DataType, meaning: str, formerly: tuple[str, ...] = (), **former: Any
) -> Column:
    return Column(name, kind, meaning, False, formerly, **former)


def from_rows(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """An Arrow table of the contract from mappings; keys that are absent become nulls.

    Raises TableError for a key that is not a column and for a null where none is allowed.
    """
    rows = list(rows)
    unknown = {key for row in rows for key in row} - set(table.names)
    if unknown:
        raise TableError(f"table {table.name} has no column {', '.join(sorted(unknown))}")
    return check(table, pa.Table.from_pylist([dict(row) for row in rows], schema=table.schema))


def check(table: Table, data: pa.Table) -> pa.Table:
    """The data itself, cast to the contract. Raises TableError if a column is missing, null or of another type."""
    missing = [name for name in table.names if name not in data.column_names]
    if missing:
        raise TableError(f"table {table.name} lacks {', '.join(missing)}")
    try:
        data = data.select(table.names).cast(table.schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise TableError(f"table {table.name}: {error}") from error
    nulls = [c.name for c in table.columns if c.required and data[c.name].null_count]
    if nulls:
        raise TableError(f"table {table.name} has nulls in {', '.join(nulls)}")
    return data


def write(table: Table, data: pa.Table, path: Path, provenance: Mapping[str, Any] | None = None) -> None:
    """Write atomically: the final name never holds part of a table."""
    data = check(table, data)
    data = data.replace_schema_metadata(_metadata(table, provenance))
    with atomic.written(Path(path)) as scratch:
        pq.write_table(data, scratch, row_group_size=table.together, **_layout(data.schema))


def _metadata(table: Table, provenance: Mapping[str, Any] | None) -> dict[str, str]:
    record = {} if provenance is None else {PROVENANCE.decode(): json.dumps(provenance, sort_keys=True)}
    return {"landfall.table": table.name, **record}


def _layout(schema: pa.Schema) -> dict[str, Any]:
    """Encodings: integers as differences, which are small in sorted tables; names of alleles without the prefix
    that they share with the name before; everything else by dictionary.
    """
    encoding = {c.name: "DELTA_BINARY_PACKED" for c in schema if pa.types.is_integer(c.type)}
    encoding |= {c.name: "DELTA_BYTE_ARRAY" for c in schema if c.name == "variant"}
    return {
        "compression": "zstd",
        "write_page_checksum": True,
        "use_dictionary": [column.name for column in schema if column.name not in encoding],
        "column_encoding": encoding,
    }


class TableWriter:
    """A table written part by part, for results that do not fit into memory; atomic as a whole."""

    def __init__(self, table: Table, path: Path, provenance: Mapping[str, Any] | None = None) -> None:
        self.table, self.rows = table, 0
        schema = table.schema.with_metadata(_metadata(table, provenance))
        with ExitStack() as stack:
            scratch = stack.enter_context(atomic.written(Path(path)))
            self._writer = stack.enter_context(pq.ParquetWriter(scratch, schema, **_layout(schema)))
            self._open = stack.pop_all()

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Append rows. Raises TableError as :func:`from_rows`."""
        self.add_table(from_rows(self.table, rows))

    def add_table(self, data: pa.Table) -> None:
        """Append a table. Raises TableError as :func:`check`."""
        if data.num_rows:
            self._writer.write_table(check(self.table, data), self.table.together)
            self.rows += data.num_rows

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)


def read(
    table: Table,
    path: Path,
    columns: list[str] | None = None,
    where: pc.Expression | None = None,
    older: bool = False,
) -> pa.Table:
    """Read a table and check it against its contract; columns under former names get the present ones.

    where: the rows to read, by columns that have no former names. older: columns that the file lacks are null or as
    their contract states for earlier versions. Raises TableError if the table does not keep the contract,
    DamagedTableError if it cannot be read.
    """
    with _opened(path) as file:
        present = file.schema_arrow.names
        wanted = None if columns is None else [_stored_name(table, name, present) for name in columns]
        data = file.read(columns=wanted) if where is None else _selected(path, wanted, where)
    data = _with_varying(table, _renamed(table, data, path), columns)
    if older:
        data = _completed(table, data)
    if columns is None:
        return check(table, data)
    if missing := [name for name in columns if name not in data.column_names]:
        raise TableError(f"{path}: table {table.name} lacks {', '.join(missing)}")
    return data


def _with_varying(table: Table, data: pa.Table, columns: Sequence[str] | None) -> pa.Table:
    """The data with nulls in the columns of models that did not run, of those that are read."""
    for column in table.varying if isinstance(table, TypedTable) else ():
        if column.name not in data.column_names and (columns is None or column.name in columns):
            data = data.append_column(column.name, pa.nulls(data.num_rows, column.type))
    return data


def parts(table: Table, path: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """The row groups of a table one by one, for tables that do not fit into memory; one empty table if it has none."""
    with _opened(path) as file:
        present = file.schema_arrow.names
        wanted = None if columns is None else [_stored_name(table, name, present) for name in columns]
        for number in range(file.num_row_groups):
            yield _renamed(table, file.read_row_group(number, columns=wanted), path)
        if not file.num_row_groups:
            yield _renamed(table, file.read(columns=wanted), path)


def names(table: Table, path: Path) -> set[str]:
    """The columns of the contract that a file has, under present or former names. Raises DamagedTableError."""
    with _opened(path) as file:
        present = file.schema_arrow.names
    return {name for name in table.names if _stored_name(table, name, present) in present}


def unchecked(table: Table, path: Path, where: pc.Expression | None = None) -> pa.Table:
    """The columns that a file has, of any version, under their present names; ``where`` as of :func:`read`.

    Raises DamagedTableError.
    """
    with _opened(path) as file:
        return _renamed(table, file.read() if where is None else _selected(path, None, where), path)


def as_written(path: Path) -> pa.Table:
    """A table under the column names of the version that wrote it, not checked. Raises DamagedTableError."""
    with _opened(path) as file:
        return file.read()


def location(table: Table, folder: Path) -> Path:
    """The file of a table in a folder of results: <name>.parquet, or that of a former name where only that exists."""
    former = [path for name in table.formerly if (path := folder / f"{name}.parquet").is_file()]
    present = folder / f"{table.name}.parquet"
    return former[0] if former and not present.is_file() else present


def _stored_name(table: Table, name: str, present: Sequence[str]) -> str:
    """The name that a column of the contract has in a file: a former one where the file has that alone."""
    formerly = next((column.formerly for column in table.columns if column.name == name), ())
    return next((old for old in formerly if old in present and name not in present), name)


def _selected(path: Path, columns: list[str] | None, where: pc.Expression) -> pa.Table:
    return pq.read_table(path, columns=columns, filters=where, page_checksum_verification=True)


def _renamed(table: Table, data: pa.Table, path: Path) -> pa.Table:
    """The data with columns and values under their present names."""
    former = {_stored_name(table, name, data.column_names): name for name in table.names}
    former = {old: name for old, name in former.items() if old in data.column_names and old != name}
    if former:
        _report_former(path, tuple(former.items()))
        data = data.rename_columns([former.get(name, name) for name in data.column_names])
    for column in table.columns:
        if column.former_values and column.name in data.column_names:
            data = _respelt(data, column)
    return data


@cache
def _report_former(path: Path, former: tuple[tuple[str, str], ...]) -> None:
    """One warning for a file."""
    words = ", ".join(f"{old} (now {name})" for old, name in former)
    noun = "column" if len(former) == 1 else "columns"
    log.warning("%s was written by an older landfall, with the %s %s", path, noun, words)


def _respelt(data: pa.Table, column: Column) -> pa.Table:
    """The data with the former values of a text column in their present spelling."""
    values = data[column.name]
    for old, value in column.former_values:
        values = pc.replace_substring_regex(values, rf"(^|;){old}(;|$)", rf"\1{value}\2")
    return data.set_column(data.column_names.index(column.name), column.name, values)


def _completed(table: Table, data: pa.Table) -> pa.Table:
    """The data with the columns that it lacks: null where they are optional, else their value of earlier versions."""
    for column in table.columns:
        if column.name in data.column_names or (column.required and column.earlier is None):
            continue
        value = pa.scalar(column.earlier, column.type)
        data = data.append_column(column.name, pa.repeat(value, data.num_rows))
    return data


def metadata(path: Path) -> dict[str, Any]:
    """The provenance written with a table, empty if there is none. Raises DamagedTableError."""
    with _opened(path) as file:
        stored = file.schema_arrow.metadata or {}
    record: dict[str, Any] = json.loads(stored.get(PROVENANCE) or stored.get(FORMER_PROVENANCE) or b"{}")
    return record


def name_of(path: Path) -> str:
    """The name of the table that a file holds, empty if landfall did not write it. Raises DamagedTableError."""
    with _opened(path) as file:
        name: bytes = (file.schema_arrow.metadata or {}).get(b"landfall.table", b"")
    return name.decode("utf-8", "replace")


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    """A table whose pages are verified against their checksums as they are read. Raises DamagedTableError."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield file
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise DamagedTableError(path, error) from error


def concat(table: Table, paths: Sequence[Path], output: Path) -> None:
    """The tables of several networks as one."""
    write(table, pa.concat_tables([read(table, path) for path in paths]), output)
