"""How alleles are held against variant filters in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landfall.variants.tables import DECISIONS


@dataclass(frozen=True)
class Filtered:
    """The alleles that go on, and the decisions on those that do not (columns of tables.DECISIONS)."""

    alleles: pd.DataFrame
    decisions: pd.DataFrame


Check = tuple[str, "np.ndarray | pd.Series[bool]", Callable[[pd.DataFrame], "pd.Series[str]"]]
"""One filter at work: the name of its rule, the rows that fail, words for the ledger."""
"""One filter at work: the name of its rule, the rows that fail, words for the ledger."""
DECISION_COLUMNS = DECISIONS.names


TOLD = (
    *("record", "allele", "genotype", "filter", "depth", "genotype_quality", "allele_balance"),
    *("popmax_af", "frequency_source", "cohort_frequency"),
)
"""Columns that the words on a dropped allele may need; the others are not copied for the many that are dropped."""


def judge(alleles: pd.DataFrame, rules: Sequence[Check]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The alleles that fail no rule, numbered anew, and the decisions on the others, by the first that each fails.

    The alleles are numbered from 0.
    """
    left, decisions = np.ones(len(alleles), dtype=bool), []
    told = alleles[[name for name in TOLD if name in alleles]]
    for rule, fails, detail in rules:
        failed = left & pd.Series(fails).fillna(False).to_numpy(dtype=bool)
        if failed.any():
            gone = told[failed]
            columns = gone[["record", "allele"]]
            words = {"status": "dropped", "stage": "filter", "rule": rule, "detail": detail(gone)}
            decisions.append(columns.assign(**words))
            left &= ~failed
    together = pd.concat(decisions) if decisions else pd.DataFrame(columns=DECISION_COLUMNS)
    return (alleles if left.all() else alleles[left].reset_index(drop=True)), together
