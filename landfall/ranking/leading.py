"""The candidates that are interpreted in depth."""

from __future__ import annotations

from collections.abc import Sequence

from landfall.ranking.rows import PrioritisedRow as Row


def leading(prioritised: Sequence[Row], top: int, most: int) -> tuple[list[Row], list[Row]]:
    """The candidates to look at, best first, and those left out beyond ``most``: rows of tables.PRIORITISED.

    Leading are the flagged ones and the first ``top`` that a model scored.
    """
    scored = sorted((row for row in prioritised if row["status"] == "scored"), key=lambda row: row["rank"])
    chosen = [row for number, row in enumerate(scored) if row["flagged"] or number < top]
    return chosen[:most], chosen[most:]
