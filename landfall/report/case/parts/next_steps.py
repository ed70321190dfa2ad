"""The part of a case page on what to do next: the experiment, the assay, the antisense scan, and limitations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from landfall.report.case import antisense, glance, robustness, rtpcr
from landfall.report.case.parts import confirmation
from landfall.report.section import Origin, Section
from landfall.report.view import CaseView
from landfall.splicing.tables import ANTISENSE_SCAN, ASSAYS


@dataclass(frozen=True)
class NextSteps:
    """What to do next, ready to print."""

    missing: str
    steps: confirmation.Steps
    assay: rtpcr.Sheet | None
    rescue: antisense.Rescue | None
    limits: Sequence[str]


def _context(view: CaseView) -> dict[str, Any]:
    case = view.case
    return {
        "page": NextSteps(
            missing=robustness.missing(case),
            steps=confirmation.steps(case, view.group),
            assay=rtpcr.sheet(case),
            rescue=antisense.rescue(case),
            limits=glance.limits(case),
        )
    }


SECTION = Section(
    id="next",
    title="What to do next",
    template="case_next.html.j2",
    context=_context,
    origins=(
        Origin(
            "What to do next",
            (ASSAYS, ANTISENSE_SCAN),
            "the predicted mRNAs, reference sequence, common alleles; the first model with masked intervals",
        ),
    ),
)
