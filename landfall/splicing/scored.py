"""One variant in one transcript with the probabilities of both alleles."""

from __future__ import annotations

from dataclasses import dataclass

from landfall.models.splice.delta_scores import Probabilities
from landfall.splicing.windows import Placement


@dataclass(frozen=True)
class Scored:
    """One variant in one transcript with the probabilities of both alleles, or the reason for their absence.

    ref, alt: (2 * distance + 1, 3), + strand, reference coordinates; ``start`` is the 0-based position of row 0.
    refs, alts: the same of each network, (networks, 2 * distance + 1, 3), where the model returns them separately.
    """

    placement: Placement
    start: int = 0
    ref: Probabilities | None = None
    alt: Probabilities | None = None
    refs: Probabilities | None = None
    alts: Probabilities | None = None
    reason: str = ""
    detail: str = ""
