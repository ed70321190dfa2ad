"""One draft criterion: its state, strength, points and reason."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

MET = "met"
PROVISIONAL = "provisional"
"""Met on a condition, given in the reason, that needs manual confirmation."""
NOT_MET = "not_met"
NOT_COMBINED = "not_combined"
"""Met, but covered or excluded by another criterion that counts."""
NEEDS_ASSAY = "needs_assay"
"""Not counted; the strength is what it has once an assay confirms the predicted mRNA."""
NOT_ASSESSED = "not_assessed"
LEFT = "manual_review"
COUNTED = (MET, PROVISIONAL)

POINTS = {"supporting": 1, "moderate": 2, "strong": 4, "very_strong": 8}
"""Points of each strength (Tavtigian et al. 2018); against pathogenicity they are negative."""
STRENGTH = {name: points / 8 * log10(350) for name, points in POINTS.items()}
"""log10 likelihood ratio of each strength: supporting 0.32, moderate 0.64, strong 1.27, very strong 2.54."""
WEAKEST_FIRST = tuple(POINTS)

CANONICAL = ("splice_donor_variant", "splice_acceptor_variant")
"""Terms of changes at the two intronic bases of a splice site."""


@dataclass(frozen=True)
class Criterion:
    """A draft criterion. ``strength``: None without one; ``summed`` and ``draft_class``: of the sum alone."""

    criterion: str
    status: str
    strength: str | None
    reason: str
    source: str
    summed: int = 0
    draft_class: str | None = None

    @property
    def points(self) -> int:
        """Points: positive for pathogenic, negative for benign, 0 where it does not count or is stand-alone."""
        if self.status not in COUNTED:
            return self.summed
        points = POINTS.get(self.strength or "", 0)
        return -points if self.criterion.startswith("B") else points
