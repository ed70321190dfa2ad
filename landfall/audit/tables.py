"""The table of changes since an earlier result."""

from __future__ import annotations

from landfall.genome.tables import ALLELE, ALLELE_COLUMNS, BOOL, F64, I64, TEXT
from landfall.io.parquet import Table, optional, required

CHANGES = Table(
    "changes",
    "one candidate that is new, gone, promoted or demoted since the earlier result of the sheet's column previous",
    (
        *ALLELE_COLUMNS,
        required("gene", TEXT, "gene symbol"),
        required("hgvs_c", TEXT, "change in the transcript (HGVS), from the run that has the candidate"),
        required("change", TEXT, "new, gone, promoted or demoted"),
        optional("rank_before", I64, "rank in the earlier result; null if it was not a candidate"),
        optional("rank", I64, "rank now; null if it is not a candidate"),
        optional("score_before", F64, "score in the earlier result"),
        optional("score", F64, "score now"),
        optional("flagged_before", BOOL, "whether it was flagged"),
        optional("flagged", BOOL, "whether it is flagged now"),
        required(
            "causes", TEXT, "causes of the change, joined by ','; names in landfall/audit/reanalysis.py"
        ),
        required(
            "detail",
            TEXT,
            "the changed part of the score or the rule of the ledger, and the differences behind it",
        ),
    ),
    (*ALLELE, "gene"),
)
