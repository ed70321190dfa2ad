"""The section on regulation: the models that ran, the leading variants, a page for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from landfall.genome.tables import ALLELE, candidate_of
from landfall.genome.variant import allele_of
from landfall.io import parquet
from landfall.regulation import probability, summary
from landfall.regulation.rows import RegulatoryRow
from landfall.regulation.tables import REGULATION, REGULATORY
from landfall.report import formatting
from landfall.report.inputs import ReportInputs
from landfall.report.section import Origin, Section
from landfall.report.sections import regulation_page
from landfall.report.sections.regulation_page import Mine, Page
from landfall.report.view import ReportView
from landfall.variants.filters.rules import BY_NAME

SHOWN = 15
"""Variants in the table, explained ones and those that come next."""
NOT_ASSESSED = "effects on promoters and enhancers were not assessed."
NONE = (
    f"No regulatory track model was configured: {NOT_ASSESSED} The weights of such models are fetched by the user and "
    "named in the configuration (regulation.models)."
)
NONE_RAN = f"No regulatory track model ran: {NOT_ASSESSED}"


@dataclass(frozen=True)
class RegulationRow:
    """A variant in the table."""

    anchor: str
    gene: str
    locus: str
    place: str
    network: str
    z: str
    percentile: str
    effect: str


@dataclass(frozen=True)
class Notable:
    """Regulation in the summary: the number of variants with an unusually large change, and the first of them."""

    words: str
    anchor: str
    name: str


@dataclass(frozen=True)
class Regulation:
    """The section on regulation; ``sentences``: which models ran and which did not."""

    sentences: Sequence[str]
    lines: Sequence[RegulationRow]
    total: int
    unscored: Sequence[tuple[str, str]]
    pages: Sequence[Page]


def regulation(inputs: ReportInputs) -> Regulation:
    """From the tables of regulation, which may all be absent."""
    record = inputs.provenance.get("regulation") or {}
    rows = parquet.rows(REGULATORY, inputs.table(REGULATORY))
    scored = _scored(rows)
    titles = {model["name"]: model["title"] for model in record.get("running", ())}
    pages = [
        regulation_page.page(row, _mine(inputs, row), titles, record.get("tissues") or [])
        for row in scored
        if row["explained"]
    ]
    anchors = _anchors(scored)
    return Regulation(
        sentences=_sentences(record, titles, scored),
        lines=[_line(row, titles, anchors.get(row["rank"], "")) for row in scored[:SHOWN]],
        total=len(scored),
        unscored=_unscored(rows),
        pages=pages,
    )


def _scored(rows: Sequence[RegulatoryRow]) -> list[RegulatoryRow]:
    return [row for row in rows if row["status"] == "scored"]


def _anchors(scored: Sequence[RegulatoryRow]) -> dict[int, str]:
    """Rank of the variants that have a page, and its anchor."""
    return {row["rank"]: regulation_page.anchor(row) for row in scored if row["explained"]}


def notable(inputs: ReportInputs) -> Notable | None:
    """None without an unusually large change; a variant counts once, whatever the number of genes it was scored for."""
    scored = _scored(parquet.rows(REGULATORY, inputs.table(REGULATORY)))
    unusual = [row for row in scored if regulation_page.notable(row)]
    if not unusual:
        return None
    alleles = {allele_of(row) for row in unusual}
    first = unusual[0]
    return Notable(
        f"Regulatory track models predict an unusually large change for {formatting.plural(len(alleles), 'variant')}",
        _anchors(scored).get(first["rank"], SECTION.id),
        f"{first['gene'] or 'no gene near'} {regulation_page.name(first)}",
    )


def _sentences(
    record: Mapping[str, Any], titles: Mapping[str, str], scored: Sequence[RegulatoryRow]
) -> list[str]:
    off = [f"{model['title']}: switched off; {model['why']}." for model in record.get("off", ())]
    if not titles:
        return [NONE_RAN, *off] if off else [NONE]
    read = formatting.plural(len(scored), "pair of variant and gene", "pairs of variant and gene")
    return [
        f"{' and '.join(titles.values())} scored {read}{_in_part(scored, len(titles))}. {_reach(record.get('flank'))}"
        "Each change is compared with background variants: random substitutions, or random insertions and deletions, "
        "in and near genes. z is its distance from their mean in standard deviations, the percentile the fraction of "
        "them with a smaller change. Among many tracks the largest change is large by chance, so the percentile of a "
        "variant compares its largest z with the largest of each background variant.",
        "These are hypotheses from sequence alone. In the ranking a change counts as a probability that regulation is "
        f"damaged, at most {probability.MOST_REGULATION:g}; it is not calibrated on causal variants.",
        *off,
    ]


def _in_part(scored: Sequence[RegulatoryRow], networks: int) -> str:
    """How many were not scored by all of the models."""
    fewer = sum(row["networks"] < networks for row in scored)
    return f", {formatting.count(fewer)} of them not by all of these models" if fewer else ""


def _reach(flank: int | None) -> str:
    """The flank of the candidate genes in a sentence; empty where a BED file gives the regions or none is recorded."""
    if flank is None:
        return ""
    if not flank:
        return "Variants beyond the transcripts of candidate genes were not kept: upstream elements were not assessed. "
    return (
        f"Variants up to {formatting.count(flank)} bases beyond the transcripts of candidate genes were included; "
        "more distant elements were not assessed. "
    )


def alone(prioritised: pa.Table) -> int:
    """Alleles beyond the transcripts, scored by regulatory track models alone."""
    rows = prioritised.select([*ALLELE, "reason", "effect_regulation"]).to_pylist()
    inside = {allele_of(row) for row in rows if row["reason"] != summary.OUTSIDE}
    read = {allele_of(row) for row in rows if row["effect_regulation"] is not None}
    return len(read - inside)


def _mine(inputs: ReportInputs, row: RegulatoryRow) -> Mine:
    """The rows of every table of regulation about one variant and gene."""
    own = candidate_of(row)
    strongest = parquet.rows(REGULATION, inputs.table(REGULATION))
    return Mine(
        [line for line in strongest if candidate_of(line) == own],
        {
            table.name: [line for line in inputs.rows(table) if candidate_of(line) == own]
            for table in regulation_page.EXPLAINED
        },
    )


def _line(row: RegulatoryRow, titles: Mapping[str, str], anchor: str) -> RegulationRow:
    largest = summary.largest(row)
    return RegulationRow(
        anchor=anchor,
        gene=row["gene"] or formatting.DASH,
        locus=regulation_page.name(row),
        place=regulation_page.place(row),
        network=_network(row, titles),
        z=f"{largest.z:.1f}",
        percentile=f"{formatting.percent(largest.percentile)} of {formatting.count(largest.background)}",
        effect=formatting.probability(
            probability.regulation(largest.percentile, largest.background, row["networks"])
        ),
    )


def _network(row: RegulatoryRow, titles: Mapping[str, str]) -> str:
    """The model with the largest change; of how many, where not all scored the variant."""
    model = summary.largest(row).model
    network = titles.get(model, model)
    return (
        network
        if row["networks"] >= len(titles)
        else f"{network} ({row['networks']} of {len(titles)} models)"
    )


def _unscored(rows: Sequence[RegulatoryRow]) -> list[tuple[str, str]]:
    """Reasons why variants were not scored, each with its number and an example."""
    found: dict[str, list[RegulatoryRow]] = {}
    for row in rows:
        if row["status"] != "scored":
            found.setdefault(row["reason"], []).append(row)
    return [
        (
            f"{formatting.count(len(members))}: {BY_NAME[reason].meaning if reason in BY_NAME else reason}",
            f"{regulation_page.name(members[0])}: {members[0]['detail']}",
        )
        for reason, members in sorted(found.items())
    ]


def _context(view: ReportView) -> dict[str, Any]:
    return {"regulation": regulation(view.inputs)}


SECTION = Section(
    id="regulation",
    title="Regulation: promoters and enhancers",
    template="regulation.html.j2",
    context=_context,
    origins=(
        Origin(
            "Regulation",
            (REGULATORY, REGULATION, *regulation_page.EXPLAINED),
            "regulatory track models, if any ran",
        ),
    ),
    nav="Regulation",
)
