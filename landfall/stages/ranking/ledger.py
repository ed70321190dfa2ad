"""The account of every allele of the input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.ranking.tables import PRIORITISED
from landfall.variants.filters import ledger as filters_ledger
from landfall.variants.tables import DECISIONS, EXEMPTED, VARIANTS


def run(ledger: Path, decisions: Sequence[Path], prioritised: Path, variants: Path, output: Path) -> None:
    """The whole ledger: each allele's last decision, and for those that went on whether a splice model scored them.

    decisions: what normalising and filtering decided (tables.DECISIONS), in this order.
    """
    rows = parquet.read(PRIORITISED, prioritised).to_pylist()
    numbers = {tuple(v[n] for n in ALLELE): v for v in parquet.read(VARIANTS, variants).to_pylist()}
    last = [last_decision(numbers[allele], group) for allele, group in _by_allele(rows).items()]
    stages = [parquet.read(DECISIONS, path) for path in decisions]
    stages.append(parquet.from_rows(DECISIONS, last))
    filters_ledger.combine(ledger, stages, output)


def _by_allele(rows: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in ALLELE), []).append(row)
    return groups


def last_decision(variant: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Row of tables.DECISIONS of one allele; variant: of tables.VARIANTS, rows: of tables.PRIORITISED for its genes."""
    base = {"record": variant["record"], "allele": variant["allele"], "stage": "score"}
    scored = [row["gene"] for row in rows if row["status"] == "scored"]
    if scored:
        words = "scored in " + ", ".join(scored) + _spared(variant)
        return {**base, "status": "kept", "rule": "scored", "detail": words}
    words = rows[0]["detail"] + _read(rows) + _spared(variant)
    return {**base, "status": "not_scored", "rule": rows[0]["reason"], "detail": words}


def _read(rows: Sequence[Mapping[str, Any]]) -> str:
    """That networks of tracks read an allele which no splice model scored."""
    genes = [row["gene"] for row in rows if row["effect_regulation"] is not None]
    return f"; networks of tracks read it for {', '.join(genes)}" if genes else ""


def _spared(variant: Mapping[str, Any]) -> str:
    """What kept an allele in spite of a rule of the filter, empty where none spoke against it."""
    if not variant["filter_exempted"]:
        return ""
    delta = (
        None
        if variant["precomputed_delta_score"] is None
        else f"precomputed delta score {variant['precomputed_delta_score']:.2f}"
    )
    return f"{EXEMPTED}{variant['filter_exempted']}: {', '.join(filter(None, [variant['clinvar'], delta]))}"
