"""Alleles that were not scored or were removed, by rule: every allele is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.ranking.tables import PRIORITISED
from landfall.regulation import summary
from landfall.report import formatting
from landfall.report.section import Section
from landfall.report.sections.funnel import Loss, losses
from landfall.report.view import ReportView
from landfall.variants.filters.rule import DROPPED, FILTER, NORMALISE, NOT_SCORED
from landfall.variants.filters.rules import BY_NAME, of_stage
from landfall.variants.tables import LEDGER

SHOWN = 50


@dataclass(frozen=True)
class Account:
    """Alleles that ended at one rule."""

    stage: str
    rule: str
    meaning: str
    alleles: str
    example: str


def not_scored(lost: Sequence[Loss]) -> list[Account]:
    """Alleles without a score, by stage and reason."""
    return [_account(loss) for loss in lost if loss.status == NOT_SCORED]


def normalise(lost: Sequence[Loss]) -> list[Account]:
    """Every rule of the normalisation, also those without an allele."""
    met = {loss.rule: loss for loss in lost if loss.stage == NORMALISE}
    declared = [rule.name for rule in of_stage(NORMALISE)]
    order = [*declared, *sorted(set(met) - set(declared))]
    return [_account(met.get(rule, Loss(NORMALISE, rule, DROPPED, 0, ""))) for rule in order]


def filtered(lost: Sequence[Loss]) -> list[Account]:
    """The filters that removed alleles, in the order of the funnel's steps."""
    return [_account(loss) for loss in lost if loss.stage == FILTER]


def _account(loss: Loss) -> Account:
    meaning = BY_NAME[loss.rule].meaning if loss.rule in BY_NAME else ""
    return Account(loss.stage, loss.rule, meaning, formatting.count(loss.alleles), loss.example)


@dataclass(frozen=True)
class Unscored:
    """One candidate without a score."""

    gene: str
    variant: str
    locus: str
    reason: str
    detail: str


def unscored(prioritised: pa.Table) -> tuple[list[Unscored], int]:
    """Candidates without a score, the first SHOWN of them, and their number: those outside the genes last, without
    those scored by regulatory track models.
    """
    table = prioritised.filter(pc.not_equal(prioritised["status"], "scored"))
    outside = pc.equal(table["reason"], summary.OUTSIDE)
    table = table.append_column("outside", outside)
    table = table.filter(pc.or_(pc.invert(outside), pc.is_null(table["effect_regulation"])))
    keys = [(name, "ascending") for name in ("outside", "reason", "rank")]
    rows = table.take(pc.sort_indices(table, sort_keys=keys)[:SHOWN]).to_pylist()
    found = [
        Unscored(
            r["gene"] or formatting.DASH,
            r["hgvs_c"],
            formatting.locus(r["chrom"], r["pos"]),
            r["reason"],
            r["detail"],
        )
        for r in rows
    ]
    return found, table.num_rows


def _context(view: ReportView) -> dict[str, Any]:
    lost = losses(view.inputs.table(LEDGER))
    rows, total = unscored(view.prioritised)
    return {
        "accounts": {
            "not_scored": not_scored(lost),
            "normalise": normalise(lost),
            "filter": filtered(lost),
            "unscored": rows,
            "unscored_total": total,
        }
    }


SECTION = Section(
    id="unscored",
    title="Variants not scored",
    template="unscored.html.j2",
    context=_context,
    reads=(LEDGER, PRIORITISED),
    nav="Not scored",
)
