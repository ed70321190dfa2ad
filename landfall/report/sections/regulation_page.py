"""The page of one variant scored by regulatory track models: changes, attribution, experiments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from landfall.models.registry import track_model
from landfall.regulation import summary
from landfall.regulation.rows import RegulatoryRow, StrongestTrackRow
from landfall.regulation.tables import (
    CLASSES,
    REGULATION_ATTRIBUTION,
    REGULATION_BINS,
    REGULATION_MUTAGENESIS,
    REGULATION_STRETCHES,
)
from landfall.report import formatting
from landfall.report.figures import regulation
from landfall.report.sections.regulation_figures import Figure, figures, measured

EXPLAINED = (
    CLASSES,
    REGULATION_BINS,
    REGULATION_ATTRIBUTION,
    REGULATION_STRETCHES,
    REGULATION_MUTAGENESIS,
)
"""Tables about explained variants."""
SHOWN_TRACKS, SHOWN_CLASSES = 10, 8
THIRD, SLIGHT = 1 / 3, 0.05
"""A class of which less than a third is left is lost; smaller changes than SLIGHT are not reported. By convention."""
REPORTER = 250
"""Bases on either side of the variant in a reporter."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Mine:
    """Of one variant and gene: its rows of tables.REGULATION, and those of EXPLAINED by table."""

    strongest: Sequence[StrongestTrackRow]
    more: Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class TrackLine:
    """One of the strongest tracks."""

    assay: str
    tissue: str
    network: str
    signal: str
    sad: str
    local: str
    gene: str
    percentile: str
    z: str
    e_value: str


@dataclass(frozen=True)
class ClassLine:
    """A sequence class: scores with either allele, and the change in words."""

    name: str
    reference: str
    variant: str
    change: str
    words: str


@dataclass(frozen=True)
class Page:
    """One variant in one gene."""

    rank: int
    anchor: str
    title: str
    story: Sequence[str]
    classes: Sequence[ClassLine]
    heat: Markup | None
    tracks: Sequence[TrackLine]
    expected: bool
    figures: Sequence[Figure]
    stretches: Sequence[Sequence[str]]
    meaning: Sequence[str]
    testing: str
    tests: Sequence[tuple[str, str]]


def page(row: RegulatoryRow, mine: Mine, titles: Mapping[str, str], groups: Sequence[str]) -> Page:
    """row: of tables.REGULATORY; mine: its rows of the other tables; groups: of tissues of the phenotype.

    The change described is that of the model in ``row``.
    """
    strongest = sorted(mine.strongest, key=lambda found: -abs(found["z"]))
    first = next(line for line in strongest if line["model"] == row["model"])
    shown = summary.leading(strongest, groups, SHOWN_TRACKS)
    return Page(
        rank=row["rank"],
        anchor=anchor(row),
        title=f"{row['gene'] or 'no gene near'} {name(row)}",
        story=_story(row, first, strongest, titles, groups),
        classes=[_class_line(line) for line in mine.more["classes"][:SHOWN_CLASSES]],
        heat=regulation.heat(strongest, groups) if len(strongest) > 1 else None,
        tracks=[_track_line(line, titles) for line in shown],
        expected=any(line["e_value"] is not None for line in shown),
        figures=figures(row, mine.more, strongest, titles),
        stretches=[_stretch(line, row, titles) for line in mine.more["regulation_stretches"]],
        meaning=_meaning(row, first),
        testing="Experiments to test it"
        if notable(row)
        else "Experiments to test it, if other evidence supports it",
        tests=_tests(row, first),
    )


def anchor(row: RegulatoryRow) -> str:
    return f"regulation-{row['rank']}"


def name(row: RegulatoryRow) -> str:
    """'chr1:923,963 C>T', long alleles by their length."""
    alleles = [a if len(a) <= 8 else f"{a[:3]}…({len(a)} bases)" for a in (row["ref"], row["alt"])]
    return f"{formatting.locus(row['chrom'], row['pos'])} {'>'.join(alleles)}"


def place(row: RegulatoryRow) -> str:
    """Position of the variant relative to the start of its gene."""
    if row["tss"] is None:
        return "no gene near"
    away = row["pos"] - 1 - row["tss"]
    if away == 0:
        return f"at the start of {row['gene']}"
    return f"{formatting.offset(away, row['strand'])} of the start of {row['gene']}"


def _story(
    row: RegulatoryRow,
    first: StrongestTrackRow,
    strongest: Sequence[StrongestTrackRow],
    titles: Mapping[str, str],
    groups: Sequence[str],
) -> list[str]:
    network = titles.get(first["model"], first["model"])
    largest_change = f"{network} predicts the largest change for {measured(first)}: {_change(first)}."
    kind = "random insertions and deletions" if len(row["ref"]) != len(row["alt"]) else "random substitutions"
    largest = summary.largest(row)
    part = f"{formatting.percent(largest.percentile)} of {formatting.count(largest.background)} {kind}"
    compared = f"It exceeds the largest change of {part}: {_usual(row)}."
    return [
        f"The variant lies {place(row)}.",
        largest_change,
        compared,
        *_in_tissues(strongest, groups),
        *_unnamed(strongest, titles),
        *_significance(strongest, titles),
    ]


def _change(line: StrongestTrackRow) -> str:
    """The change of a track: of its signal summed over the window, or of one probability."""
    both = f"changes from {amount(line['signal_ref'])} to {amount(line['signal_alt'])}"
    if track_model(line["model"]).whole_window:
        return f"its probability {both} (z {signed(line['z'])})"
    ratio = f"{formatting.signed(line['local_log2'])} log2 within 250 bases"
    return f"the signal summed over the window {both} ({ratio}; z {signed(line['z'])})"


def _unnamed(strongest: Sequence[StrongestTrackRow], titles: Mapping[str, str]) -> list[str]:
    """A sentence for each model whose tracks are unnamed."""
    named = {line["model"] for line in strongest if not _nameless(line)}
    return [
        f"No table of the tracks of {titles.get(model, model)} was given (targets): the tracks are numbered, and their "
        "assays and tissues are unknown."
        for model in dict.fromkeys(line["model"] for line in strongest)
        if model not in named
    ]


def _nameless(line: StrongestTrackRow) -> bool:
    return not (line["assay"] or line["tissue"])


def _significance(strongest: Sequence[StrongestTrackRow], titles: Mapping[str, str]) -> list[str]:
    """The functional significance by each model with E-values."""
    found = {line["model"]: line["functional_significance"] for line in strongest}
    return [
        f"{titles.get(model, model)}'s functional significance is {value:.2g}: the geometric mean of the E-values of "
        "all its profiles, each the fraction of the authors' background variants with a larger change of the profile. "
        "Chromatin alone: conservation, a part of the published score, is not included."
        for model, value in found.items()
        if value is not None
    ]


def notable(row: RegulatoryRow) -> bool:
    """Whether the variant's largest change is unusual among enough background variants."""
    largest = summary.largest(row)
    return summary.notable(largest.percentile, largest.background)


def _usual(row: RegulatoryRow) -> str:
    if notable(row):
        return "unusually large"
    if summary.largest(row).percentile >= summary.NOTABLE:
        few = f"too few background variants to show that it is unusual ({summary.ENOUGH} are needed)"
        return f"larger than most, but {few}"
    return "within the range of background variants, so not informative by itself"


def _in_tissues(strongest: Sequence[StrongestTrackRow], groups: Sequence[str]) -> list[str]:
    """The largest change in the tissues of the patient's HPO terms."""
    if not groups or all(map(_nameless, strongest)):
        return []
    named = " and ".join(groups)
    mine = [line for line in strongest if line["tissue_group"] in groups]
    if not mine:
        return [f"No track was measured in the tissues of the phenotype ({named})."]
    first = mine[0]
    return [
        f"In the tissues of the phenotype ({named}) the largest change is that of {measured(first)}: z "
        f"{signed(first['z'])}, larger than {formatting.percent(first['percentile'])} of the background variants for "
        "that track."
    ]


def amount(value: float) -> str:
    """A signal with three significant digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def signed(value: float) -> str:
    """One decimal and a sign."""
    return f"{'+' if value > 0 else formatting.MINUS if value < 0 else ''}{abs(value):.1f}"


def _track_line(line: StrongestTrackRow, titles: Mapping[str, str]) -> TrackLine:
    return TrackLine(
        assay=f"{line['assay']} {line['mark']}".strip() if line["mark"] != line["assay"] else line["assay"],
        tissue=line["tissue"] or f"track {line['track']}",
        network=titles.get(line["model"], line["model"]),
        signal=f"{amount(line['signal_ref'])} → {amount(line['signal_alt'])}",
        sad=f"{'+' if line['sad'] > 0 else formatting.MINUS}{amount(abs(line['sad']))}",
        local=formatting.DASH
        if track_model(line["model"]).whole_window
        else formatting.signed(line["local_log2"]),
        gene=formatting.DASH if line["gene_log2"] is None else formatting.signed(line["gene_log2"]),
        percentile=formatting.percent(line["percentile"]),
        z=signed(line["z"]),
        e_value="" if line["e_value"] is None else f"{line['e_value']:.2g}",
    )


def _class_line(line: Row) -> ClassLine:
    ref, alt = line["score_ref"], line["score_alt"]
    return ClassLine(
        name=line["class"],
        reference=formatting.score(ref),
        variant=formatting.score(alt),
        change=formatting.signed(line["change"]),
        words=shift(ref, alt),
    )


def shift(ref: float, alt: float) -> str:
    """The change of a class whose score goes from one number to another, in a word."""
    largest = max(abs(ref), abs(alt))
    if abs(alt - ref) <= SLIGHT * largest:
        return "unchanged"
    if alt < ref:
        return "lost" if ref > 0 and alt < THIRD * ref else "weaker"
    return "gained" if alt > 0 and ref < THIRD * alt else "stronger"


def _stretch(line: Row, row: RegulatoryRow, titles: Mapping[str, str]) -> list[str]:
    kilobases = abs(line["distance"]) / 1000
    downstream = (line["distance"] > 0) == (row["strand"] != "-")
    where = f"{kilobases:.1f} kb {'downstream' if downstream else 'upstream'}"
    return [
        titles.get(line["model"], line["model"]),
        formatting.span(row["chrom"], line["start"], line["end"]),
        where + (", contains the variant" if line["holds_variant"] else ""),
        f"{100 * line['share']:.1f}%",
        formatting.DASH if line["attention"] is None else f"{100 * line['attention']:.1f}%",
    ]


def _meaning(row: RegulatoryRow, first: StrongestTrackRow) -> list[str]:
    limits = (
        "The models were trained on data from healthy donors and cell lines. They often mispredict the size, sometimes "
        "the direction, of the effect of single variants on expression. A small change does not exclude an effect."
    )
    if not notable(row):
        return ["The predicted change does not exceed that of background variants.", limits]
    less = first["sad"] < 0
    effects = {
        "accessibility": "chromatin that is less open" if less else "chromatin that is more open",
        "CAGE": "less transcription initiation" if less else "more transcription initiation",
        "RNA": "less RNA" if less else "more RNA",
        "transcription factor": f"{'less' if less else 'more'} binding of {first['mark']}",
    }
    mark = f"{'less' if less else 'more'} of the signal {first['assay'] or 'measured'}"
    where = f" in {first['tissue']}" if first["tissue"] else ""
    gene = f", and perhaps a change of {row['gene']}" if row["gene"] else ""
    effect = f"If the prediction holds: {effects.get(first['assay'], mark)}{where}{gene}."
    return [f"{effect} The target gene of a distal element is not predicted.", limits]


def _tests(row: RegulatoryRow, first: StrongestTrackRow) -> list[tuple[str, str]]:
    start, end = row["pos"] - 1 - REPORTER, row["pos"] - 1 + len(row["ref"]) + REPORTER
    cells = (
        f"cells of {first['tissue_group']}"
        if first["tissue_group"] not in ("", "other")
        else "cells like the tissue affected"
    )
    gene = row["gene"] or "the genes around"
    return [
        (
            "Reporter",
            f"both alleles of {formatting.span(row['chrom'], start, end)} upstream of a minimal promoter "
            f"(luciferase or MPRA), in {cells}, both orientations",
        ),
        (
            "CRISPRi or base editing",
            f"at the variant in {cells}; measure {gene} and its neighbours by RT-qPCR",
        ),
        (
            "Expression",
            f"{gene} in the patient's RNA: amount, and both alleles at a heterozygous coding site",
        ),
        (
            "eQTL lookup",
            "the variant, or one in strong linkage with it, in GTEx or the eQTL Catalogue; rare variants are seldom "
            "listed",
        ),
    ]
