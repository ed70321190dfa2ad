"""Probability that a missense change damages the gene, from its two amino acids alone.

The odds are those of an average missense change times a likelihood ratio that is log-linear in the entry of BLOSUM62
(Henikoff and Henikoff, Proc Natl Acad Sci USA 89:10915, 1992): the rarer an exchange between related proteins, the
likelier the damage. Its slope is fitted to the saturation genome editing of BRCA1 (Findlay et al., Nature 562:217,
2018) by ``python -m benchmarks.missense``.
"""

from __future__ import annotations

import re
from math import exp, log

MISSENSE = "missense_variant"
AVERAGE = 0.6
"""Probability of damage of an average missense change: Exomiser's default without a predictor."""
SLOPE, CENTRE = -0.56, -0.82
"""Change of the log odds (natural) per unit of BLOSUM62, and the entry at which the odds are the average's."""

NAMES = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G", "His": "H",
    "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W",
    "Tyr": "Y", "Val": "V",
}  # fmt: skip
ORDER = "ARNDCQEGHILKMFPSTWYV"
ROWS = (
    "4",
    "-1 5",
    "-2 0 6",
    "-2 -2 1 6",
    "0 -3 -3 -3 9",
    "-1 1 0 0 -3 5",
    "-1 0 0 2 -4 2 5",
    "0 -2 0 -1 -3 -2 -2 6",
    "-2 0 1 -1 -3 0 0 -2 8",
    "-1 -3 -3 -3 -1 -3 -3 -4 -3 4",
    "-1 -2 -3 -4 -1 -2 -3 -4 -3 2 4",
    "-1 2 0 -1 -3 1 1 -2 -1 -3 -2 5",
    "-1 -1 -2 -3 -1 0 -2 -3 -2 1 2 -1 5",
    "-2 -3 -3 -3 -2 -3 -3 -3 -1 0 0 -3 0 6",
    "-1 -2 -2 -1 -3 -1 -1 -2 -2 -3 -3 -1 -2 -4 7",
    "1 -1 1 0 -1 0 0 0 -1 -2 -2 0 -1 -2 -1 4",
    "0 -1 0 -1 -1 -1 -1 -2 -2 -1 -1 -1 -1 -2 -1 1 5",
    "-3 -3 -4 -4 -2 -2 -3 -2 -2 -3 -2 -3 -1 1 -4 -3 -2 11",
    "-2 -2 -2 -3 -2 -1 -2 -3 2 -1 -1 -2 -1 3 -3 -2 -2 2 7",
    "0 -3 -3 -3 -1 -2 -2 -3 -3 3 1 -2 1 -1 -2 -2 0 -3 -1 4",
)
BLOSUM62 = {
    frozenset((one, other)): int(value)
    for one, row in zip(ORDER, ROWS, strict=True)
    for other, value in zip(ORDER, row.split(), strict=False)
}
"""Entries in half bits by the two amino acids."""
_SUBSTITUTION = re.compile(r"p\.\(?([A-Z][a-z]{2})\d+([A-Z][a-z]{2})\)?")


def blosum62(hgvs_p: str | None) -> int | None:
    """The entry of a substitution, ``p.(Arg12Cys)``; None for any other change."""
    found = _SUBSTITUTION.fullmatch(hgvs_p or "")
    if not found or not set(found.groups()) <= set(NAMES):
        return None
    return BLOSUM62[frozenset(NAMES[name] for name in found.groups())]


def damaging(hgvs_p: str | None) -> float:
    """Probability of damage, 0 to 1; AVERAGE where the name is no substitution."""
    entry = blosum62(hgvs_p)
    if entry is None:
        return AVERAGE
    odds = log(AVERAGE / (1 - AVERAGE)) + SLOPE * (entry - CENTRE)
    return round(1 / (1 + exp(-odds)), 4)
