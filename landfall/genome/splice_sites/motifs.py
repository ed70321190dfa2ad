"""Splice site motifs, independent of any model."""

from __future__ import annotations

from collections.abc import Mapping

INTRON_BASES = {"acceptor": 20, "donor": 6}
EXON_BASES = 3
"""Bases of a site's motif on either side of the exon's edge, as in MaxEntScan."""
DONOR_BITS: tuple[Mapping[str, float], ...] = (
    {"A": 0.5, "C": 0.4, "G": -0.4, "T": -1.0},
    {"A": 1.4, "C": -1.2, "G": -1.2, "T": -0.8},
    {"A": -1.4, "C": -3.1, "G": 1.7, "T": -1.6},
    {},
    {},
    {"A": 1.3, "C": -3.2, "G": 0.4, "T": -3.1},
    {"A": 1.5, "C": -1.7, "G": -1.2, "T": -1.0},
    {"A": -1.4, "C": -2.2, "G": 1.6, "T": -1.6},
    {"A": -0.5, "C": -0.8, "G": -0.5, "T": 1.0},
)
"""log2 of a base's frequency at -3 to +6 of a donor over a quarter, from 8,101 donors of GENCODE (after Shapiro and
Senapathy, Nucleic Acids Res 15:7155, 1987). The dinucleotide is tested separately."""


def donor_bits(motif: str) -> float:
    """Score of nine bases, 5' to 3', as a donor motif, in bits; 0 for an unknown base."""
    return sum(table.get(base, 0.0) for table, base in zip(DONOR_BITS, motif, strict=True))
