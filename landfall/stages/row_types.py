"""The modules of row types: ``python -m landfall.stages.row_types`` regenerates them after a change of a contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landfall.io.parquet import TypedTable
from landfall.io.row_types import source
from landfall.io.text import write_text
from landfall.ranking.tables import PRIORITISED
from landfall.regulation.tables import REGULATION, REGULATORY
from landfall.splicing.tables import OUTCOMES

PACKAGE = Path(__file__).resolve().parents[1]
MODULES: dict[str, tuple[TypedTable[Any], ...]] = {
    "splicing/rows.py": (OUTCOMES,),
    "regulation/rows.py": (REGULATION, REGULATORY),
    "ranking/rows.py": (PRIORITISED,),
}
"""Module to the tables whose row types it holds."""


def main() -> None:
    for name, tables in MODULES.items():
        write_text(source(tables), PACKAGE / name)


if __name__ == "__main__":
    main()
