"""The data of the sections of the report and of the parts of a case page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.genome.tables import ALLELE
from landfall.io import parquet
from landfall.ranking.finding.columns import grouped
from landfall.ranking.tables import PRIORITISED
from landfall.report import recorded
from landfall.report.case import case as case_case
from landfall.report.case.case import CandidateCase
from landfall.report.case.finding_words import Group
from landfall.report.inputs import ReportInputs
from landfall.report.section import Section


@dataclass(frozen=True)
class ReportView:
    """The inputs with values that several sections share; ``sections``: all of the report, in order."""

    inputs: ReportInputs
    sections: Sequence[Section[Any]]

    @property
    def provenance(self) -> Mapping[str, Any]:
        return self.inputs.provenance

    @property
    def prioritised(self) -> pa.Table:
        return self.inputs.table(PRIORITISED)

    @cached_property
    def models(self) -> dict[str, str]:
        """The splice models of the ranked table, name to title."""
        return recorded.titles(self.provenance, case_case.models(self.prioritised))

    @property
    def model(self) -> str | None:
        """The first of them."""
        return next(iter(self.models), None)

    @cached_property
    def cases(self) -> list[CandidateCase]:
        """The candidates with a page."""
        return case_case.select(self.inputs)

    @cached_property
    def flagged(self) -> pa.Table:
        """Rows of the ranked table that are put forward as findings."""
        return self.prioritised.filter(self.prioritised["flagged"])

    @cached_property
    def _groups(self) -> list[Group]:
        order = case_case.by_rank(self.prioritised)
        return grouped(parquet.rows(PRIORITISED, order.filter(pc.not_equal(order["finding_level"], "none"))))

    def groups(self, level: str) -> list[Group]:
        """The findings, or the candidates, in the order of the ranking: one row each, or the two of a pair."""
        return [group for group in self._groups if group[0]["finding_level"] == level]

    @cached_property
    def headline(self) -> CandidateCase | None:
        """The case that the summary describes in full: that of the first finding; None without one."""
        groups = self.groups("finding") if self.models else []
        return next(
            (case for case in self.cases if groups and case.row["rank"] == groups[0][0]["rank"]), None
        )

    def group_of(self, case: CandidateCase) -> Group:
        """The rows of a case's finding, its own first."""
        mine = next((g for g in self._groups if case.row["rank"] in [row["rank"] for row in g]), (case.row,))
        return sorted(mine, key=lambda row: row["rank"] != case.row["rank"])


@dataclass(frozen=True)
class CaseView:
    """One candidate; ``models`` maps names to titles, ``phenotype`` HPO terms to names.

    ``group``: the rows of its finding, its own first. ``shown``: ranks of the candidates that have a page.
    """

    case: CandidateCase
    models: Mapping[str, str]
    phenotype: Mapping[str, str]
    group: Group
    shown: frozenset[int]

    @property
    def first(self) -> tuple[str, str] | None:
        """Name and title of the first model."""
        return next(iter(self.models.items()), None)


def alleles(rows: pa.Table) -> int:
    """Number of alleles in rows of the ranked table, each counted once, whatever the number of genes."""
    counted: int = rows.select(list(ALLELE)).group_by(list(ALLELE)).aggregate([]).num_rows
    return counted
