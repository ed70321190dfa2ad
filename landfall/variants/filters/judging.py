"""Application of the variant filters in order: an allele that fails has one decision, by the first filter it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from landfall.config.filters import Filter
from landfall.io import columns
from landfall.variants.filters.rule import Holds, Rule, plain
from landfall.variants.tables import DECISIONS


@dataclass(frozen=True)
class Filtered:
    """The alleles that pass, and the decisions on the others (columns of tables.DECISIONS)."""

    alleles: pd.DataFrame
    decisions: pd.DataFrame


def judge(alleles: pd.DataFrame, rules: Sequence[Rule], thresholds: Filter) -> Filtered:
    """The alleles that fail no rule, renumbered, and the decisions on the others, by the first rule that each fails.

    alleles: numbered from 0, with the columns that the rules name and ``filter_exempted``: the first rule from which an
    allele is exempt, empty if none; it is filled in for those that pass. A rule whose limit is null is switched off.
    """
    left, decisions = np.ones(len(alleles), dtype=bool), []
    exempted_from = alleles["filter_exempted"].to_numpy(dtype=object, copy=True)
    for rule in rules:
        limit = rule.limit(thresholds)
        if rule.fails is None or (rule.observed and rule.setting and limit is None):
            continue
        failed = left & truths(rule.fails(alleles, limit))
        if rule.exempted_by and failed.any():
            exempt = failed & exempted(rule, alleles, thresholds)
            exempted_from[exempt & (exempted_from == "")] = rule.name
            failed &= ~exempt
        if failed.any():
            decisions.append(_decisions(rule, limit, alleles, failed))
            left &= ~failed
    together = pd.concat(decisions) if decisions else pd.DataFrame(columns=DECISIONS.names)
    alleles = alleles.assign(
        filter_exempted=pd.Series(exempted_from, index=alleles.index, dtype=columns.TEXT)
    )
    return Filtered(alleles if left.all() else alleles[left].reset_index(drop=True), together)


def truths(holds: Holds) -> np.ndarray:
    """Truth values, null as false."""
    found: np.ndarray = pd.Series(holds).fillna(False).to_numpy(dtype=bool)
    return found


def exempted(rule: Rule, alleles: pd.DataFrame, thresholds: Filter) -> np.ndarray:
    """Whether an exemption from the rule holds for each allele."""
    found = np.zeros(len(alleles), dtype=bool)
    for exemption in rule.exempted_by:
        found |= truths(exemption.holds(alleles, thresholds))
    return found


def _decisions(rule: Rule, limit: Any, alleles: pd.DataFrame, failed: np.ndarray) -> pd.DataFrame:
    """Rows of tables.DECISIONS; only the columns needed are copied, as most alleles of a genome are dropped."""
    names = dict.fromkeys(("record", "allele", *rule.columns))
    gone = alleles.loc[failed, list(names)]
    observed = gone[rule.observed].astype("Float64") if rule.observed else None
    return gone[["record", "allele"]].assign(
        status=rule.outcome,
        stage=rule.stage,
        rule=rule.name,
        detail=_details(rule, gone, limit),
        observed=np.nan if observed is None else observed.to_numpy(dtype=float, na_value=np.nan),
        threshold=_thresholds(rule, gone, limit),
        setting=gone[rule.deciding] if rule.deciding else rule.setting or None,
    )


def _details(rule: Rule, gone: pd.DataFrame, limit: Any) -> str | list[str]:
    if not rule.fields:
        return rule.detail
    known = {"observed": rule.observed, "threshold": rule.threshold}
    named = {field: known.get(field, field) for field in rule.fields}
    values = [gone[column].tolist() if column else [limit] * len(gone) for column in named.values()]
    return [rule.words(**dict(zip(named, row, strict=True))) for row in zip(*values, strict=True)]


def _thresholds(rule: Rule, gone: pd.DataFrame, limit: Any) -> list[str | None] | str | None:
    if rule.threshold:
        return [plain(value) for value in gone[rule.threshold].tolist()]
    return plain(limit) if rule.observed else None
