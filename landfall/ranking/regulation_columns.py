"""Columns of the prioritised table from the regulatory track models: tables.REGULATORY by allele and gene.

A track model scores an allele for each candidate gene near it, inside or outside the gene's transcripts; the ranked
table therefore has a row for each of these genes too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from landfall.genome.tables import candidate_of
from landfall.models.registry import track_model
from landfall.ranking.rows import PrioritisedRow
from landfall.regulation import probability, summary
from landfall.regulation.rows import RegulatoryRow
from landfall.regulation.summary import OUTSIDE

Key = tuple[Any, ...]
COLUMNS = (
    "effect_regulation",
    "regulation_percentile",
    "regulation_background",
    "regulation_networks",
    "regulation_z",
    "regulation_model",
    "regulation_track",
    "regulation_assay",
    "regulation_tissue",
)
"""Columns of tables.PRIORITISED that are made here."""


def by_gene(rows: Iterable[RegulatoryRow]) -> dict[Key, RegulatoryRow]:
    """Rows of tables.REGULATORY that a track model scored for a gene, by allele and gene."""
    return {candidate_of(row)[:5]: row for row in rows if row["status"] == "scored" and row["gene"]}


def columns(row: RegulatoryRow | None) -> dict[str, Any]:
    """The columns of tables.PRIORITISED; nulls where no track model scored the allele for the gene."""
    if row is None:
        return dict.fromkeys(COLUMNS)
    largest = summary.largest(row)
    return {
        "effect_regulation": probability.regulation(largest.percentile, largest.background, row["networks"]),
        "regulation_percentile": largest.percentile,
        "regulation_background": largest.background,
        "regulation_networks": row["networks"],
        "regulation_z": largest.z,
        "regulation_model": largest.model,
        "regulation_track": row["target"],
        "regulation_assay": row["assay"],
        "regulation_tissue": row["tissue"],
    }


def with_genes(
    wide: Mapping[Key, dict[str, Any]], judged: Mapping[Key, RegulatoryRow]
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


def describe(row: PrioritisedRow) -> str:
    """The basis of ``effect_regulation`` of a row of tables.PRIORITISED, in words."""
    network = track_model(row["regulation_model"] or "").info.title
    part = 100 * (row["regulation_percentile"] or 0.0)
    kind = "insertions and deletions" if len(row["ref"]) != len(row["alt"]) else "substitutions"
    track = " in ".join(filter(None, (row["regulation_assay"], row["regulation_tissue"])))
    measured = track or f"track {row['regulation_track']}"
    return (
        f"{network} predicts the largest change for {measured}, "
        f"beyond that of {part:.3g}% of {row['regulation_background'] or 0:,} random {kind}"
    )
