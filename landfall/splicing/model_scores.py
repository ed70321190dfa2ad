"""The columns of one splice model in a row of the prioritised table, by what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ModelScores:
    """The scores of ``model`` in ``row``; None where it has none. ``track``: ag, al, dg or dl."""

    row: Mapping[str, Any]
    model: str

    @property
    def ds_max(self) -> float | None:
        """The largest raw delta score, 0 to 1."""
        return self._number("ds_max")

    @property
    def masked_ds_max(self) -> float | None:
        """The largest masked delta score, 0 to 1."""
        return self._number("masked_ds_max")

    def ds(self, track: str) -> float | None:
        """A raw delta score, 0 to 1."""
        return self._number(f"ds_{track}")

    def masked_ds(self, track: str) -> float | None:
        """A masked delta score, 0 to 1."""
        return self._number(f"masked_ds_{track}")

    def sd(self, track: str) -> float | None:
        """The standard deviation over the model's networks."""
        return self._number(f"sd_{track}")

    def dp(self, track: str) -> int | None:
        """Bases from the variant to the site of the raw delta score, + to the right on the contig."""
        return self._bases(f"dp_{track}")

    def masked_dp(self, track: str) -> int | None:
        """Bases from the variant to the site of the masked delta score."""
        return self._bases(f"masked_dp_{track}")

    def _number(self, column: str) -> float | None:
        value: float | None = self.row[f"{self.model}_{column}"]
        return value

    def _bases(self, column: str) -> int | None:
        value: int | None = self.row[f"{self.model}_{column}"]
        return value
