"""Stability of the call under other settings, and the other variants on the same copy, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landfall.report import formatting
from landfall.report.case import narrative
from landfall.report.case.case import CandidateCase
from landfall.splicing.tables import HAPLOTYPES, STABILITY
from landfall.variants.filters.scoring import JOINT_ONLY

KINDS = {
    "run": "Settings of the run",
    "distance": "Distance on either side",
    "mask": "Unmasked",
    "network": "Single network",
    "transcript": "Other transcript",
    "model": "Other model",
}
SHOWN = 10


@dataclass(frozen=True)
class Setting:
    """A row of the stability panel; ``kind`` is empty where it equals that of the row above."""

    kind: str
    setting: str
    delta: str
    reaches: str
    outcome: str
    agrees: str
    differs: bool


@dataclass(frozen=True)
class Panel:
    """Stability of the call, in a sentence and by setting."""

    sentence: str
    lines: Sequence[Setting]


def panel(case: CandidateCase) -> Panel | None:
    """None where no other setting was tested."""
    rows = _settings(case)
    if not rows:
        return None
    kinds = list(KINDS)
    ordered = sorted(rows, key=lambda row: kinds.index(row["kind"]))
    before = ["", *(row["kind"] for row in ordered)]
    lines = [_setting(row, row["kind"] != above) for row, above in zip(ordered, before, strict=False)]
    summary = stability(case)
    return Panel(
        f"{summary[:1].upper()}{summary[1:]}." if summary else "No other setting could be assessed.", lines
    )


def _settings(case: CandidateCase) -> list[dict[str, Any]]:
    """The run's own setting and the others, without the distance that is the run's own."""
    rows = case.further(STABILITY)
    own = {row["setting"].split(",")[0] for row in rows if row["kind"] == "run"}
    return [row for row in rows if row["kind"] != "distance" or row["setting"] not in own]


def stability(case: CandidateCase) -> str:
    """'same call in 8 of 9 other settings'; empty where none was tested."""
    others = [row for row in _settings(case) if row["kind"] != "run"]
    judged = [row for row in others if row["agrees"] is not None]
    if not judged:
        return ""
    summary = f"same call in {sum(row['agrees'] for row in judged)} of {len(judged)} other settings"
    left = len(others) - len(judged)
    return f"{summary}; {formatting.plural(left, 'setting')} could not be assessed" if left else summary


def _setting(row: Mapping[str, Any], heads: bool) -> Setting:
    return Setting(
        KINDS[row["kind"]] if heads else "",
        row["setting"],
        formatting.score(row["delta"]),
        narrative.yes_no(row["reaches"]),
        row["reason"] or _event(row),
        "" if row["kind"] == "run" else narrative.yes_no(row["agrees"]),
        row["agrees"] is False,
    )


def _event(row: Mapping[str, Any]) -> str:
    if row["event"] is None:
        return formatting.DASH
    name: str = narrative.EVENTS.get(row["event"], row["event"])
    if row["start"] is None or row["end"] is None:
        return name
    return f"{name}, {formatting.span(row['chrom'], row['start'], row['end'])}"


def networks(case: CandidateCase) -> str:
    """How many networks of the model reach the cut-off alone; empty where they were not run."""
    account = case.account
    if account is None or not account["networks"]:
        return ""
    low, high = (formatting.score(account[f"network_{end}"]) for end in ("min", "max"))
    return (
        f"{account['networks_reaching']} of {account['networks']} reach the cut-off alone ({low} to {high})"
    )


@dataclass(frozen=True)
class Neighbour:
    """A row of the table of other variants."""

    names: str
    distance: str
    phase: str
    alone: str
    neighbours: str
    joint: str
    verdict: str


@dataclass(frozen=True)
class Haplotypes:
    """The other variants on the candidate's copy, and those that could not be assessed."""

    sentence: str
    lines: Sequence[Neighbour]
    total: int
    not_assessed: Sequence[tuple[str, str]]


def haplotypes(case: CandidateCase) -> Haplotypes | None:
    """None where other variants were not searched."""
    account, rows = case.account, case.further(HAPLOTYPES)
    if account is None or account["neighbours_judged"] is None:
        return None
    judged = [row for row in rows if row["status"] == "assessed"]
    rest = [row for row in rows if row["status"] != "assessed" and row["reason"] != JOINT_ONLY.name]
    counts = Counter((row["reason"], row["detail"]) for row in rest)
    read, unread = account["neighbours_judged"], account["neighbours_not_judged"]
    if not read + unread:
        sentence = "The patient has no other variant within range on either copy."
    else:
        sentence = (
            f"{formatting.plural(read, 'other variant')} of the patient on the same copy "
            f"{'was' if read == 1 else 'were'} scored together with this one; "
            f"{formatting.count(unread)} within range could not be."
        )
    why = [
        (formatting.plural(n, "variant"), f"{reason}: {detail}")
        for (reason, detail), n in counts.most_common()
    ]
    ordered = sorted(judged, key=lambda row: (row["verdict"] == "additive", ";" not in row["neighbours"]))
    return Haplotypes(
        f"{sentence}{_verdicts(judged)}", [_neighbour(case, row) for row in ordered[:SHOWN]], len(judged), why
    )


def _verdicts(judged: Sequence[Mapping[str, Any]]) -> str:
    """Whether any other variant modifies the effect of this one."""
    found = Counter(row["verdict"] for row in judged if row["verdict"] != "additive")
    if not judged or not found:
        return " None modifies the predicted effect of this variant." if judged else ""
    return f" Interactions: {', '.join(f'{name} {count}' for name, count in sorted(found.items()))}."


def _neighbour(case: CandidateCase, row: Mapping[str, Any]) -> Neighbour:
    names = row["neighbours"].split(";")
    return Neighbour(
        names[0] if len(names) == 1 else f"all {len(names)} together",
        formatting.offset(row["offset"], case.row["strand"]),
        row["phase"],
        formatting.score(row["delta_candidate"]),
        formatting.score(row["delta_neighbours"]),
        formatting.score(row["delta_joint"]),
        row["verdict"],
    )


def missing(case: CandidateCase) -> str:
    """Why a case has no interpretation; empty where it has one."""
    account = case.account
    if account is None:
        return "Not assessed: only findings and leading candidates are interpreted."
    if account["status"] == "mapped":
        return ""
    what = "Not interpreted" if account["status"] == "not_examined" else "No in silico mutagenesis"
    return f"{what}: {account['detail'] or account['reason']}."
