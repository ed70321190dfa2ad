"""The status of every allele of the input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landfall.genome.variant import Variant, allele_of
from landfall.io import parquet
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.tables import PLACEMENTS
from landfall.stages.job import Job
from landfall.variants.filters import ledger as filters_ledger
from landfall.variants.filters.rule import NOT_SCORED
from landfall.variants.filters.rules import BY_NAME
from landfall.variants.tables import DECISIONS, EXEMPTED, VARIANTS

SECTIONS = ()


@dataclass(frozen=True)
class Inputs:
    """``ledger``: of normalisation (tables.LEDGER); ``repeats`` and ``decisions``: of normalisation and filtering
    (tables.DECISIONS); tables.PRIORITISED and tables.VARIANTS; ``placements``: tables.PLACEMENTS of each model, in the
    order of the configuration.
    """

    ledger: Path
    repeats: Path
    decisions: Path
    prioritised: Path
    variants: Path
    placements: tuple[Path, ...]


@dataclass(frozen=True)
class Outputs:
    """tables.LEDGER."""

    ledger: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    """The whole ledger: the last decision on each allele, and whether those that pass the filters were scored."""
    rows = parquet.rows(PRIORITISED, parquet.read(PRIORITISED, inputs.prioritised))
    numbers = {allele_of(v): v for v in parquet.read(VARIANTS, inputs.variants).to_pylist()}
    compared = numbers_of(inputs.placements)
    last = [last_decision(numbers[allele], group, compared) for allele, group in _by_allele(rows).items()]
    stages = [parquet.read(DECISIONS, path) for path in (inputs.repeats, inputs.decisions)]
    stages.append(parquet.from_rows(DECISIONS, last))
    filters_ledger.combine(inputs.ledger, stages, outputs.ledger)


def _by_allele(rows: Iterable[PrioritisedRow]) -> dict[Variant, list[PrioritisedRow]]:
    groups: dict[Variant, list[PrioritisedRow]] = {}
    for row in rows:
        groups.setdefault(allele_of(row), []).append(row)
    return groups


Refusal = tuple[Variant, str, str]
"""An allele without a window, with the rule and its detail."""


def numbers_of(placements: Sequence[Path]) -> dict[Refusal, dict[str, Any]]:
    """The numbers compared by rules of the windows, with the setting of the first model without a score."""
    found: dict[Refusal, dict[str, Any]] = {}
    for number, path in enumerate(placements):
        table = parquet.read(PLACEMENTS, path)
        for row in table.filter(table["observed"].is_valid()).to_pylist():
            setting = BY_NAME[row["reason"]].setting.replace("models.", f"models[{number}].", 1)
            values = {"observed": row["observed"], "threshold": row["threshold"], "setting": setting}
            found.setdefault(refusal_of(row), values)
    return found


def refusal_of(row: Mapping[str, Any]) -> Refusal:
    return allele_of(row), row["reason"], row["detail"]


def last_decision(
    variant: Mapping[str, Any],
    rows: Sequence[PrioritisedRow],
    compared: Mapping[Refusal, Mapping[str, Any]],
) -> dict[str, Any]:
    """Row of tables.DECISIONS of one allele; variant: of tables.VARIANTS, rows: of tables.PRIORITISED for its genes.

    compared: observed, threshold and setting by allele, reason and detail.
    """
    base = {"record": variant["record"], "allele": variant["allele"], "stage": "score"}
    scored = [row["gene"] for row in rows if row["status"] == "scored"]
    if scored:
        words = "scored in " + ", ".join(scored) + _exemption(variant)
        return {**base, "status": "kept", "rule": "scored", "detail": words}
    words = rows[0]["detail"] + _read(rows) + _exemption(variant)
    numbers = compared.get(refusal_of(rows[0]), {})
    return {**base, "status": NOT_SCORED, "rule": rows[0]["reason"], "detail": words, **numbers}


def _read(rows: Sequence[PrioritisedRow]) -> str:
    """Addition for an allele that regulatory track models score and no splice model does."""
    genes = [row["gene"] for row in rows if row["effect_regulation"] is not None]
    return f"; scored by regulatory track models for {', '.join(genes)}" if genes else ""


def _exemption(variant: Mapping[str, Any]) -> str:
    """The exemption of an allele from a filter, empty where it has none."""
    if not variant["filter_exempted"]:
        return ""
    delta = (
        None
        if variant["precomputed_delta_score"] is None
        else f"precomputed delta score {variant['precomputed_delta_score']:.2f}"
    )
    return f"{EXEMPTED}{variant['filter_exempted']}: {', '.join(filter(None, [variant['clinvar'], delta]))}"
