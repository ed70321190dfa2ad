"""The sections of the report in the order in which they are printed."""

from __future__ import annotations

from typing import Any

from landfall.io.parquet import Table
from landfall.ranking.tables import PRIORITISED
from landfall.report.section import Section, tables_of
from landfall.report.sections import (
    cases,
    changes,
    funnel,
    glossary,
    methods,
    ranked_table,
    regulation,
    summary,
    unscored,
)
from landfall.splicing.tables import OUTCOMES, PROBABILITIES
from landfall.variants.tables import CALLSET, LEDGER

SECTIONS: tuple[Section[Any], ...] = (
    changes.SECTION,
    summary.SECTION,
    cases.SECTION,
    ranked_table.SECTION,
    regulation.SECTION,
    funnel.SECTION,
    unscored.SECTION,
    glossary.SECTION,
    methods.SECTION,
)
TABLES: dict[str, Table] = tables_of(SECTIONS)
"""Every table that the report reads, by name."""
REQUIRED = (PRIORITISED, OUTCOMES, PROBABILITIES, LEDGER, CALLSET)
"""Tables without which there is no report."""
