"""The generated parts of docs/output.md: files, tables with their columns, INFO fields of the annotated VCF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from landfall.io import markdown
from landfall.io.parquet import Table
from landfall.ranking import annotated_vcf
from landfall.stages.intermediates import FOLDERS, INTERMEDIATES, Intermediate
from landfall.stages.results import RESULTS, TABLES, Result


def part(name: str) -> str:
    """A generated part of docs/output.md: ``files of <folder>``, ``INFO fields`` or ``tables``. Raises KeyError."""
    files = {folder: [each for each in INTERMEDIATES if each.folder == folder] for folder in FOLDERS}
    parts = {
        "files of results": _files(RESULTS),
        **{f"files of {folder}": _files(found) for folder, found in files.items()},
        "INFO fields": _info_fields(),
        "tables": "\n".join(map(_described, TABLES)),
    }
    return parts[name]


def _files(files: Sequence[Result] | Sequence[Intermediate]) -> str:
    rows = ((f"`{each.file}`", each.meaning, _link(each.table)) for each in files)
    return markdown.table(("file", "content", "table"), rows)


def _link(table: Table | None) -> str:
    return f"[{table.name}](#{table.name})" if table else ""


def _info_fields() -> str:
    rows = ((f"`{name}`", kind, meaning) for name, _, kind, meaning in annotated_vcf.INFO)
    return markdown.table(("field", "type", "meaning"), rows)


def _described(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    columns = markdown.table(("column", "type", "null", "meaning"), _columns(table))
    return f"### {table.name}\n\nA row is {table.row}. Unique: {key}.\n\n{columns}"


def _columns(table: Table) -> Iterator[Sequence[str]]:
    for column in table.columns:
        kind = str(column.type).replace("list<item: ", "list of ").rstrip(">")
        yield f"`{column.name}`", kind, "no" if column.required else "yes", column.meaning
