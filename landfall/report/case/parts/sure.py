"""The part of a case page on how sure the prediction is: scores, stability, draft criteria, in silico mutagenesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from landfall.ranking.tables import EVIDENCE
from landfall.report.case import acmg, robustness, scores
from landfall.report.figures import mutagenesis_heatmap
from landfall.report.section import Origin, Section
from landfall.report.sections import score_breakdown
from landfall.report.view import CaseView
from landfall.splicing.tables import HAPLOTYPES, INTERPRETED_CANDIDATES, MUTAGENESIS, STABILITY


@dataclass(frozen=True)
class Sure:
    """How sure the prediction is, ready to print."""

    deltas: Sequence[tuple[str, Sequence[scores.Delta]]]
    probability: str
    in_region: str
    reason: str
    parts: Sequence[score_breakdown.Part]
    total: str
    panel: robustness.Panel | None
    evidence: acmg.Evidence | None
    map: mutagenesis_heatmap.Map | None
    haplotypes: robustness.Haplotypes | None
    missing: str


def _context(view: CaseView) -> dict[str, Any]:
    case, row = view.case, view.case.row
    return {
        "page": Sure(
            deltas=[(title, scores.deltas(case, model)) for model, title in view.models.items()],
            probability=scores.probability(row, view.models),
            in_region=scores.in_region(case, view.models),
            reason=row["explanation"],
            parts=score_breakdown.parts(row),
            total=score_breakdown.total(row),
            panel=robustness.panel(case),
            evidence=acmg.evidence(case),
            map=mutagenesis_heatmap.mutagenesis(case),
            haplotypes=robustness.haplotypes(case),
            missing=robustness.missing(case),
        )
    }


SECTION = Section(
    id="sure",
    title="How sure",
    template="case_sure.html.j2",
    context=_context,
    origins=(
        Origin(
            "How sure",
            (INTERPRETED_CANDIDATES, STABILITY, MUTAGENESIS, HAPLOTYPES),
            "the first model on the patient's own copy, at other distances and by its single networks",
        ),
        Origin("Draft evidence", (EVIDENCE,), "the rows above, compared with the stated thresholds"),
    ),
)
