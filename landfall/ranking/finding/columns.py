"""The columns of the prioritised table on the finding, and the findings of a table: a pair is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from landfall.genome.variant import allele_of
from landfall.patient.inheritance.family import Family
from landfall.ranking import coding_words
from landfall.ranking.finding import relatives
from landfall.ranking.finding.decision import Thresholds, decide
from landfall.ranking.rows import PrioritisedRow

Keyed = Mapping[tuple[str, str], PrioritisedRow]
"""Rows by allele (chrom-pos-ref-alt) and gene."""


def by_allele(rows: Sequence[PrioritisedRow]) -> Keyed:
    return {(str(allele_of(row)), row["gene"]): row for row in rows}


def partner_of(row: PrioritisedRow, rows: Keyed) -> PrioritisedRow | None:
    """The row of the partner in the gene."""
    return rows.get((row["partner"], row["gene"])) if row["partner"] else None


def columns(
    row: PrioritisedRow, partner: PrioritisedRow | None, family: Family, thresholds: Thresholds
) -> dict[str, Any]:
    """The columns of a row that has all others."""
    decided = decide(row, partner, thresholds)
    modes = row["inheritance_modes"].split(";")
    return {
        "flagged": decided.level == "finding",
        "finding_level": decided.level,
        "finding_kinds": ";".join(decided.kinds),
        "finding_reason": decided.reason,
        "relatives": relatives.describe(allele_of(row), row["zygosity"], modes, family),
        **relatives.columns(allele_of(row), family),
    }


def has_kind(row: PrioritisedRow, kind: str) -> bool:
    """Whether evidence of a kind counted for a row."""
    return kind in row["finding_kinds"].split(";")


def grouped(rows: Sequence[PrioritisedRow]) -> list[Sequence[PrioritisedRow]]:
    """Rows as findings, in their order: two alleles that are each other's pair make one, and so do the alleles of one
    copy with a joint consequence that counts.
    """
    keyed, done = by_allele(rows), set[int]()
    found: list[Sequence[PrioritisedRow]] = []
    for row in rows:
        if row["rank"] in done:
            continue
        group = (row, *(mate for mate in _mates(row, keyed) if mate["rank"] not in done))
        done |= {one["rank"] for one in group}
        found.append(group)
    return found


def _mates(row: PrioritisedRow, rows: Keyed) -> list[PrioritisedRow]:
    """The other rows of a row's finding."""
    if has_kind(row, "pair"):
        other = partner_of(row, rows)
        return [other] if other and has_kind(other, "pair") else []
    if not coding_words.by_joint(row):
        return []
    others = (rows.get((allele, row["gene"])) for allele in (row["joint_with"] or "").split(";"))
    return [other for other in others if other and coding_words.by_joint(other)]
