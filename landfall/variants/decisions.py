"""Decisions on alleles as a table."""

from __future__ import annotations

import pyarrow as pa

from landfall.io import parquet
from landfall.variants.tables import DECISIONS


def decisions(
    rows: pa.Table, status: str, stage: str, rule: str, detail: pa.Array | pa.ChunkedArray
) -> pa.Table:
    """tables.DECISIONS on rows with record and allele; ``detail``: words for each."""
    same = {
        name: pa.repeat(value, rows.num_rows)
        for name, value in (("status", status), ("stage", stage), ("rule", rule))
    }
    table = pa.table({"record": rows["record"], "allele": rows["allele"], **same, "detail": detail})
    return parquet.check(DECISIONS, table)
