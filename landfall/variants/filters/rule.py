"""A rule: a reason for which an allele is dropped or not scored, and the exemptions from it.

Declared once, in :data:`landfall.variants.filters.rules.RULES`; the filters, the ledger, the funnel and the tables of
the report, ``landfall why``, the causes of a reanalysis and the table in docs/science.md are derived from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from string import Formatter
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from landfall.config.filters import Filter

Tiers = tuple[tuple[str, ...], ...]
"""Causes in tiers, the likeliest first; those of the first tier with a difference are reported. ``settings.x`` stands
for the settings below ``x``."""

NORMALISE, FILTER, SCORE, REGULATION, HAPLOTYPES = "normalise", "filter", "score", "regulation", "haplotypes"
"""Stages. The first three are those of the ledger; ``score`` includes the windows of the splice models. The last two
leave an allele out of one analysis: the windows of regulatory track models, the haplotypes with several variants."""
DROPPED, NOT_SCORED = "dropped", "not_scored"

READ, CALLED, PLACED, RARE, OTHER, SCORED = (
    "alleles with a readable sequence",
    "called with confidence",
    "in or near the candidate genes",
    "rare in the population",
    "kept by the other filters",
    "scored by the models",
)
STEPS = (READ, CALLED, PLACED, RARE, OTHER, SCORED)
"""The steps of the funnel, in their order: the alleles left after each."""

Holds: TypeAlias = "np.ndarray | pd.Series[bool]"
"""A truth value for each row of a table of alleles; null counts as false."""


@dataclass(frozen=True)
class Exemption:
    """Alleles that are exempt from a filter: ``holds`` for each row of a table of alleles."""

    meaning: str
    holds: Callable[[pd.DataFrame, Filter], Holds]


@dataclass(frozen=True)
class Decision:
    """A rule applied to one allele: the ledger's detail, the value compared, and the limit as JSON."""

    rule: str
    detail: str
    observed: float | None = None
    threshold: str | None = None


@dataclass(frozen=True)
class Rule:
    """A reason for which an allele is dropped or not scored.

    ``also``: further stages with the same rule. ``outcome``: DROPPED or NOT_SCORED. ``report_group``: step of the
    funnel, empty for a rule that is not in the ledger. ``setting``: dotted key of the configuration that holds the
    limit, or switches the rule off where it is null. ``detail``: format string of the ledger's words, from
    ``observed``, ``threshold`` and columns of the alleles. ``remedy``: advice where no setting keeps the allele, or
    further advice on the setting. ``depends_on``: causes of a change between two results by this rule.

    Of a filter, which is computed on a table of alleles: ``fails`` takes the table and the limit, and returns a truth
    value for each row (null counts as false). ``observed`` names the column of the values compared; ``threshold`` and
    ``deciding`` the columns of the limit and its dotted key, where these differ from allele to allele. ``info``: field
    of INFO that is read for the filter, a number of the record or of the allele; ``observed`` is then its column.
    """

    name: str
    stage: str
    outcome: str
    report_group: str
    meaning: str
    also: tuple[str, ...] = ()
    setting: str = ""
    fails: Callable[[pd.DataFrame, Any], Holds] | None = None
    info: str = ""
    observed: str = ""
    threshold: str = ""
    deciding: str = ""
    detail: str = ""
    remedy: str = ""
    depends_on: Tiers = ()
    exempted_by: tuple[Exemption, ...] = ()

    def limit(self, thresholds: Filter) -> Any:
        """The value of ``setting``, a key below ``filter``; None where the rule has none or is switched off."""
        _, *path = self.setting.split(".") if self.setting else ("",)
        return reduce(getattr, path, thresholds) if path else None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the detail, in its order."""
        return tuple(dict.fromkeys(_fields(self.detail)))

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the alleles that a decision needs."""
        named = (self.observed, self.threshold, self.deciding, *self.fields)
        return tuple(dict.fromkeys(name for name in named if name not in ("", "observed", "threshold")))

    def words(self, **values: Any) -> str:
        """The detail of one allele."""
        return self.detail.format(**values)

    def decide(self, observed: float | None = None, threshold: Any = None, **values: Any) -> Decision:
        """The decision on one allele; values: the other fields of the detail."""
        words = self.words(observed=observed, threshold=threshold, **values)
        return Decision(self.name, words, observed, None if observed is None else plain(threshold))


def _fields(detail: str) -> Iterator[str]:
    for _, name, _, _ in Formatter().parse(detail):
        if name:
            yield name.split("[")[0]


def plain(threshold: Any) -> str | None:
    """A limit as in the tables: JSON, such as ``10`` or ``[0.15, 0.85]``; None without one."""
    return None if threshold is None else json.dumps(threshold)
