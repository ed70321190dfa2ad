"""Probability that an allele damages the regulation of its gene, from the percentile of its change."""

from __future__ import annotations

from math import log10

DIGITS = 4
REGULATION_BEFORE, MOST_REGULATION = 0.02, 0.5
"""Probability that an allele in or near a candidate gene damages its regulation before any model is run,
and the largest that models can give: nothing here was calibrated on regulatory causes of disease."""
STEEPNESS = 0.7
"""How fast regulatory causes thin out with the rank of their change, see :func:`thinned`; assumed, without data."""


def thinned(share: float, steepness: float) -> float:
    """log10 likelihood ratio of a place at part x of an ordered list, above 0 to 1, the best first.

    Causes have the density (1 - a) x^-a, a the steepness, below 1; non-causal variants are uniform.
    """
    return log10(1 - steepness) - steepness * log10(share)


def regulation(percentile: float, background: int, networks: int) -> float:
    """Probability that an allele damages the regulation of its gene, up to MOST_REGULATION; not calibrated.

    percentile: part, 0 to 1, of ``background`` random changes whose largest change is smaller, by that of ``networks``
    networks which gives most. With each network a non-causal variant has another chance to stand out, so the part
    that is larger (one more counted on either side, North et al., Am J Hum Genet 71:439, 2002) is taken as many times.
    """
    larger = (background * (1 - percentile) + 1) / (background + 1)
    before = log10(REGULATION_BEFORE / (1 - REGULATION_BEFORE))
    odds = 10 ** (before + thinned(min(1.0, networks * larger), STEEPNESS))
    return round(min(MOST_REGULATION, odds / (1 + odds)), DIGITS)
