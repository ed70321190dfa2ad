"""The scores of one model for one case: numbers, positions and interpretation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from landfall.genome.variant import allele_of
from landfall.models.registry import splice_models
from landfall.ranking.rows import PrioritisedRow
from landfall.report import formatting
from landfall.report.case.case import KINDS, CandidateCase, Site, Track, cutoff
from landfall.report.figures.site_probabilities import sites
from landfall.splicing.model_scores import ModelScores
from landfall.splicing.probability import calibration, delta_cutoffs

TRACKS = (("ag", "Acceptor gain"), ("al", "Acceptor loss"), ("dg", "Donor gain"), ("dl", "Donor loss"))
SLIGHT = 0.1


@dataclass(frozen=True)
class Delta:
    """One delta score, raw and masked."""

    name: str
    value: float | None
    raw: str
    spread: str
    where: str
    masked: str
    masked_where: str
    meaning: str
    slight: bool


def deltas(case: CandidateCase, model: str) -> list[Delta]:
    """The four scores in the model's order."""
    return [_delta(case, model, track, name) for track, name in TRACKS]


def _delta(case: CandidateCase, model: str, track: str, name: str) -> Delta:
    row = case.row
    own = ModelScores(row, model)
    raw, masked = own.ds(track), own.masked_ds(track)
    slight = raw is None or raw < SLIGHT
    places = [_where(case, bases) for bases in (own.dp(track), own.masked_dp(track))]
    return Delta(
        name,
        raw,
        formatting.score(raw),
        formatting.score(own.sd(track)),
        places[0],
        formatting.score(masked),
        places[1],
        _meaning(case, model, track),
        slight,
    )


def _where(case: CandidateCase, bases: int | None) -> str:
    """The site of a score: position on the contig and distance along the transcript."""
    if bases is None:
        return formatting.DASH
    place = formatting.offset(bases, case.row["strand"])
    return f"{formatting.count(case.row['pos'] + bases)}, {place}"


def _meaning(case: CandidateCase, model: str, track: str) -> str:
    """The score in words, with the reason for a lower masked score."""
    own = ModelScores(case.row, model)
    value, bases = own.ds(track), own.dp(track)
    if value is None or bases is None:
        return "Not scored."
    if value < SLIGHT:
        return "No relevant change."
    site = case.site(KINDS[track[0]], case.row["pos"] + bases, model)
    return f"{_effect(site, track[1] == 'g')}; {_grade(value)}.{_masking(case, model, track, value)}"


def _grade(value: float) -> str:
    return cutoff(value) if value >= 0.2 else "weak, below 0.2"


def _effect(site: Site, gain: bool) -> str:
    name = f"The {site.kind} of exon {site.exon}" if site.exon else f"An unannotated {site.kind}"
    chance = f" ({formatting.change(site.before, site.after)})" if site.after is not None else ""
    return f"{name} is {'strengthened' if gain else 'weakened'}{chance}"


def _masking(case: CandidateCase, model: str, track: str, value: float) -> str:
    masked = ModelScores(case.row, model).masked_ds(track)
    if masked is None or masked >= value:
        return ""
    rule = "gain of an annotated site" if track[1] == "g" else "loss of an unannotated site"
    return f" Masked: a {rule} is not counted."


def in_region(case: CandidateCase, models: Mapping[str, str]) -> str:
    """What the largest score of the first network means in the variant's region; empty where it is not measured."""
    if case.transcript is None or not models:
        return ""
    model, title = next(iter(models.items()))
    score = ModelScores(case.row, model).ds_max
    region = calibration.region_of(allele_of(case.row), case.transcript)
    return "" if score is None else delta_cutoffs.describe(model, title, region, score)


def probability(row: PrioritisedRow, models: Mapping[str, str]) -> str:
    """The calibrated probability in a sentence, with the values of other kinds of models, if any ran."""
    others = [spec for spec in splice_models().values() if spec.kind != "sites"]
    other = "".join(f" {spec.info.title}: {words}." for spec in others if (words := spec.describe(row)))
    value = row["splice_probability"]
    if value is None:
        return f"No calibrated probability was computed in this run.{other}"
    names = [models.get(name, name) for name in (row["splice_probability_models"] or "").split(",")]
    return (
        f"The calibrated probability that splicing is affected is {formatting.probability(value)} "
        f"(from {', '.join(names)}). It is not a probability of disease.{other}"
    )


@dataclass(frozen=True)
class SiteLine:
    """One splice site of the window, for the table under the figure."""

    kind: str
    name: str
    place: str
    distance: str
    before: str
    after: str
    shift: str


def site_lines(case: CandidateCase, track: Track) -> Sequence[SiteLine]:
    """The labelled sites of the figure as text."""
    return [_site_line(case, site) for site in sites(case, track)]


def _site_line(case: CandidateCase, site: Site) -> SiteLine:
    shift = formatting.signed(site.shift)
    name = f"annotated, exon {site.exon}" if site.exon else "not annotated"
    distance = formatting.offset(site.pos - case.row["pos"], case.row["strand"])
    ends = formatting.probability(site.before), formatting.probability(site.after)
    return SiteLine(site.kind, name, formatting.locus(case.row["chrom"], site.pos), distance, *ends, shift)
