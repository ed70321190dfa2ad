"""The most likely outcome in mRNA and protein, fact by fact, and the other predicted outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from landfall.report import formatting
from landfall.report.case import narrative, protein
from landfall.report.case.case import CandidateCase
from landfall.splicing.outcomes.used_site import used_site
from landfall.splicing.rows import OutcomeRow

Facts = Sequence[tuple[str, str]]


def facts(case: CandidateCase) -> Facts:
    """The most likely outcome, fact by fact, without nulls."""
    o = case.outcome
    if o is None or o["event"] == "none":
        return []
    chrom = case.row["chrom"]
    found = [("Event", narrative.EVENTS.get(o["event"], o["event"])), ("Location", o["location"])]
    if o["start"] is not None and o["end"] is not None:
        found.append(("Segment", formatting.span(chrom, o["start"], o["end"])))
    found += [
        ("Size", _size(o)),
        ("Reading frame", _frame(o)),
        ("Premature stop", _stop(o)),
        ("Nonsense-mediated decay", _decay(o)),
    ]
    found += [(kind.capitalize(), _site(o, kind, chrom)) for kind in ("acceptor", "donor")]
    found += [("mRNA", o["hgvs_r"]), ("Protein", o["hgvs_p"]), ("Basis", o["reason"])]
    return [(name, value) for name, value in found if value]


def _size(o: OutcomeRow) -> str:
    if o["size_nt"] is None:
        return ""
    return f"{formatting.plural(o['size_nt'], 'base')} {'gained' if o['is_gain'] else 'lost'}"


def _frame(o: OutcomeRow) -> str:
    if o["frameshift"] is None:
        return "not assessed (outside the coding sequence)"
    if o["frameshift"]:
        return "shifted"
    change = protein.in_frame(o)
    return f"kept: {change}" if change else "kept"


def _stop(o: OutcomeRow) -> str:
    if o["ptc"] is None:
        return ""
    codon = "" if o["ptc_codon"] is None else f", codon {formatting.count(o['ptc_codon'])}"
    return f"yes{codon}" if o["ptc"] else "no"


def _decay(o: OutcomeRow) -> str:
    if o["nmd"] is None:
        return ""
    verdict = "expected" if o["nmd"] else "not expected"
    return f"{verdict}: {o['nmd_reason']}" if o["nmd_reason"] else verdict


def _site(o: OutcomeRow, kind: str, chrom: str) -> str:
    used = used_site(o, kind)
    if used is None:
        return ""
    chances = formatting.change(used.ref, used.alt)
    return f"{formatting.locus(chrom, used.pos)}, probability {chances}{_maxent(o, kind)}"


def _maxent(o: OutcomeRow, kind: str) -> str:
    """MaxEntScan's score of a site with either allele; empty where its tables are not given."""
    scores = {
        "acceptor": (o["acceptor_maxent_ref"], o["acceptor_maxent_alt"]),
        "donor": (o["donor_maxent_ref"], o["donor_maxent_alt"]),
    }
    ref, alt = scores[kind]
    if ref is None and alt is None:
        return ""
    printed = [
        formatting.DASH if score is None else f"{score:.1f}".replace("-", formatting.MINUS)
        for score in (ref, alt)
    ]
    return f"; MaxEntScan {' → '.join(printed)}"


@dataclass(frozen=True)
class Alternative:
    """A row of the table of outcomes; ``share`` in percent for its bar, ``possible`` where it is not called."""

    event: str
    possible: bool
    place: str
    size: str
    frame: str
    stop: str
    decay: str
    share: str
    bar: str
    protein: str
    reason: str


def alternatives(case: CandidateCase) -> list[Alternative]:
    """Every outcome in every transcript, those in the transcript of the candidate's name first."""
    return [_alternative(o, case.row["transcript"]) for o in case.outcomes]


def _alternative(o: OutcomeRow, named: str) -> Alternative:
    size = formatting.DASH
    if o["size_nt"] is not None:
        size = f"{'+' if o['is_gain'] else formatting.MINUS}{formatting.count(o['size_nt'])}"
    return Alternative(
        narrative.name_of(o["event"], o["ptc"]),
        not o["called"] and o["event"] != "none",
        _place(o, named),
        size,
        narrative.yes_no(o["frameshift"], "shifted", "kept"),
        narrative.yes_no(o["ptc"]),
        narrative.yes_no(o["nmd"], "expected", "not expected"),
        formatting.percent(o["transcript_proportion"]),
        f"{100 * (o['transcript_proportion'] or 0):.1f}",
        narrative.short(o["hgvs_p"] or formatting.DASH, 32),
        o["reason"],
    )


def _place(o: OutcomeRow, named: str) -> str:
    """Location of an outcome, with the transcript if it is not that of the candidate's name."""
    other = f" of {o['transcript']}" if o["transcript"] != named else ""
    return f"{o['location'] or formatting.DASH}{other}"


def tens(letters: str) -> str:
    """Letters in groups of ten."""
    return " ".join(letters[n : n + 10] for n in range(0, len(letters), 10))
