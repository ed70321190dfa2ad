"""Types of rows, generated from tables.py by ``python -m landfall.stages.manuals``; not to be edited."""

from __future__ import annotations

from typing import TypedDict


class StrongestTrackRow(TypedDict):
    """The track of one assay and group of tissues that changes most, by one network for one variant and gene."""

    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str
    transcript: str
    model: str
    assay: str
    tissue_group: str
    tissue: str
    mark: str
    track: int
    target: str
    signal_ref: float
    signal_alt: float
    sad: float
    logsad: float
    local_log2: float
    gene_log2: float | None
    percentile: float
    z: float
    log_odds: float | None
    e_value: float | None
    functional_significance: float | None


class RegulatoryRow(TypedDict):
    """One variant and gene for the regulatory track models, the largest change first."""

    rank: int
    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str
    transcript: str
    strand: str
    tss: int | None
    model: str | None
    z: float | None
    z_percentile: float | None
    background: int | None
    target: str | None
    assay: str | None
    tissue: str | None
    networks: int
    explained: bool
    status: str
    reason: str
    detail: str
