"""Multiallelic calls that a tool split into one record per allele, joined again.

``1/2`` becomes ``1/0`` and ``0/1`` by bcftools norm, ``1/.`` and ``./1`` by vt, ``0/1`` twice by others; the other
allele may be ``*``. Records of one position belong together where their genotypes, or their reads, allow no
other interpretation; two independent calls at one position do not. The halves are in trans, and the reads of one
record are not all reads of the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from landfall.variants.calls.genotypes import NEARLY_ALL, CallFields, numbers_of, ratio


def put_together(calls: CallFields, alleles: pd.DataFrame) -> tuple[CallFields, np.ndarray]:
    """The calls completed by their other halves, and where each was split: contig and position, else None.

    alleles: chrom, pos, record of all alleles of a block in the order of the file, those that cannot be normalised
    included. Of a half, the missing alleles that the other halves have are known: ``1/.`` beside ``./1`` has none, and
    ``./.`` beside both, or beside ``1/1`` with all reads, does not have the allele. The total of reads is DP, or the
    sum of all halves, whichever is larger.
    """
    site = np.full(len(alleles), None, dtype=object)
    copies, missing = calls.copies.copy(), calls.missing.copy()
    depth, total = calls.depth.copy(), calls.total_depth.copy()
    for rows in _groups(alleles, (calls.copies != 0) | (calls.missing > 0)):
        genotypes = [numbers_of(calls.genotype.iloc[row]) for row in rows]
        halves = rows[[max(genotype) > 0 for genotype in genotypes]]
        known = _filled(genotypes)
        elsewhere = rows[_elsewhere(calls, rows)]
        copies[elsewhere] = missing[elsewhere] = 0
        if known:
            missing[rows] = 0
        if known or set(_records_per_copy(genotypes)) == {1}:
            settled = rows[missing[rows] == 0]
            copies[settled] = np.maximum(copies[settled], 0)
        if len(halves) > 1 and (known or _unsorted(genotypes) or _by_reads(calls, halves)):
            site[halves] = f"{alleles['chrom'].iloc[halves[0]]}:{alleles['pos'].iloc[halves[0]]}"
            depth[halves] = np.fmax(depth[halves], np.sum(calls.allele_depth[halves]))
            total[halves] = np.fmax(total[halves], depth[halves])
    whole = replace(calls, copies=copies, missing=missing, depth=depth, total_depth=total)
    return replace(whole, balance=ratio(calls.allele_depth, total, calls.balance)), site


def _groups(alleles: pd.DataFrame, called: np.ndarray) -> Iterator[np.ndarray]:
    """Row numbers of the alleles of each position with several records of one allele, of which two are called."""
    chrom, pos, record = (alleles[name].to_numpy() for name in ("chrom", "pos", "record"))
    new = np.ones(len(alleles), dtype=bool)
    new[1:] = (chrom[1:] != chrom[:-1]) | (pos[1:] != pos[:-1])
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(alleles))
    several = np.add.reduceat(called, starts, dtype=np.int64) > 1 if len(starts) else starts > 0
    for start, end in zip(starts[several], ends[several], strict=True):
        if len(np.unique(record[start:end])) == end - start:
            yield np.arange(start, end)


def _records_per_copy(genotypes: Sequence[Sequence[int]]) -> list[int]:
    """Number of records in which each copy of the chromosome has an allele; empty where the ploidies differ.

    The place in the genotype stays when a call is split: a copy with an allele in one record is reference, or missing,
    in the others.
    """
    if len({len(genotype) for genotype in genotypes}) > 1:
        return []
    return [sum(name > 0 for name in copy) for copy in zip(*genotypes, strict=True)]


def _filled(genotypes: Sequence[Sequence[int]]) -> bool:
    """Whether every missing allele is one that another record has, as vt writes it (``1/.`` and ``./1``).

    A call that is missing altogether is one of them only beside such halves: else it may be of another variant.
    """
    held = _records_per_copy(genotypes)
    missing = [-1 in copy for copy in zip(*genotypes, strict=False)]
    halves = any(-1 in genotype and max(genotype) >= 0 for genotype in genotypes)
    return (
        bool(held)
        and halves
        and max(held) == 1
        and all(n for n, gone in zip(held, missing, strict=True) if gone)
    )


def _elsewhere(calls: CallFields, rows: np.ndarray) -> np.ndarray:
    """Which calls are missing altogether, with reads of which all are another record's: vt's ``./.`` of ``2/2``."""
    own, depth = calls.allele_depth[rows], calls.depth[rows]
    every = (calls.copies[rows] == calls.ploidy[rows]) & (own >= NEARLY_ALL * depth)
    found: np.ndarray = (calls.missing[rows] == calls.ploidy[rows]) & (depth > 0) & every.any()
    found &= calls.total_depth[rows] == 0
    return found


def _unsorted(genotypes: Sequence[Sequence[int]]) -> bool:
    """Whether each copy has its one allele, in genotypes that no caller writes for one record: ``1/0`` and ``0/1``."""
    disorder = any(list(genotype) != sorted(genotype) for genotype in genotypes if -1 not in genotype)
    held = _records_per_copy(genotypes)
    return disorder and bool(held) and set(held) == {1}


def _by_reads(calls: CallFields, rows: np.ndarray) -> bool:
    """Whether calls with hardly a read of the reference hold nearly all reads together."""
    own, lone = calls.allele_depth[rows], calls.lone[rows]
    full = lone | (own >= NEARLY_ALL * calls.total_depth[rows])
    shared = np.nansum(own) >= NEARLY_ALL * np.max(calls.depth[rows])
    return bool(shared and lone.any() and full.all() and (calls.copies[rows] < calls.ploidy[rows]).all())
