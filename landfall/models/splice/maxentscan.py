"""MaxEntScan (Yeo and Burge, Journal of Computational Biology 2004): the similarity of a sequence to splice sites.

The score is the log2 ratio of a maximum entropy model of true sites to a background of bases. The tables are their
authors' (``me2x5`` and ``splicemodels/me2x3acc1`` to ``9``) and are read from the configured path; formulas and
constants are those of ``score5.pl`` and ``score3.pl``. The two bases that every site shares are scored on their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log2, prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landfall.models.info import WeightsError
from landfall.models.weights import npz

Table = NDArray[np.float64]

DONOR = (3, 6)
"""Bases of exon and of intron that a donor's score reads."""
ACCEPTOR = (20, 3)
"""Bases of intron and of exon that an acceptor's score reads."""
BACKGROUND = dict(zip("ACGT", (0.27, 0.23, 0.23, 0.27), strict=True))
DONOR_BASES = (
    dict(zip("ACGT", (0.004, 0.0032, 0.9896, 0.0032), strict=True)),
    dict(zip("ACGT", (0.0034, 0.0039, 0.0042, 0.9884), strict=True)),
)
ACCEPTOR_BASES = (
    dict(zip("ACGT", (0.9903, 0.0032, 0.0034, 0.0030), strict=True)),
    dict(zip("ACGT", (0.0027, 0.0037, 0.9905, 0.0030), strict=True)),
)
ABOVE = ((0, 7), (7, 14), (14, 21), (4, 11), (11, 18))
"""Stretches of an acceptor without its AG whose probabilities are multiplied, tables 1 to 5."""
BELOW = ((4, 7), (7, 11), (11, 14), (14, 18))
"""Stretches that two of them share, whose probabilities are divided by, tables 6 to 9."""
ACCEPTOR_SIZES = tuple(4 ** (end - start) for start, end in ABOVE + BELOW)
DONOR_SIZE = 4**7


@dataclass(frozen=True)
class MaxEntScan:
    """Ratios of probabilities by the number of a sequence in base 4 (A 0, C 1, G 2, T 3)."""

    donors: Table
    acceptors: tuple[Table, ...]

    def donor(self, sequence: str) -> float:
        """Score of 9 bases, 3 of exon and 6 of intron, upper or lower case (``score5.pl``).

        Raises ValueError for another length or a base that is not A, C, G or T.
        """
        bases = _checked(sequence, sum(DONOR))
        fixed = _fixed(bases[3:5], DONOR_BASES)
        return log2(fixed * float(self.donors[_number(bases[:3] + bases[5:])]))

    def acceptor(self, sequence: str) -> float:
        """Score of 23 bases, 20 of intron and 3 of exon, upper or lower case (``score3.pl``).

        Raises ValueError for another length or a base that is not A, C, G or T.
        """
        bases = _checked(sequence, sum(ACCEPTOR))
        rest = bases[:18] + bases[20:]
        values = [
            float(table[_number(rest[start:end])])
            for table, (start, end) in zip(self.acceptors, ABOVE + BELOW, strict=True)
        ]
        above, below = prod(values[: len(ABOVE)]), prod(values[len(ABOVE) :])
        return log2(_fixed(bases[18:20], ACCEPTOR_BASES) * above / below)

    def donor_at(self, sequence: str, intron: int) -> float | None:
        """Score of the donor whose intron begins at ``intron`` (0-based) of a sequence in transcript direction.

        None where bases around it are unknown or lie beyond the sequence.
        """
        site = _around(sequence, intron, DONOR)
        return None if site is None else self.donor(site)

    def acceptor_at(self, sequence: str, exon: int) -> float | None:
        """Score of the acceptor whose exon begins at ``exon`` (0-based) of a sequence in transcript direction.

        None where bases around it are unknown or lie beyond the sequence.
        """
        site = _around(sequence, exon, ACCEPTOR)
        return None if site is None else self.acceptor(site)


def load(path: Path) -> MaxEntScan:
    """The tables from the authors' folder, or an .npz with ``score5`` and ``score3_0`` to ``score3_8``.

    Raises WeightsError that lists every table that is missing or of another size.
    """
    stored = _archive(path) if path.is_file() else dict(_texts(path))
    names = ["score5", *(f"score3_{number}" for number in range(len(ACCEPTOR_SIZES)))]
    faults = [
        f"  {name}: expected {size} numbers above 0, found {stored[name].size if name in stored else 'none'}"
        for name, size in zip(names, (DONOR_SIZE, *ACCEPTOR_SIZES), strict=True)
        if name not in stored or stored[name].shape != (size,) or not _above_0(stored[name])
    ]
    if faults:
        raise WeightsError("\n".join([f"MaxEntScan: {path}: the tables cannot be used:", *faults]))
    donors, *acceptors = (stored[name] for name in names)
    return MaxEntScan(donors, tuple(acceptors))


def _above_0(table: Table) -> bool:
    return bool(np.isfinite(table).all() and (table > 0).all())


def files(path: Path) -> list[Path]:
    """The files that :func:`load` reads."""
    return [path] if path.is_file() else list(_named(path).values())


def _named(folder: Path) -> dict[str, Path]:
    """The authors' files by name of their table."""
    acceptors = {
        f"score3_{n}": folder / "splicemodels" / f"me2x3acc{n + 1}" for n in range(len(ACCEPTOR_SIZES))
    }
    return {"score5": folder / "me2x5", **acceptors}


def _archive(path: Path) -> dict[str, Table]:
    try:
        return npz.arrays(path)
    except WeightsError as error:
        raise WeightsError(f"MaxEntScan: {path}: expected an .npz of tables: {error}") from error


def _texts(folder: Path) -> Iterator[tuple[str, Table]]:
    """The authors' files, one number a line."""
    for name, file in _named(folder).items():
        if file.is_file():
            try:
                yield name, np.array(file.read_text().split(), dtype=np.float64)
            except ValueError as error:
                raise WeightsError(f"MaxEntScan: {file}: expected a number a line: {error}") from error


def _around(sequence: str, boundary: int, site: tuple[int, int]) -> str | None:
    """The bases 5' and 3' of an exon boundary, ``site`` numbers of them; None if one is missing or not A, C, G or T."""
    before, after = site
    bases = sequence[max(boundary - before, 0) : boundary + after].upper()
    return bases if len(bases) == before + after and set(bases) <= set("ACGT") else None


def _checked(sequence: str, length: int) -> str:
    bases = sequence.upper()
    if len(bases) != length or set(bases) - set("ACGT"):
        raise ValueError(f"a site has {length} bases of A, C, G and T, not {sequence!r}")
    return bases


def _fixed(bases: str, consensus: tuple[dict[str, float], dict[str, float]]) -> float:
    return prod(known[base] / BACKGROUND[base] for base, known in zip(bases, consensus, strict=True))


def _number(bases: str) -> int:
    return int(bases.translate(str.maketrans("ACGT", "0123")), 4)
