"""From a section of the report to the tables of its values, and from those to their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landfall.report.inputs import ReportInputs
from landfall.report.section import Section, with_parts


@dataclass(frozen=True)
class OriginLine:
    """The sections that print a table, the table's file, its SHA-256 or why there is none, and what it is made from."""

    sections: str
    file: str
    digest: str
    made_from: str


def origins(sections: Sequence[Section[Any]], inputs: ReportInputs) -> list[OriginLine]:
    """A row for each table that the report prints; nothing where the record lists no results."""
    digests = {file["name"]: file["sha256"] for file in inputs.provenance.get("results") or ()}
    return list(_origins(sections, inputs, digests)) if digests else []


def _origins(
    sections: Sequence[Section[Any]], inputs: ReportInputs, digests: Mapping[str, str]
) -> Iterator[OriginLine]:
    for origin in (origin for section in with_parts(sections) for origin in section.origins):
        for table in (*origin.tables, *origin.beside):
            file = inputs.file_of(table)
            if digest := digests.get(file, origin.unrecorded):
                yield OriginLine(origin.words, file, digest, origin.made_from)
