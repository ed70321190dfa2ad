"""Call set metrics per contig: the counts by which the quality of a sequencing run is assessed.

Counts of normalised alleles that the patient carries and whose FILTER passes. A transition changes a
purine into a purine or a pyrimidine into a pyrimidine; their ratio to transversions falls towards 0.5 where calls are
noise. Ratios are left to the reader of the counts, so that counts of several contigs can be added.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from landfall.io import parquet
from landfall.variants import site_fields
from landfall.variants.tables import CALLSET

TRANSITIONS = ("AG", "GA", "CT", "TC")
ZYGOSITIES = ("heterozygous", "homozygous", "hemizygous")


def count(parts: Iterable[pa.Table], passing: Collection[str]) -> pa.Table:
    """tables.CALLSET from parts of tables.NORMALISED, one row a contig in the order of the reference.

    passing: values of the FILTER column, of which every one of an allele must be among these.
    """
    numbers = [name for name in CALLSET.names if name != "chrom"]
    whole = pa.concat_tables(_count(part, passing) for part in parts).group_by("chrom", use_threads=False)
    found = whole.aggregate([(name, "sum") for name in numbers])
    return parquet.check(CALLSET, found.rename_columns(["chrom", *numbers]))


def _count(alleles: pa.Table, passing: Collection[str]) -> pa.Table:
    """One row for each allele that counts: one or zero in every column."""
    absent = pc.is_in(alleles["zygosity"], pa.array(["absent", "uncalled"]))
    alleles = alleles.filter(pc.and_(pc.invert(absent), _passes(alleles["filter"], passing)))
    ref, alt = (pc.binary_length(alleles[name]).to_numpy() for name in ("ref", "alt"))
    change = pc.binary_join_element_wise(alleles["ref"], alleles["alt"], "")
    single = (ref == 1) & (alt == 1)
    transition = single & pc.is_in(change, pa.array(TRANSITIONS)).to_numpy()
    insertion, deletion = (ref == 1) & (alt > 1), (ref > 1) & (alt == 1)
    columns = {
        "alleles": np.ones(len(ref), dtype=bool),
        "substitutions": single,
        "transitions": transition,
        "transversions": single & ~transition,
        "insertions": insertion,
        "deletions": deletion,
        "others": ~(single | insertion | deletion),
        **{name: pc.equal(alleles["zygosity"], name).to_numpy() for name in ZYGOSITIES},
    }
    return pa.table({"chrom": alleles["chrom"], **{n: c.astype(np.int64) for n, c in columns.items()}})


def _passes(filters: pa.ChunkedArray, passing: Collection[str]) -> pa.ChunkedArray:
    good = [text for text in filters.unique().to_pylist() if site_fields.passes(text, passing)]
    return pc.is_in(filters, pa.array(good, pa.string()))
