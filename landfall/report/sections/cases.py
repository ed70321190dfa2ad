"""The pages of the leading candidates: each with a summary in sentences, the key facts, and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from landfall.ranking.tables import PRIORITISED
from landfall.report import recorded
from landfall.report.case import finding_words, glance, narrative
from landfall.report.case.case import CandidateCase
from landfall.report.case.parts import classes, elsewhere, family, next_steps, sure, what
from landfall.report.section import Link, Section
from landfall.report.view import CaseView, ReportView

PARTS: tuple[Section[CaseView], ...] = (
    classes.SECTION,
    family.SECTION,
    what.SECTION,
    sure.SECTION,
    next_steps.SECTION,
    elsewhere.SECTION,
)


@dataclass(frozen=True)
class Page:
    """The head of a case page, and its parts as printed.

    ``leads``: whether it is the first page of its finding; pages that lead no finding are ``folded``. ``story`` and
    ``columns`` are empty where the summary has them.
    """

    anchor: str
    flagged: bool
    leads: bool
    folded: bool
    title: str
    note: str
    story: Sequence[str]
    columns: Sequence[glance.Column]
    parts: Sequence[Markup]


def _context(view: ReportView) -> dict[str, Any]:
    return {"pages": [_page(case, view) for case in view.cases]}


def _page(case: CandidateCase, view: ReportView) -> Page:
    row, group = case.row, view.group_of(case)
    leads = row["rank"] == min(one["rank"] for one in group)
    summarised = case is view.headline
    shown = frozenset(each.row["rank"] for each in view.cases)
    mine = CaseView(case, view.models, recorded.terms(view.provenance), group, shown)
    return Page(
        anchor=case.anchor,
        flagged=row["flagged"],
        leads=leads,
        folded=not (row["flagged"] and leads),
        title=finding_words.title(group),
        note="" if row["flagged"] else narrative.not_flagged(row),
        story=[] if summarised else _story(mine),
        columns=[] if summarised else glance.columns(case, group, view.models),
        parts=[found.html for part in PARTS if (found := part.render(mine)) is not None],
    )


def _story(view: CaseView) -> Sequence[str]:
    if view.first is None:
        return [narrative.hypothesis(view.case, view.group)]
    return narrative.story(view.case, view.group, *view.first)


def _links(context: Mapping[str, Any]) -> list[Link]:
    """The findings by name."""
    return [Link(page.anchor, page.title) for page in context["pages"] if page.flagged and page.leads]


SECTION = Section(
    id="cases",
    title="Case pages",
    template="cases.html.j2",
    context=_context,
    reads=(PRIORITISED,),
    nav=_links,
    parts=PARTS,
)
