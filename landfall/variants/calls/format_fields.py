"""The FORMAT fields of one sample as text and numbers, record by record, whatever the order and types in the file."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landfall.io.columns import arrow, element, numbers, series
from landfall.variants.vcf import VariantFileError


class Lists:
    """Comma-separated numbers: those of record i are ``values[start[i] : start[i] + length[i]]``.

    NaN where missing, not a number, or negative (reads, qualities and fractions are not; some callers write -1 and -9
    for a missing value); the last two are counted under the name of the field.
    """

    def __init__(self, text: pa.Array, unreadable: Counter[str], name: str) -> None:
        lists = pc.split_pattern(text, ",")
        self.start = np.asarray(lists.offsets)[:-1].astype(np.int64)
        self.length = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
        values = numbers(lists.values)
        self.values = np.where(values < 0, np.nan, values)
        wrong = int(np.isnan(self.values).sum()) - int(pc.sum(pc.equal(lists.values, ".")).as_py() or 0)
        if wrong:
            unreadable[name] += wrong

    def at(self, row: np.ndarray, place: np.ndarray | int) -> np.ndarray:
        """The value at a place (0-based) of a record's list; NaN beyond its end."""
        place = np.broadcast_to(place, row.shape)
        there = (place >= 0) & (place < self.length[row])
        picked = np.append(self.values, np.nan)[np.where(there, self.start[row] + place, -1)]
        return np.asarray(picked)

    def total(self, row: np.ndarray) -> np.ndarray:
        """The sum of a record's list; NaN if any value is."""
        sums = np.add.reduceat(self.values, self.start) if len(self.start) else np.zeros(0)
        return np.asarray(sums[row])


class Fields:
    """The FORMAT fields of one sample, record by record; ``names``: those that any record has."""

    def __init__(self, records: pd.DataFrame, column: str) -> None:
        self.unreadable: Counter[str] = Counter()
        self.rows, self.alternates = len(records), _alternates(records)
        self._read: dict[str, Lists] = {}
        if column not in records:
            self.layouts: list[list[str]] = []
            self.names: frozenset[str] = frozenset()
            return
        self.codes, layouts = pd.factorize(records["format"])
        self.layouts = [str(layout).split(":") for layout in layouts]
        self.names = frozenset(name for layout in self.layouts for name in layout)
        self.cells = pc.split_pattern(arrow(records[column]), ":")

    def text(self, name: str) -> pa.Array:
        """A field as text, '.' where absent; records are grouped by their FORMAT."""
        if name not in self.names:
            return pa.repeat(".", self.rows)
        places = np.array([layout.index(name) if name in layout else -1 for layout in self.layouts])
        return element(self.cells, places[self.codes], ".")

    def number(self, name: str) -> np.ndarray:
        """A field of one number, NaN where absent."""
        if name not in self.names:
            return np.full(self.rows, np.nan)
        reads = self.lists(name)
        return reads.at(np.arange(self.rows), np.where(reads.length == 1, 0, -1))

    def lists(self, name: str) -> Lists:
        """A field of several numbers, read once."""
        if name not in self._read:
            self._read[name] = Lists(self.text(name), self.unreadable, name)
        return self._read[name]

    def local(self) -> pa.Array | None:
        """Numbers of the alternates that LGT, LAD count (LAA of VCF 4.5; LA of hail, which has 0 for REF as well)."""
        found = next((name for name in ("LAA", "LA") if name in self.names), None)
        return None if found is None else self.text(found)

    def genotypes(self) -> pa.Array:
        """GT; where a record has LGT alone, that in numbers of the record."""
        if "LGT" not in self.names:
            return self.text("GT")
        mine, local = self.text("LGT"), self.local()
        if local is None:
            raise VariantFileError(
                "FORMAT has LGT (genotypes in local alleles) without LAA or LA, which list these alleles; "
                "write the file with GT"
            )
        pairs, unique = pd.factorize(series(pc.binary_join_element_wise(mine, local, " ")))
        world = pa.array([_global(*text.split(" ")) for text in unique], pa.string()).take(pa.array(pairs))
        written = self.text("GT")
        return pc.if_else(pc.equal(written, "."), world, written)


def numbers_of_local(local: str) -> list[str]:
    return [number for number in local.split(",") if number not in (".", "0", "")]


def _global(genotype: str, local: str) -> str:
    """A genotype in local alleles (0 is REF, n the n-th of ``local``) in numbers of the record."""
    names = ["0", *numbers_of_local(local)]

    def name(found: re.Match[str]) -> str:
        number = int(found[0])
        return names[number] if number < len(names) else "?"

    return re.sub(r"[0-9]{1,9}", name, genotype)


def _alternates(records: pd.DataFrame) -> np.ndarray:
    """Number of alternate alleles of each record."""
    alt = arrow(records["alt"])
    commas: np.ndarray = pc.count_substring(alt, ",").to_numpy(zero_copy_only=False)
    found: np.ndarray = np.where(pc.equal(alt, ".").to_numpy(zero_copy_only=False), 0, commas + 1)
    return found
