"""One allele, and the keys of the rows of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


def allele_of(row: Row) -> Variant:
    return Variant(row["chrom"], row["pos"], row["ref"], row["alt"])


@dataclass(frozen=True)
class Variant:
    """One allele: 1-based position, upper-case alleles, contig named as in the reference."""

    chrom: str
    pos: int
    ref: str
    alt: str

    @property
    def start(self) -> int:
        """0-based position of the first reference base."""
        return self.pos - 1

    @property
    def end(self) -> int:
        """End of the reference bases, half-open."""
        return self.start + len(self.ref)

    def __str__(self) -> str:
        return f"{self.chrom}-{self.pos}-{self.ref}-{self.alt}"


Key = tuple[str, int, str, str, str, str]


def key_of(row: Row) -> Key:
    """Allele, gene and transcript of a row of any table."""
    return row["chrom"], row["pos"], row["ref"], row["alt"], row["gene"], row["transcript"]


def by_key(rows: Sequence[Mapping[str, Any]]) -> dict[Key, list[Mapping[str, Any]]]:
    """Rows by allele, gene and transcript, in their order."""
    groups: dict[Key, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return groups
