"""The candidates that are interpreted in depth."""

from __future__ import annotations

from collections.abc import Sequence

from landfall.ranking.finding.columns import has_kind
from landfall.ranking.rows import PrioritisedRow as Row


def leading(prioritised: Sequence[Row], top: int, most: int) -> tuple[list[Row], list[Row]]:
    """The leading candidates, best first, and those beyond ``most``: rows of tables.PRIORITISED.

    Of the alleles that a model scored these are the first ``top`` and all whose predicted splicing counts: for a level
    of its own, or as the called outcome of a finding.
    """
    scored = sorted((row for row in prioritised if row["status"] == "scored"), key=lambda row: row["rank"])
    chosen = [row for number, row in enumerate(scored) if by_splicing(row) or number < top]
    return chosen[:most], chosen[most:]


def by_splicing(row: Row) -> bool:
    """Whether the change of splicing by prediction is evidence, or the called outcome of a finding."""
    return has_kind(row, "splicing") or (row["flagged"] and row["event"] not in (None, "none"))
