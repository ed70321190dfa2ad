"""One allele, and the keys of the rows of tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Row = Mapping[str, Any]


def allele_of(row: Row) -> Variant:
    return Variant(row["chrom"], row["pos"], row["ref"], row["alt"])


@dataclass(frozen=True)
class Variant:
    """One allele: 1-based position, upper-case alleles, contig named as in the reference.

    >>> deletion = Variant("chr2", 101, "GTA", "G")
    >>> str(deletion), deletion.start, deletion.end
    ('chr2-101-GTA-G', 100, 103)
    """

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


SomeRow = TypeVar("SomeRow", bound=Mapping[str, Any])


def by_key(rows: Sequence[SomeRow]) -> dict[Key, list[SomeRow]]:
    """Rows by allele, gene and transcript, in their order."""
    groups: dict[Key, list[SomeRow]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return groups
