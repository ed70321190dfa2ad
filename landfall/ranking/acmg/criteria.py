"""One draft criterion: its state, strength, points and reason."""

from __future__ import annotations

from dataclasses import dataclass

MET = "met"
PROVISIONAL = "provisional"
"""Met on a condition, stated in the reason, that a person must confirm."""
NOT_MET = "not_met"
NOT_COMBINED = "not_combined"
"""Met, but another criterion that counts covers or excludes it."""
NEEDS_ASSAY = "needs_assay"
"""The strength it would have if the predicted mRNA is shown by an assay."""
NOT_ASSESSED = "not_assessed"
LEFT = "manual_review"
COUNTED = (MET, PROVISIONAL)

POINTS = {"supporting": 1, "moderate": 2, "strong": 4, "very_strong": 8}
"""Points of each strength (Tavtigian et al. 2018); against pathogenicity they are negative."""
WEAKEST_FIRST = tuple(POINTS)

CANONICAL = ("splice_donor_variant", "splice_acceptor_variant")
"""Terms of changes at the two intronic bases of a splice site."""


@dataclass(frozen=True)
class Criterion:
    """A criterion as drafted. ``strength`` is None where it has none; ``summed`` and ``draft_class`` are the sum's."""

    criterion: str
    status: str
    strength: str | None
    reason: str
    source: str
    summed: int = 0
    draft_class: str | None = None

    @property
    def points(self) -> int:
        """What it adds: positive for pathogenic, negative for benign, 0 where it does not count or stands alone."""
        if self.status not in COUNTED:
            return self.summed
        points = POINTS.get(self.strength or "", 0)
        return -points if self.criterion.startswith("B") else points
