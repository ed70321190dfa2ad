"""The kind of chromosome at a position: autosome, X, Y or mitochondrion; pseudoautosomal regions are autosomal."""

from __future__ import annotations

from functools import cache

AUTOSOME, X, Y, MITOCHONDRION = "autosome", "x", "y", "mitochondrion"

PSEUDOAUTOSOMAL: dict[str, dict[str, tuple[tuple[int, int], ...]]] = {
    "GRCh38": {
        "chrX": ((10_000, 2_781_479), (155_701_382, 156_030_895)),
        "chrY": ((10_000, 2_781_479), (56_887_902, 57_217_415)),
    },
    "GRCh37": {
        "chrX": ((60_000, 2_699_520), (154_931_043, 155_260_560)),
        "chrY": ((10_000, 2_649_520), (59_034_049, 59_363_566)),
    },
}
"""PAR1 and PAR2 by build and UCSC's name, 0-based half-open, as the Genome Reference Consortium gives them."""

_KINDS = {"chrX": X, "chrY": Y, "chrM": MITOCHONDRION}


@cache
def _ucsc() -> dict[str, str]:
    """Any name of X, Y and the mitochondrion to UCSC's; the import is late to keep parsing quick."""
    from landfall.genome.sequence import aliases

    return aliases(list(_KINDS))


def pseudoautosomal(chrom: str, build: str) -> tuple[tuple[int, int], ...]:
    """PAR1 and PAR2 of a chromosome by any of its names, 0-based half-open; none for a build without known regions."""
    return PSEUDOAUTOSOMAL.get(build, {}).get(_ucsc().get(chrom, chrom), ())


def kind(chrom: str, pos: int, build: str) -> str:
    """``autosome``, ``x``, ``y`` or ``mitochondrion``; a pseudoautosomal position is one of an autosome.

    ``chrom`` by any of its names, ``pos`` 1-based. A build without known regions (a synthetic one) has none.

    >>> kind("X", 20_000, "GRCh38"), kind("X", 31_000_000, "GRCh38"), kind("MT", 3243, "GRCh38")
    ('autosome', 'x', 'mitochondrion')
    """
    if any(start < pos <= end for start, end in pseudoautosomal(chrom, build)):
        return AUTOSOME
    return _KINDS.get(_ucsc().get(chrom, chrom), AUTOSOME)
