"""Types of rows, generated from tables.py by ``python -m landfall.stages.manuals``; not to be edited."""

from __future__ import annotations

from typing import TypedDict


class OutcomeRow(TypedDict):
    """One predicted outcome of one variant on one transcript."""

    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str
    transcript: str
    outcome: int
    event: str
    called: bool
    start: int | None
    end: int | None
    size_nt: int | None
    is_gain: bool
    location: str | None
    acceptor: int | None
    acceptor_ref: float | None
    acceptor_alt: float | None
    acceptor_maxent_ref: float | None
    acceptor_maxent_alt: float | None
    donor: int | None
    donor_ref: float | None
    donor_alt: float | None
    donor_maxent_ref: float | None
    donor_maxent_alt: float | None
    frameshift: bool | None
    ptc: bool | None
    ptc_codon: int | None
    nmd: bool | None
    nmd_reason: str | None
    transcript_proportion: float | None
    hgvs_r: str | None
    hgvs_p: str | None
    inserted: str | None
    protein_ref: str | None
    protein_alt: str | None
    protein_start: int | None
    reason: str
