"""A case at a glance: what is predicted, how sure it is, what to do next; and its limitations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from landfall.ranking.finding.classes import classes
from landfall.ranking.inheritance_columns import counted
from landfall.report import formatting
from landfall.report.case import acmg, finding_words, narrative, robustness, rtpcr
from landfall.report.case.case import CandidateCase, cutoff
from landfall.report.case.outcome import Facts
from landfall.report.case.parts import coding, confirmation
from landfall.splicing.model_scores import ModelScores
from landfall.splicing.tables import STABILITY


@dataclass(frozen=True)
class Column:
    """A question with the facts that answer it."""

    title: str
    facts: Facts


def columns(case: CandidateCase, group: finding_words.Group, models: Mapping[str, str]) -> list[Column]:
    """Three questions, each with the facts that the tables hold; what is null is left out."""
    questions = (
        ("What is predicted", _what(case, group)),
        ("How sure", _sure(case, models)),
        ("What to do next", _next(case, group)),
    )
    return [Column(title, [(name, value) for name, value in facts if value]) for title, facts in questions]


def _what(case: CandidateCase, group: finding_words.Group) -> Iterator[tuple[str, str]]:
    o = case.outcome
    for other in group[1:] if finding_words.is_pair(group) else ():
        yield "Second variant", f"{other['hgvs_c']}: {finding_words.effect(other)}"
    yield "Name", finding_words.full_name(case.row)
    yield "Location", case.row["location"]
    yield from _by_class(case)
    if o is None or (o["event"] == "none" and classes(case.row) != ["non_coding"]):
        return
    if case.weak and o is not None:
        possible = narrative.EVENTS.get(o["event"], o["event"])
        yield "Splicing", f"no change called; a possible {possible} is below the cut-offs"
        return
    yield "Event", narrative.event(case.row)
    if o is None or o["event"] == "none":
        return
    yield (
        "Reading frame",
        narrative.yes_no(o["frameshift"], "shifted", "kept")
        if o["frameshift"] is not None
        else "not assessed",
    )
    if o["ptc"]:
        yield "Premature stop", "" if o["ptc_codon"] is None else f"codon {formatting.count(o['ptc_codon'])}"
    if o["nmd"] is not None:
        yield "Nonsense-mediated decay", narrative.yes_no(o["nmd"], "expected", "not expected")
    yield "Protein", narrative.short(o["hgvs_p"] or "", 32)


def _by_class(case: CandidateCase) -> Iterator[tuple[str, str]]:
    row = case.row
    if "coding" in classes(row):
        yield "Coding change", finding_words.coding_effect(row)
        yield "Codon", coding.codon(row)
        if counted(row) in coding.TRUNCATING:
            yield "Premature stop", coding.stop(case)
            yield "Nonsense-mediated decay", coding.decay(case)
    if row["heteroplasmy"] is not None:
        yield "Heteroplasmy", f"{formatting.percent(row['heteroplasmy'])} of the reads"


def _sure(case: CandidateCase, models: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    row, o = case.row, case.outcome
    yield "Known allele", finding_words.classification(row)
    for model, title in models.items():
        top = ModelScores(row, model).ds_max
        yield title, "" if top is None else f"{formatting.score(top)}, {cutoff(top)}"
    chance = row["splice_probability"]
    yield "Probability that splicing is affected", "" if chance is None else formatting.probability(chance)
    if o is not None and o["event"] != "none":
        yield (
            "Share of transcripts",
            ""
            if o["transcript_proportion"] is None
            else f"{formatting.percent(o['transcript_proportion'])}, predicted",
        )
    yield "Networks", robustness.networks(case)
    yield "Other settings", robustness.stability(case)
    found = acmg.evidence(case)
    yield "Draft evidence", "" if found is None else f"{found.sum}, for manual review"


def _next(case: CandidateCase, group: finding_words.Group) -> Iterator[tuple[str, str]]:
    pair = rtpcr.best(case)
    for name, words in confirmation.steps(case, group):
        if pair is None or name != "Splicing":
            yield name, words
    for other in group[1:]:
        if finding_words.is_pair(group) and other["event"] not in (None, "none"):
            yield f"Splicing of {other['hgvs_c']}", "RT-PCR; see the page of this variant"
    if pair is None:
        return
    yield "To confirm", f"RT-PCR, primers in {pair['left_place']} and {pair['right_place']}"
    yield "Bands", f"{pair['bands']}{'' if pair['wild_type_bp'] is None else ', the wild type first'}"
    yield "Sample", f"RNA of a tissue that expresses {case.row['gene']}, beside a control"
    if case.outcome and case.outcome["nmd"]:
        yield "Decay", "compare cells with and without an inhibitor of nonsense-mediated decay"
    yield "Then", "sequence the bands and interpret them with the clinical picture"


def limits(case: CandidateCase) -> Sequence[str]:
    """What was not assessed: first what no model considers, then what the tables record for this case."""
    return [
        "The prediction is based on sequence alone; tissue, expression and splicing factors are not considered.",
        *_limits(case),
    ]


def _limits(case: CandidateCase) -> Iterator[str]:
    for track in case.tracks[:1]:
        reach = formatting.plural(len(track.values["ref"]["donor"]) // 2, "base")
        yield f"Splice sites more than {reach} from the variant were not scored."
    if case.outcome is not None and case.outcome["transcript_proportion"] is not None:
        yield "Shares of transcripts are predicted, not measured."
    account = case.account
    if account is not None and account["neighbours_not_judged"]:
        left = formatting.plural(account["neighbours_not_judged"], "other variant")
        yield f"{left} of the patient within range could not be scored together with this one."
    undecided = acmg.undecided(case)
    if undecided:
        yield f"Criteria not assessed or for manual review: {', '.join(undecided)}."
    failed = [
        row["setting"] for row in case.further(STABILITY) if row["agrees"] is None and row["kind"] != "run"
    ]
    if failed:
        yield f"Settings that could not be tested: {', '.join(failed)}."
    yield (
        "Nonsense-mediated decay is predicted from the position of the premature stop. Whether the gene explains the "
        "phenotype requires clinical assessment."
    )
