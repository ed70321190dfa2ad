"""Columns of the prioritised table from the regulatory track models: tables.REGULATORY by allele and gene.

A track model scores an allele for each candidate gene near it, inside or outside the gene's transcripts; the ranked
table therefore has a row for each of these genes too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from landfall.genome.tables import ALLELE
from landfall.regulation import probability
from landfall.regulation.summary import OUTSIDE, SummaryRow

Key = tuple[Any, ...]
COLUMNS = {
    "regulation_percentile": "z_percentile",
    "regulation_background": "background",
    "regulation_networks": "networks",
    "regulation_z": "z",
    "regulation_model": "model",
    "regulation_track": "target",
    "regulation_assay": "assay",
    "regulation_tissue": "tissue",
}
"""Column of tables.PRIORITISED to that of tables.REGULATORY."""


def by_gene(rows: Iterable[SummaryRow]) -> dict[Key, SummaryRow]:
    """Rows of tables.REGULATORY that a track model scored for a gene, by allele and gene."""
    named = (*ALLELE, "gene")
    return {
        tuple(row[name] for name in named): row for row in rows if row["status"] == "scored" and row["gene"]
    }


def columns(row: SummaryRow | None) -> dict[str, Any]:
    """The columns of tables.PRIORITISED; nulls where no track model scored the allele for the gene."""
    if row is None:
        return dict.fromkeys(("effect_regulation", *COLUMNS))
    p = probability.regulation(row["z_percentile"], row["background"], row["networks"])
    return {"effect_regulation": p, **{column: row[name] for column, name in COLUMNS.items()}}


def with_genes(
    wide: Mapping[Key, dict[str, Any]], judged: Mapping[Key, SummaryRow]
) -> dict[Key, dict[str, Any]]:
    """Scores by allele, gene and transcript, including the genes that only a track model scored an allele for.

    wide: from :func:`landfall.splicing.score_rows.pivot`, where an allele outside all transcripts has an empty gene; in
    the result it has the genes it was scored for. judged: from :func:`by_gene`.
    """
    held = {key[:5] for key in wide}
    added = {
        (*key, row["transcript"]): _outside(row["gene"]) for key, row in judged.items() if key not in held
    }
    named = {key[:4] for key in added}
    return {key: numbers for key, numbers in wide.items() if key[4] or key[:4] not in named} | added


def _outside(gene: str) -> dict[str, Any]:
    detail = f"no transcript of {gene} contains it"
    return {"status": "not_scored", "reason": OUTSIDE, "detail": detail}
