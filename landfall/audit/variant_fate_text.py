"""An answer of :mod:`landfall.audit.variant_fate` in plain lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from landfall.audit.variant_fate import NEAR, Account, Answer, FoundCandidate
from landfall.models.registry import splice_models
from landfall.ranking import coding_words, regulation_columns
from landfall.splicing.rows import OutcomeRow
from landfall.variants.filters.remedies import Remedy, now
from landfall.variants.tables import EXEMPTED

WIDTH, INDENT = 110, 16
LONGEST = 20
"""Bases of an allele that are printed."""

STATUSES = {"kept": "kept", "dropped": "dropped", "not_scored": "not scored"}
COUNTED = ("met", "provisional", "needs_assay")
OPEN = ("not_assessed", "manual_review")


def text(answers: Sequence[Answer]) -> str:
    """All answers, a blank line between them."""
    return "\n\n".join("\n".join(_lines(answer)) for answer in answers)


def _lines(answer: Answer) -> Iterator[str]:
    name = "-".join(_short(part) for part in answer.variant.rsplit("-", 3))
    if not answer.accounts:
        yield f"{name} is not in the input."
        yield from _query(answer)
        yield from _absent(answer)
        return
    first = answer.accounts[0].row
    yield f"{name}: {STATUSES[first['status']]}" + (
        "" if first["status"] == "kept" else f" ({first['rule']})"
    )
    yield from _query(answer)
    for account in answer.accounts:
        yield from _account(account, answer)
    for candidate in answer.candidates:
        if _is_scored(candidate):
            yield from _candidate(candidate)
    if any(map(_is_scored, answer.candidates)):
        yield "Predictions are hypotheses and require expert review."


def _is_scored(candidate: FoundCandidate) -> bool:
    """Whether any model scored it."""
    return candidate["status"] == "scored" or candidate["effect_regulation"] is not None


def _query(answer: Answer) -> Iterator[str]:
    """The query, where it was written differently."""
    if answer.question != answer.variant:
        yield _item("query", answer.question)


def _item(label: str, words: str) -> str:
    """A label and its words, wrapped beside it."""
    lines = wrap(words, WIDTH - INDENT, break_long_words=False, break_on_hyphens=False) or [""]
    return f"  {label:<{INDENT - 2}}" + f"\n{'':{INDENT}}".join(lines)


def _short(allele: str) -> str:
    return allele if len(allele) <= LONGEST else f"{allele[:LONGEST]}…({len(allele):,} bases)"


def _written(row: Mapping[str, Any]) -> str:
    which = f", allele {row['allele']}" if row["allele"] > 1 else ""
    return f"{row['chrom']}:{row['pos']} {_short(row['ref'])}>{_short(row['alt'])} (record {row['record']:,}{which})"


def _absent(answer: Answer) -> Iterator[str]:
    if answer.note:
        yield _item("reference", f"{answer.note}; is the query on another genome build?")
    if not answer.nearby:
        yield _item("nearby", f"the input has no allele within {NEAR} bases")
    for number, row in enumerate(answer.nearby):
        words = f"{_written(row)}: {STATUSES[row['status']]}, {row['rule']}"
        yield _item("" if number else "nearby", words)


def _account(account: Account, answer: Answer) -> Iterator[str]:
    row = account.row
    yield _item("in the input", _written(row))
    _, exempted, reason = row["detail"].partition(EXEMPTED)
    if exempted:
        yield _item("exempt", f"from the filter {reason}")
    if row["status"] == "kept":
        return
    yield _item("stage, rule", f"{row['stage']}, {row['rule']}: {row['detail']}")
    if account.genes is not None:
        genes = " and ".join(account.genes)
        yield _item(
            "gene", f"{genes}, not a candidate" if genes else "none of the annotation at this position"
        )
    if account.remedy is not None:
        yield _item("to keep it", _remedy(account.remedy, answer.settings))
        if account.remedy.settings:
            yield _item("", "Later rules were not applied to the allele; one of them may still drop it.")


def _remedy(cure: Remedy, settings: Mapping[str, Any]) -> str:
    keys = [
        f"{key}: {json.dumps(value)} (now {json.dumps(now(key, settings))})"
        for key, value in cure.settings.items()
    ]
    return ", ".join([*keys, cure.words] if cure.words else keys)


def _candidate(c: FoundCandidate) -> Iterator[str]:
    """The lines of one row of the prioritised table."""
    yield _item("rank", f"{c['rank']:,} of {c['of']:,}, priority {c['priority']:.2f}; {_finding(c)}")
    yield _item("because", c["explanation"])
    refseq = coding_words.refseq(coding_words.own_effect(c))
    names = ", ".join(filter(None, (c["hgvs_c"], refseq, c["hgvs_p"], c["location"])))
    yield _item("gene", f"{c['gene']} {c['transcript']}:{names} ({c['consequence']})")
    for label, words in coding_words.beside(c):
        yield _item(label, words)
    for model in splice_models().values():
        if words := model.describe(c):
            yield _item(model.name, words)
    if c["splice_probability"] is not None:
        yield _item("probability", f"{c['splice_probability']:.2f} that splicing is affected (calibrated)")
    if c["effect_regulation"] is not None:
        read = regulation_columns.describe(c)
        words = f"{c['effect_regulation']:.2f} that regulation is damaged (not calibrated): {read}"
        yield _item("regulation", words)
    called = [o for o in c["outcomes"] if o["called"]]
    for number, outcome in enumerate(called):
        yield _item("" if number else "outcome", _outcome(outcome))
    yield _item("patient", _patient(c))
    yield _item("inheritance", c["inheritance"])
    yield from _evidence(c["evidence"])


def _finding(c: FoundCandidate) -> str:
    if not c["finding_level"]:  # of a version that flagged by the delta score alone
        return f"{'flagged' if c['flagged'] else 'not flagged'} by its delta score"
    return f"{c['finding_level'].replace('none', 'neither finding nor candidate')}: {c['finding_reason']}"


def _outcome(o: OutcomeRow) -> str:
    if o["event"] == "none":
        return o["reason"] or "no change of splicing is called"
    gain = "gains" if o["is_gain"] else "loses"
    parts = [f"{o['event'].replace('_', ' ')}, {o['location']}: the mRNA {gain} {o['size_nt']:,} bases"]
    if o["frameshift"] is not None:
        parts.append("the frame shifts" if o["frameshift"] else "the frame is kept")
    if o["ptc"]:
        parts.append("premature stop" + ("" if o["ptc_codon"] is None else f" at codon {o['ptc_codon']:,}"))
    if o["nmd"] is not None:
        parts.append("decay expected" if o["nmd"] else "no decay expected")
    if o["transcript_proportion"] is not None:
        parts.append(f"share {o['transcript_proportion']:.2f}")
    return ", ".join([*parts, *(_short_name(name) for name in (o["hgvs_r"], o["hgvs_p"]) if name)])


def _short_name(name: str, longest: int = 60) -> str:
    return name if len(name) <= longest else f"{name[:longest]}…"


def _patient(c: FoundCandidate) -> str:
    depth = "" if c["depth"] is None else f", {c['depth']} reads"
    known = (
        c["frequency_source"]
        if c["popmax_af"] is None
        else f"{c['popmax_af']:.3g} in {c['frequency_source']}"
    )
    return f"{c['zygosity']} ({c['genotype']}{depth}); population frequency: {known}"


def _evidence(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    counted = [r for r in rows if r["status"] in COUNTED]
    if not rows:
        yield _item("evidence", "not drafted: the allele is not among the leading candidates")
    for number, r in enumerate(counted):
        strength = (r["strength"] or "").replace("_", " ")
        yield _item(
            "" if number else "evidence",
            f"{r['criterion']} ({strength}, {r['status'].replace('_', ' ')}): {r['reason']}",
        )
    for r in rows:
        if r["criterion"] == "sum":
            yield _item("", f"draft sum {r['points']:+d}: {r['draft_class']}; requires expert review")
    if still := [r["criterion"] for r in rows if r["status"] in OPEN]:
        yield _item("", f"not assessed here: {', '.join(still)}")
