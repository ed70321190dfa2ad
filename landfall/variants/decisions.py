"""Decisions on alleles as a table."""

from __future__ import annotations

import pyarrow as pa

from landfall.io import parquet
from landfall.variants.tables import DECISIONS, NUMBERS


def decisions(
    rows: pa.Table, status: str, stage: str, rule: str, detail: pa.Array | pa.ChunkedArray
) -> pa.Table:
    """Rows of tables.DECISIONS, for rows with record and allele, by a rule without numbers; ``detail``: one text per
    row.
    """
    same = {
        name: pa.repeat(value, rows.num_rows)
        for name, value in (("status", status), ("stage", stage), ("rule", rule))
    }
    none = dict.fromkeys(NUMBERS, pa.nulls(rows.num_rows))
    table = pa.table({"record": rows["record"], "allele": rows["allele"], **same, "detail": detail, **none})
    return parquet.check(DECISIONS, table)
