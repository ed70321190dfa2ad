"""Gene panels with confidence levels: tab-separated files, as PanelApp exports them or of two columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from landfall.io import text_lines
from landfall.io.errors import InputProblem, listed, stop_if

GENE = ("gene symbol", "gene", "symbol", "entity name")
CONFIDENCE = ("gel_status", "confidence", "confidence_level", "confidence level")
INHERITANCE = ("model_of_inheritance", "mode_of_inheritance", "inheritance")
LEVELS = {"green": 3, "amber": 2, "red": 1, "3": 3, "2": 2, "1": 1, "4": 3, "0": 0, "": 0}
"""PanelApp: 3 and 4 green, 2 amber, 1 red, 0 none."""


@dataclass(frozen=True)
class Entry:
    """One gene of a panel: its 1-based line, confidence (3 green, 2 amber, 1 red, 0 none) and mode as written."""

    line: int
    confidence: int
    inheritance: str


def read(path: Path) -> dict[str, Entry]:
    """The genes of a panel by symbol; of duplicates the entry of higher confidence. Regions and repeats are left out.

    Raises InputError with every problem of the file.
    """
    rows = [
        (number, line.split("\t"))
        for number, line in text_lines.lines(path, "panel")
        if line.strip() and line[0] != "#"
    ]
    header = [name.strip().strip('"').lower() for name in rows[0][1]] if rows else []
    gene, level, mode = (_column(header, names) for names in (GENE, CONFIDENCE, INHERITANCE))
    stop_if(list(_header_faults(path, header, gene, level)))
    found: dict[str, Entry] = {}
    faults: list[InputProblem] = []
    for line, cells in rows[1:]:
        symbol, confidence = _cell(cells, gene), _cell(cells, level).lower()
        if _cell(cells, _column(header, ("entity type",))) not in ("", "gene") or not symbol:
            continue
        if confidence not in LEVELS:
            faults.append(
                InputProblem(str(path), line, f"confidence {confidence!r} of {symbol}", "write 3, 2 or 1")
            )
            continue
        entry = Entry(line, LEVELS[confidence], _cell(cells, mode))
        found[symbol] = max(found.get(symbol, entry), entry, key=lambda known: known.confidence)
    stop_if(faults or ([] if found else [InputProblem(str(path), None, "the panel names no gene")]))
    return found


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column].strip().strip('"') if column is not None and column < len(cells) else ""


def _header_faults(
    path: Path, header: Sequence[str], gene: int | None, level: int | None
) -> Iterator[InputProblem]:
    for what, column, names in (("gene symbols", gene, GENE), ("confidence levels", level, CONFIDENCE)):
        if column is None:
            has = f"it has {listed(header, 8)}" if header else "the file is empty"
            yield InputProblem(str(path), 1, f"no column of {what} ({' or '.join(names)})", has)
