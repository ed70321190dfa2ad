"""The whole report: the parts gathered, the template filled, style and script put inside the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
import pyarrow as pa
import pyarrow.compute as pc

from landfall.genome.tables import ALLELE
from landfall.io.parquet import check
from landfall.ranking.score import PARTS
from landfall.ranking.tables import PRIORITISED
from landfall.report import formatting
from landfall.report.case import case as case_case
from landfall.report.case import glance, narrative, page
from landfall.report.inputs import FURTHER, ReportInputs
from landfall.report.sections import (
    callset,
    changes,
    data_sources,
    funnel,
    methods,
    ranked_table,
    regulation,
    score_breakdown,
)
from landfall.report.sections import unscored as sections_unscored
from landfall.report.templating import environment, source
from landfall.splicing.tables import OUTCOMES, PROBABILITIES
from landfall.variants.tables import CALLSET, LEDGER

TEMPLATE = "report.html.j2"


def build(inputs: ReportInputs) -> str:
    """The report as HTML: one file, no network, the same bytes for the same inputs.

    Raises landfall.io.parquet.TableError if a table does not keep its contract.
    """
    pairs = (
        (PRIORITISED, inputs.prioritised),
        (OUTCOMES, inputs.outcomes),
        (PROBABILITIES, inputs.probabilities),
    )
    further = [(FURTHER[name], table) for name, table in inputs.further.items()]
    for contract, table in (*pairs, (LEDGER, inputs.ledger), (CALLSET, inputs.callset), *further):
        check(contract, table)
    surroundings = environment()
    return surroundings.get_template(TEMPLATE).render(_context(inputs, surroundings))


def _context(inputs: ReportInputs, surroundings: jinja2.Environment) -> dict[str, Any]:
    models = methods.titles(inputs.provenance, case_case.models(inputs.prioritised))
    chosen = case_case.select(inputs)
    flagged = inputs.prioritised.filter(inputs.prioritised["flagged"])
    steps = funnel.steps(inputs.ledger, _alleles(flagged))
    cut = inputs.provenance.get("cutoff")
    return {
        "sample": inputs.sample,
        "style": source(surroundings, "report.css"),
        "script": source(surroundings, "report.js"),
        "pages": [page.page(case, models, methods.terms(inputs.provenance), cut) for case in chosen],
        "flagged": flagged.num_rows,
        "summary": _summary(inputs, chosen, models),
        "funnel": {"sentence": funnel.sentence(steps, _flank(inputs) > 0), "drawing": funnel.draw(steps)},
        "callset": callset.lines(inputs.callset),
        "table": _table(inputs, chosen, models),
        "accounts": _accounts(inputs),
        "regulation": regulation.section(inputs),
        "numbers": formatting,
        "since": changes.since(inputs.changes, inputs.previous),
        **_provenance(inputs.provenance),
    }


def _alleles(rows: pa.Table) -> int:
    """How many alleles a prioritised table holds, each counted once whatever the number of genes."""
    counted: int = rows.select(list(ALLELE)).group_by(list(ALLELE)).aggregate([]).num_rows
    return counted


def _table(
    inputs: ReportInputs, chosen: Sequence[case_case.CandidateCase], models: Mapping[str, str]
) -> dict[str, Any]:
    most = methods.limit(inputs.provenance, "max_candidates", ranked_table.MOST_ROWS)
    return {
        "heads": ranked_table.heads(next(iter(models.values()), None)),
        "lines": ranked_table.lines(inputs.prioritised, chosen, next(iter(models), None), most),
        "total": inputs.prioritised.num_rows,
        "reasons": score_breakdown.first(inputs.prioritised, chosen),
        "parts": [score_breakdown.NAMES[part] for part in PARTS],
        "on_paper": ranked_table.ON_PAPER,
    }


def _accounts(inputs: ReportInputs) -> dict[str, Any]:
    found = funnel.losses(inputs.ledger)
    rows, total = sections_unscored.unscored(inputs.prioritised)
    return {
        "not_scored": sections_unscored.not_scored(found),
        "normalise": sections_unscored.normalise(found),
        "filter": sections_unscored.filtered(found),
        "unscored": rows,
        "unscored_total": total,
    }


def _summary(
    inputs: ReportInputs, chosen: Sequence[case_case.CandidateCase], models: Mapping[str, str]
) -> dict[str, Any]:
    """The headline: the first finding as a story, the others by name; or that there is none."""
    found = [case for case in chosen if case.row["flagged"]]
    if not found or not models:
        return {"story": [], "columns": [], "anchor": "", "others": [], "nothing": _nothing(inputs, models)}
    model, title = next(iter(models.items()))
    others = [
        (case.anchor, f"{case.row['gene']} {case.row['hgvs_c']}", _tag(case, model, title))
        for case in found[1:]
    ]
    story = narrative.story(found[0], model, title)
    return {
        "story": story,
        "columns": glance.columns(found[0], models),
        "anchor": found[0].anchor,
        "others": others,
        "nothing": [],
    }


def _tag(case: case_case.CandidateCase, model: str, title: str) -> str:
    """A further finding in a line."""
    score = formatting.score(case.row[f"{model}_ds_max"])
    return f"{case.row['location']}, {narrative.event(case.row)}, {title} {score}"


def _nothing(inputs: ReportInputs, models: Mapping[str, str]) -> list[str]:
    """What was and was not looked at when nothing is put forward."""
    table = inputs.prioritised
    scored = table.filter(pc.equal(table["status"], "scored"))
    read, alleles = formatting.plural(inputs.ledger.num_rows, "allele"), _alleles(scored)
    unscored = pc.sum(pc.equal(inputs.ledger["status"], "not_scored")).as_py() or 0
    by_networks, flank = regulation.alone(table), _flank(inputs)
    around = f" and {formatting.count(flank)} bases around them" if flank else ""
    return [
        "No variant is put forward as a finding.",
        f"Of {read} in the input, {formatting.count(alleles)} passed every filter and "
        f"{'was' if alleles == 1 else 'were'} scored.{_highest(scored, models)}",
        f"{_unscored(unscored - by_networks)}{_by_networks(by_networks)}"
        f"Genes looked at: {methods.text(inputs.provenance, 'candidate_genes')}. "
        f"Variants outside the candidate genes{around}, structural variants, repeat expansions and regions without "
        "reads were not judged. This result does not exclude a splice variant.",
    ]


def _flank(inputs: ReportInputs) -> int:
    """Bases beyond candidate genes in which alleles were kept; 0 where a BED file says where, or no record does."""
    return (inputs.provenance.get("regulation") or {}).get("flank") or 0


def _by_networks(alleles: int) -> str:
    if not alleles:
        return ""
    count = formatting.plural(alleles, "allele")
    were = "was" if alleles == 1 else "were"
    return f"{count} beyond the genes' transcripts {were} read by networks of tracks alone. "


def _unscored(alleles: int) -> str:
    return (
        f"{formatting.plural(alleles, 'allele')} could not be scored, for the reasons below. "
        if alleles
        else ""
    )


def _highest(scored: pa.Table, models: Mapping[str, str]) -> str:
    """The largest delta score seen, per model."""
    tops = [(title, pc.max(scored[f"{model}_ds_max"]).as_py()) for model, title in models.items()]
    told = [f"{title} {formatting.score(top)}" for title, top in tops if top is not None]
    return f" The largest delta score is {', '.join(told)}." if told else ""


def _provenance(provenance: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("created", "version", "assembly", "pedigree", "candidate_genes")
    return {
        "said": {key: methods.text(provenance, key) for key in keys},
        "banner": provenance.get("banner"),
        "warnings": list(provenance.get("warnings") or ()),
        "phenotype": list(provenance.get("phenotype") or ()),
        "software": sorted((provenance.get("software") or {}).items()),
        "files": methods.files(provenance),
        "origins": data_sources.origins(provenance),
        "command": provenance.get("command"),
        "off": methods.off(provenance),
        "models": methods.models(provenance),
        "settings": list(methods.flat(provenance.get("settings") or {})),
        "limits": methods.LIMITS,
    }
