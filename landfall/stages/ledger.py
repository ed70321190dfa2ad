"""The account of every allele of the input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from landfall import normalise as normalisation
from landfall import tables


def run(ledger: Path, decisions: Sequence[Path], prioritised: Path, variants: Path, output: Path) -> None:
    """The whole ledger: each allele's last decision, and for those that went on whether a splice model scored them.

    decisions: what normalising and filtering decided (tables.DECISIONS), in this order.
    """
    rows = tables.read(tables.PRIORITISED, prioritised).to_pylist()
    numbers = {
        tuple(v[n] for n in tables.ALLELE): v for v in tables.read(tables.VARIANTS, variants).to_pylist()
    }
    last = [last_decision(numbers[allele], group) for allele, group in _by_allele(rows).items()]
    stages = [tables.read(tables.DECISIONS, path) for path in decisions]
    stages.append(tables.from_rows(tables.DECISIONS, last))
    normalisation.combine(ledger, stages, output)


def _by_allele(rows: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in tables.ALLELE), []).append(row)
    return groups


def last_decision(variant: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Row of tables.DECISIONS of one allele; variant: of tables.VARIANTS, rows: of tables.PRIORITISED for its genes."""
    base = {"record": variant["record"], "allele": variant["allele"], "stage": "score"}
    scored = [row["gene"] for row in rows if row["status"] == "scored"]
    if scored:
        words = "scored in " + ", ".join(scored) + _spared(variant)
        return {**base, "fate": "kept", "rule": "scored", "detail": words}
    words = rows[0]["detail"] + _read(rows) + _spared(variant)
    return {**base, "fate": "not_scored", "rule": rows[0]["reason"], "detail": words}


def _read(rows: Sequence[Mapping[str, Any]]) -> str:
    """That networks of tracks read an allele which no splice model scored."""
    genes = [row["gene"] for row in rows if row["effect_regulation"] is not None]
    return f"; networks of tracks read it for {', '.join(genes)}" if genes else ""


def _spared(variant: Mapping[str, Any]) -> str:
    """What kept an allele in spite of a rule of the filter, empty where none spoke against it."""
    if not variant["spared"]:
        return ""
    delta = None if variant["delta"] is None else f"precomputed delta score {variant['delta']:.2f}"
    return f"{tables.SPARED}{variant['spared']}: {', '.join(filter(None, [variant['known'], delta]))}"
