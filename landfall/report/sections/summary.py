"""The headline: the first finding in sentences, the others by name; or that there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.patient.tables import PAIRS
from landfall.ranking.tables import PRIORITISED
from landfall.regulation.tables import REGULATORY
from landfall.report import formatting, recorded
from landfall.report.case import finding_words, glance, narrative
from landfall.report.section import Origin, Section
from landfall.report.sections import regulation
from landfall.report.view import ReportView, alleles
from landfall.splicing.model_scores import ModelScores
from landfall.variants.tables import LEDGER

MOST_CANDIDATES = 5
"""Candidates that the first screen lists where nothing is a finding."""


def _context(view: ReportView) -> dict[str, Any]:
    return {"summary": _summary(view), "notable": regulation.notable(view.inputs)}


def _summary(view: ReportView) -> dict[str, Any]:
    groups, first = view.groups("finding"), view.headline
    if first is None:
        candidates = [_line(group, view) for group in view.groups("candidate")[:MOST_CANDIDATES]]
        nothing = {"nothing": _nothing(view), "candidates": candidates}
        return {"story": [], "columns": [], "anchor": "", "others": [], **nothing}
    model, title = next(iter(view.models.items()))
    return {
        "story": narrative.story(first, groups[0], model, title),
        "columns": glance.columns(first, groups[0], view.models),
        "anchor": first.anchor,
        "others": [_line(group, view) for group in groups[1:]],
        "nothing": [],
        "candidates": [],
    }


def _line(group: finding_words.Group, view: ReportView) -> tuple[str, str, str]:
    """A further finding, or a candidate: the page's anchor (empty without one), name, and what it is."""
    shown = {case.row["rank"] for case in view.cases}
    anchor = f"case-{group[0]['rank']}" if group[0]["rank"] in shown else ""
    tops = [(title, ModelScores(group[0], model).ds_max) for model, title in view.models.items()]
    scores = [f"{title} {formatting.score(top)}" for title, top in tops[:1] if top is not None]
    return anchor, finding_words.title(group), ", ".join([finding_words.line(group), *scores])


def _nothing(view: ReportView) -> Sequence[str]:
    """What was and was not assessed, where no variant is a finding."""
    table, ledger = view.prioritised, view.inputs.table(LEDGER)
    scored = table.filter(pc.equal(table["status"], "scored"))
    read, passed = formatting.plural(ledger.num_rows, "allele"), alleles(scored)
    unscored = pc.sum(pc.equal(ledger["status"], "not_scored")).as_py() or 0
    by_networks, flank = regulation.alone(table), recorded.flank(view.provenance)
    around = f" and {formatting.count(flank)} bases around them" if flank else ""
    return [
        "No variant is put forward as a finding.",
        f"Of {read} in the input, {formatting.count(passed)} passed every filter and "
        f"{'was' if passed == 1 else 'were'} scored.{_highest(scored, view.models)}",
        f"{_unscored(unscored - by_networks)}{_by_networks(by_networks)}"
        f"Genes analysed: {recorded.text(view.provenance, 'candidate_genes')}. "
        f"Variants outside the candidate genes{around}, structural variants, repeat expansions and regions without "
        "reads were not assessed. This result does not exclude a splice variant.",
    ]


def _by_networks(number: int) -> str:
    if not number:
        return ""
    count = formatting.plural(number, "allele")
    were = "was" if number == 1 else "were"
    return f"{count} beyond the genes' transcripts {were} scored by regulatory track models alone. "


def _unscored(number: int) -> str:
    return (
        f"{formatting.plural(number, 'allele')} could not be scored, for the reasons below. "
        if number
        else ""
    )


def _highest(scored: pa.Table, models: Mapping[str, str]) -> str:
    """The largest delta score seen, per model."""
    tops = [(title, pc.max(scored[f"{model}_ds_max"]).as_py()) for model, title in models.items()]
    scores = [f"{title} {formatting.score(top)}" for title, top in tops if top is not None]
    return f" The largest delta score is {', '.join(scores)}." if scores else ""


SECTION = Section(
    id="summary",
    title="Clinical summary",
    template="summary.html.j2",
    context=_context,
    origins=(
        Origin(
            "Summary; ranked candidates; the score step by step",
            (PRIORITISED,),
            "scores of the models, the patient's calls, the family, frequencies, HPO terms, classified alleles",
            beside=(PAIRS,),
        ),
    ),
    reads=(LEDGER, REGULATORY),
    nav="Summary",
)
