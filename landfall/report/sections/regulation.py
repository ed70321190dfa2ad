"""The part of the report on regulation: which networks ran, what they say, a page for each leading variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from landfall.genome.tables import ALLELE, CANDIDATE
from landfall.genome.variant import allele_of
from landfall.io import parquet
from landfall.regulation import probability, summary
from landfall.regulation.tables import REGULATORY
from landfall.report import formatting
from landfall.report.inputs import ReportInputs
from landfall.report.sections import regulation_page
from landfall.report.sections.regulation_page import Page
from landfall.variants.filters.rules import BY_NAME

SHOWN = 15
"""Variants in the table, explained ones and those that come next."""
UNJUDGED = "what the variants do to promoters and enhancers was not judged."
NONE = (
    f"No network of regulatory tracks was asked: {UNJUDGED} Weights of such networks are fetched by the user and named "
    "in the configuration (regulation.models)."
)
NONE_RAN = f"No network of regulatory tracks ran: {UNJUDGED}"

Row = Mapping[str, Any]


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
    """What the summary says of regulation: how many variants change it unusually, and the first of them."""

    words: str
    anchor: str
    name: str


@dataclass(frozen=True)
class Section:
    """All that the report says of regulation; ``said``: which networks ran and which did not."""

    notable: Notable | None
    said: Sequence[str]
    lines: Sequence[RegulationRow]
    total: int
    unscored: Sequence[tuple[str, str]]
    pages: Sequence[Page]


def section(inputs: ReportInputs) -> Section:
    """From the tables of regulation among ``inputs.further``, which may all be absent."""
    record = inputs.provenance.get("regulation") or {}
    rows = _rows(inputs, REGULATORY)
    scored = [row for row in rows if row["status"] == "scored"]
    titles = {model["name"]: model["title"] for model in record.get("running", ())}
    pages = [
        regulation_page.page(row, _mine(inputs, row), titles, record.get("tissues") or [])
        for row in scored
        if row["explained"]
    ]
    anchors = {page.rank: page.anchor for page in pages}
    return Section(
        notable=_notable(scored, anchors),
        said=_said(record, titles, scored),
        lines=[_line(row, titles, anchors.get(row["rank"], "")) for row in scored[:SHOWN]],
        total=len(scored),
        unscored=_unscored(rows),
        pages=pages,
    )


def _notable(scored: Sequence[Row], anchors: Mapping[int, str]) -> Notable | None:
    """None where nothing changes unusually; a variant counts once whatever the number of genes it was read for."""
    unusual = [row for row in scored if summary.notable(row["z_percentile"], row["background"])]
    if not unusual:
        return None
    alleles = {allele_of(row) for row in unusual}
    first = unusual[0]
    return Notable(
        f"Networks of regulatory tracks see an unusually large change in {formatting.plural(len(alleles), 'variant')}",
        anchors.get(first["rank"], "regulation"),
        f"{first['gene'] or 'no gene near'} {regulation_page.name(first)}",
    )


def _said(record: Row, titles: Mapping[str, str], scored: Sequence[Row]) -> list[str]:
    off = [f"{model['title']}: switched off; {model['why']}." for model in record.get("off", ())]
    if not titles:
        return [NONE_RAN, *off] if off else [NONE]
    read = formatting.plural(len(scored), "variant and gene", "variants and genes")
    return [
        f"{' and '.join(titles.values())} read {read}{_in_part(scored, len(titles))}. {_reach(record.get('flank'))}"
        "A change is held against random changes in and near genes, insertions and deletions against their like: z is "
        "its distance from their mean in standard deviations, the percentile the part of them that change less. The "
        "largest of many tracks is large by chance, so the percentile of a variant compares its largest z with the "
        "largest of each random change.",
        "These are hypotheses of networks that read sequence alone. In the ranking a change counts as a probability "
        f"that regulation is damaged, at most {probability.MOST_REGULATION:g}, which was not calibrated on causes of "
        "disease.",
        *off,
    ]


def _in_part(scored: Sequence[Row], networks: int) -> str:
    """How many were not read by all of the networks."""
    fewer = sum(row["networks"] < networks for row in scored)
    return f", {formatting.count(fewer)} of them not by each of these networks" if fewer else ""


def _reach(flank: int | None) -> str:
    """How far beyond candidate genes was looked, in a sentence; nothing where a BED file or no record says it."""
    if flank is None:
        return ""
    if not flank:
        return "No variants beyond the transcripts of candidate genes were kept: what lies upstream was not judged. "
    return (
        f"Variants up to {formatting.count(flank)} bases beyond the transcripts of candidate genes were kept for that; "
        "elements further away were not looked at. "
    )


def alone(prioritised: pa.Table) -> int:
    """Alleles beyond the transcripts that networks of tracks read: no splice model could."""
    rows = prioritised.select([*ALLELE, "reason", "effect_regulation"]).to_pylist()
    inside = {allele_of(row) for row in rows if row["reason"] != summary.OUTSIDE}
    read = {allele_of(row) for row in rows if row["effect_regulation"] is not None}
    return len(read - inside)


def _rows(inputs: ReportInputs, table: parquet.Table) -> list[dict[str, Any]]:
    found = inputs.further.get(table.name)
    return [] if found is None else list(found.to_pylist())


def _mine(inputs: ReportInputs, row: Row) -> dict[str, list[Row]]:
    """The rows of every table of regulation about one variant and gene."""
    names = [row[name] for name in CANDIDATE]
    return {
        table.name: [line for line in _rows(inputs, table) if [line[name] for name in CANDIDATE] == names]
        for table in regulation_page.TABLES
    }


def _line(row: Row, titles: Mapping[str, str], anchor: str) -> RegulationRow:
    return RegulationRow(
        anchor=anchor,
        gene=row["gene"] or formatting.DASH,
        locus=regulation_page.name(row),
        place=regulation_page.place(row),
        network=_network(row, titles),
        z=f"{row['z']:.1f}",
        percentile=f"{formatting.percent(row['z_percentile'])} of {formatting.count(row['background'])}",
        effect=formatting.probability(
            probability.regulation(row["z_percentile"], row["background"], row["networks"])
        ),
    )


def _network(row: Row, titles: Mapping[str, str]) -> str:
    """The network that sees the largest change; of how many, where not all read the variant."""
    network = titles.get(row["model"], row["model"])
    return (
        network
        if row["networks"] >= len(titles)
        else f"{network} ({row['networks']} of {len(titles)} read it)"
    )


def _unscored(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Reasons why variants were not scored, how many each, with an example."""
    found: dict[str, list[Row]] = {}
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
