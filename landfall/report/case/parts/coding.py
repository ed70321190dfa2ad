"""The coding change of a case, with normal splicing: codon, reading frame, premature stop and decay of the mRNA."""

from __future__ import annotations

import re

from landfall.ranking import coding_words
from landfall.ranking.inheritance_columns import counted
from landfall.ranking.rows import PrioritisedRow
from landfall.report import formatting
from landfall.report.case.case import CandidateCase
from landfall.splicing.rows import OutcomeRow

UNREADABLE = "not predicted: the consequence rests on several alleles of one copy"
STOP = re.compile(r"p\.\(?[A-Z][a-z]{2}(\d+)(?:Ter\b|[A-Z][a-z]{2}fsTer(\d+))")
"""Residue at which a p. name has its stop, or at which the frame shifts and the codon of the new frame that is one."""
TRUNCATING = ("stop_gained", "frameshift_variant")


def protein(row: PrioritisedRow) -> str | None:
    """The p. name of the consequence that counts."""
    return row["coding_hgvs_p"] or row["hgvs_p"]


def normally_spliced(case: CandidateCase) -> OutcomeRow | None:
    """The mRNA of normal splicing in the transcript that counts; None where none was predicted for the allele alone."""
    row = case.row
    if coding_words.by_joint(row):
        return None
    name = row["coding_transcript"] or row["transcript"]
    return next((o for o in case.outcomes if o["event"] == "none" and o["transcript"] == name), None)


def codon(row: PrioritisedRow) -> str:
    """'768, CGA → TGA'; empty for a change other than substitutions."""
    return (
        (row["coding_codon"] or "")
        .replace(" ", f",{formatting.NBSP}")
        .replace(">", f"{formatting.NBSP}→{formatting.NBSP}")
    )


def frame(case: CandidateCase) -> str:
    """Whether the reading frame is kept, with the bases gained or lost."""
    row, term = case.row, counted(case.row)
    net = len(row["alt"]) - len(row["ref"])
    bases = f" ({formatting.plural(abs(net), 'base')} {'gained' if net > 0 else 'lost'})" if net else ""
    if coding_words.by_joint(row):
        return f"{'shifted' if term == 'frameshift_variant' else 'kept'}, with the other allele of the copy"
    return f"{'shifted' if term == 'frameshift_variant' else 'kept'}{bases}"


def stop(case: CandidateCase) -> str:
    """The premature stop: 'codon 768', 'none'."""
    o = normally_spliced(case)
    if o is None:
        found = STOP.search(protein(case.row) or "")
        return f"codon {int(found[1]) + int(found[2] or 1) - 1:,}" if found else "none"
    if not o["ptc"]:
        return "none"
    return "yes" if o["ptc_codon"] is None else f"codon {formatting.count(o['ptc_codon'])}"


def decay(case: CandidateCase) -> str:
    """Whether nonsense-mediated decay is expected, with the reason; empty without a premature stop."""
    o = normally_spliced(case)
    if o is None or o["nmd"] is None:
        return _unpredicted(case) if counted(case.row) in TRUNCATING else ""
    said = "expected" if o["nmd"] else "not expected"
    return f"{said}: {o['nmd_reason']}" if o["nmd_reason"] else said


def _unpredicted(case: CandidateCase) -> str:
    if coding_words.by_joint(case.row):
        return UNREADABLE
    return f"not predicted ({case.row['reason'].replace('_', ' ') or 'no mRNA was predicted'})"
