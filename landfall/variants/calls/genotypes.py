"""Calls of one sample at each allele, parsed from FORMAT and the sample's column of any caller's VCF.

Genotypes and depths of the patient and of relatives are read here alone. Fields are parsed per record and then
expanded to alleles, so that a record of a thousand alternates is parsed once. A genotype that cannot be parsed is
missing, and so is a value of the wrong type; both are counted, and raise no exception.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of_class

import numpy as np
import pandas as pd
import pyarrow as pa

from landfall.io.columns import series
from landfall.variants.calls.allele_depths import allele_depths, site_depth
from landfall.variants.calls.format_fields import Fields

NEARLY_ALL = 0.8
"""Fraction of reads from which one allele counts as nearly all reads of a call."""
_GENOTYPE = re.compile(r"(?:\.|[0-9]{1,9})(?:[/|](?:\.|[0-9]{1,9}))*")


@dataclass(frozen=True)
class CallFields:
    """One sample's call at each allele; arrays of the length of the allele table.

    genotype: as written, without VCF 4.4's leading sign of phase; '.' if it cannot be read. copies: of the allele; -1
    where the genotype does not determine them. missing: uncalled alleles of the genotype. depth: reads at the position.
    allele_depth, total_depth: reads of the allele and of all alleles (not whole numbers where a caller writes a
    fraction alone); balance: their ratio. lone: whether a heterozygous call has hardly a read of its other allele,
    while DP has more reads, or is absent; these belong to another record, and ``total_depth`` is DP. Missing numbers
    are NaN, missing texts '.'. unreadable: number of invalid values, by FORMAT field.
    """

    genotype: pd.Series[str]
    phase_set: pd.Series[str]
    copies: np.ndarray
    ploidy: np.ndarray
    missing: np.ndarray
    depth: np.ndarray
    quality: np.ndarray
    allele_depth: np.ndarray
    total_depth: np.ndarray
    balance: np.ndarray
    lone: np.ndarray
    unreadable: Mapping[str, int]

    def take(self, rows: np.ndarray) -> CallFields:
        """The calls at some rows; ``unreadable`` stays that of all."""
        found = {
            field.name: getattr(self, field.name)[rows]
            for field in fields_of_class(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }
        texts = {name: getattr(self, name).iloc[rows] for name in ("genotype", "phase_set")}
        return replace(self, **found, **texts)


def read_calls(records: pd.DataFrame, alleles: pd.DataFrame, column: str = "call") -> CallFields:
    """The calls of the sample in a column of records, for alleles of :func:`landfall.variants.alleles.split_alleles`.

    records: blocks of :func:`landfall.variants.vcf.read_records`. alleles: ``row``, the number of the record
    in ``records`` from 0, ``allele``, its number in the record from 1, and ``alt``; all alleles of the records or
    some.

    An allele that is not in a genotype with missing alleles (``./0``) may be one of them: its copies are unknown. A
    reference genotype without reads (DP 0, AD 0 or GQ 0), as joint callers fill in, counts as missing too.
    Raises VariantFileError for local alleles (LGT, LAD) without their list (LAA, LA).
    """
    row, allele = alleles["row"].to_numpy(), alleles["allele"].to_numpy()
    fields = Fields(records, column)
    genotypes = _Genotypes(fields.genotypes(), fields.alternates, fields.unreadable)
    copies, missing = genotypes.copies(row, allele), genotypes.missing[row]
    depth, quality = site_depth(fields, row, allele), fields.number("GQ")[row]
    own, total, share = allele_depths(fields, alleles)
    silent = genotypes.reference[row] & ((depth == 0) | (total == 0) | (quality == 0))
    written = fields.number("DP")[row]
    lone = _lone(own, total, written, copies, genotypes.ploidy[row])
    total = np.where(lone, np.fmax(written, total), total)
    return CallFields(
        genotype=series(genotypes.text.take(pa.array(row)), alleles.index),
        phase_set=series(fields.text("PS").take(pa.array(row)), alleles.index),
        copies=np.where(silent | ((copies == 0) & (missing > 0)), -1, copies),
        ploidy=genotypes.ploidy[row],
        missing=missing,
        depth=np.where(np.isnan(depth), total, depth),
        quality=quality,
        allele_depth=own,
        total_depth=total,
        balance=ratio(own, total, share),
        lone=lone,
        unreadable=dict(fields.unreadable),
    )


def _lone(
    own: np.ndarray, total: np.ndarray, depth: np.ndarray, copies: np.ndarray, ploidy: np.ndarray
) -> np.ndarray:
    """Whether the other allele of a heterozygous call is in another record, by the reads.

    Nearly all reads of the record are the allele's (``NEARLY_ALL``), and DP is absent, or exceeds the record's reads by
    a fraction that a heterozygous allele can have.
    """
    more = np.isnan(depth) | (NEARLY_ALL * depth >= total)
    found: np.ndarray = (own >= NEARLY_ALL * total) & more
    return found & (own > 0) & (copies > 0) & (copies < ploidy)


def ratio(own: np.ndarray, total: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Reads of the allele over reads of all; ``otherwise`` where they are absent or zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(total > 0, own / total, otherwise)
    return np.where(np.isnan(found), otherwise, found)


class _Genotypes:
    """Genotypes of records: ``text``, ``ploidy``, ``missing`` and ``reference`` of each; copies of alleles.

    alternates: number of alternate alleles of each record; a genotype that names more cannot be read.
    """

    def __init__(self, written: pa.Array, alternates: np.ndarray, unreadable: Counter[str]) -> None:
        codes, unique = pd.factorize(series(written))
        texts = [canonical(text) for text in unique]
        called = [numbers_of(text) for text in texts]
        highest = np.array([max(numbers, default=0) for numbers in called], dtype=np.int64)
        wrong = np.array([text == "." for text in texts]) & (unique != ".")
        beyond = highest[codes] > alternates
        if count := int((beyond | wrong[codes]).sum()):
            unreadable["GT"] += count
        self.codes = np.where(beyond, len(texts), codes)
        texts, called = [*texts, "."], [*called, [-1]]
        self.text = pa.array(texts, pa.string()).take(pa.array(self.codes))
        self.ploidy = np.array([len(numbers) for numbers in called], dtype=np.int32)[self.codes]
        self.missing = np.array([numbers.count(-1) for numbers in called], dtype=np.int32)[self.codes]
        self.reference = np.array([not any(numbers) for numbers in called])[self.codes]
        pairs = [
            _pair(code, number) for code, numbers in enumerate(called) for number in numbers if number >= 0
        ]
        self._pairs, self._counts = np.unique(np.array(pairs, dtype=np.int64), return_counts=True)

    def copies(self, row: np.ndarray, allele: np.ndarray) -> np.ndarray:
        """Copies of an allele in the genotype of a record."""
        pair = _pair(self.codes[row], allele.astype(np.int64))
        place = np.searchsorted(self._pairs, pair)
        known = np.append(self._pairs, -1)[place] == pair
        found: np.ndarray = np.where(known, np.append(self._counts, 0)[place], 0).astype(np.int32)
        return found


def _pair(code: np.ndarray | int, allele: np.ndarray | int) -> np.ndarray | int:
    """One number for a genotype and an allele."""
    return code * (1 << 32) + allele


def canonical(genotype: str) -> str:
    """A genotype without the leading sign of phase of VCF 4.4 (section 1.6.2); '.' if it is not one.

    ``/0|1``: the first allele is not phased, so that the two are not phased with one another.
    """
    sign, rest = (genotype[0], genotype[1:]) if genotype[:1] in ("/", "|") else ("", genotype)
    if not _GENOTYPE.fullmatch(rest):
        return "."
    return rest.replace("|", "/") if sign == "/" else rest


def numbers_of(genotype: str) -> list[int]:
    """Numbers of the alleles of a genotype, -1 for a missing one."""
    return [-1 if name == "." else int(name) for name in genotype.replace("|", "/").split("/")]
