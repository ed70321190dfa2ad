"""Calls on chromosomes of which the patient has one copy, where the caller assumed two.

A male has one X and one Y outside their pseudoautosomal regions; a female with X0 has one X. ``1/1`` there, and ``0/1``
with nearly all reads, is one copy with the allele: hemizygous. ``0/1`` with balanced reads is not a call of one copy:
it is kept, with a doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landfall.genome import chromosomes

Row = Mapping[str, Any]

SHARED = (
    "heterozygous where one {chrom} is expected: a mosaic, a duplication, reads of a pseudogene or of the other sex "
    "chromosome, or a second {chrom}"
)
LONELY = "heterozygous with nearly all reads on {chrom}: one copy with the allele (X0), or an artefact"


def judged(call: Row, x_copies: int | None, build: str, high: float) -> dict[str, Any]:
    """A call with its zygosity on one copy, and ``call_doubt``: other explanations in words, or None.

    call: a row with chrom, pos, zygosity, genotype and allele_balance (tables.NORMALISED, tables.FAMILY_CALLS).
    x_copies: the person's number of X chromosomes, None if unknown. high: share of reads above which a heterozygous
    call shows a single copy (the upper limit of filter.het_allele_balance); so does a genotype whose other allele is
    missing.
    """
    kind = chromosomes.kind(call["chrom"], call["pos"], build)
    found = {**call, "call_doubt": None}
    if kind not in (chromosomes.X, chromosomes.Y) or call["zygosity"] not in ("heterozygous", "homozygous"):
        return found
    single = x_copies == 1 or kind == chromosomes.Y
    nearly_all = _nearly_all(call, high)
    if single and (nearly_all or call["zygosity"] == "homozygous"):
        return found | {"zygosity": "hemizygous"}
    if single:
        return found | {"call_doubt": SHARED.format(chrom=kind.upper())}
    if nearly_all:
        return found | {"call_doubt": LONELY.format(chrom=kind.upper())}
    return found


def _nearly_all(call: Row, high: float) -> bool:
    """Whether nearly all reads of a heterozygous call have its allele."""
    if call["zygosity"] != "heterozygous":
        return False
    share = call["allele_balance"]
    return "." in call["genotype"] if share is None else bool(share > high)
