"""What networks of regulatory tracks say of an allele, as ranking asks of it: tables.REGULATORY by allele and gene.

A network reads an allele for each candidate gene near it, whether a transcript of the gene holds it or not; so the
ranked table has a row for each of these genes too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from landfall import priority, tables
from landfall.models.track_catalogue import TRACK_MODELS

Row = Mapping[str, Any]
Key = tuple[Any, ...]
NOTABLE, ENOUGH = 0.95, 50
"""A percentile from which a change is called unusual, and the random changes that this takes. Ours."""
OUTSIDE = "outside_transcripts"
"""Why a splice model did not score an allele that no transcript of the gene holds."""
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


def by_gene(rows: Iterable[Row]) -> dict[Key, Row]:
    """Rows of tables.REGULATORY that a network scored for a gene, by allele and gene."""
    named = (*tables.ALLELE, "gene")
    return {
        tuple(row[name] for name in named): row for row in rows if row["status"] == "scored" and row["gene"]
    }


def columns(row: Row | None) -> dict[str, Any]:
    """The columns of tables.PRIORITISED; nulls where no network read the allele for the gene."""
    if row is None:
        return dict.fromkeys(("effect_regulation", *COLUMNS))
    p = priority.regulation(row["z_percentile"], row["background"], row["networks"])
    return {"effect_regulation": p, **{column: row[name] for column, name in COLUMNS.items()}}


def with_genes(wide: Mapping[Key, dict[str, Any]], judged: Mapping[Key, Row]) -> dict[Key, dict[str, Any]]:
    """Scores by allele, gene and transcript, with those genes too that a network read an allele for.

    wide: as :func:`landfall.ranking.pivot` gives them; an allele outside all transcripts stands in it without a gene,
    and in what is returned by the genes it was read for. judged: of :func:`by_gene`.
    """
    held = {key[:5] for key in wide}
    added = {
        (*key, row["transcript"]): _outside(row["gene"]) for key, row in judged.items() if key not in held
    }
    named = {key[:4] for key in added}
    return {key: numbers for key, numbers in wide.items() if key[4] or key[:4] not in named} | added


def _outside(gene: str) -> dict[str, Any]:
    detail = f"no transcript of {gene} holds it"
    return {"status": "not_scored", "reason": OUTSIDE, "detail": detail}


def notable(percentile: float, background: int) -> bool:
    """Whether a largest change is unusual, and enough random changes say so."""
    return percentile >= NOTABLE and background >= ENOUGH


def leading(strongest: Sequence[Row], groups: Collection[str], most: int) -> list[Row]:
    """The ``most`` largest changes, but up to half of them of the groups of tissues that matter.

    strongest: rows of tables.REGULATION, the largest change first.
    """
    mine = [n for n, row in enumerate(strongest) if row["tissue_group"] in groups][: most // 2]
    others = [n for n in range(len(strongest)) if n not in mine][: most - len(mine)]
    return [strongest[n] for n in sorted([*mine, *others])]


def told(row: Row) -> str:
    """What ``effect_regulation`` of a row of tables.PRIORITISED rests on, in words."""
    network = TRACK_MODELS[row["regulation_model"]].title
    part = 100 * row["regulation_percentile"]
    kind = "insertions and deletions" if len(row["ref"]) != len(row["alt"]) else "changes of one base"
    track = " in ".join(filter(None, (row["regulation_assay"], row["regulation_tissue"])))
    return (
        f"{network} sees its largest change in {track or 'track ' + row['regulation_track']}, "
        f"beyond that of {part:.3g}% of {row['regulation_background']:,} random {kind}"
    )
