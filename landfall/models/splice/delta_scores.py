"""From splice site probabilities of two alleles to delta scores, for every network of SpliceAI's family.

All arrays here run along the + strand in reference coordinates. Column 0 is P(neither), 1 P(acceptor) (on an
exon's first base) and 2 P(donor) (on its last).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from landfall.genome.transcripts import Transcript

Probabilities = NDArray[np.float32]
ACCEPTOR, DONOR = 1, 2
COLUMNS = ("neither", "acceptor", "donor")
EVENTS = (("ag", ACCEPTOR, 1), ("al", ACCEPTOR, -1), ("dg", DONOR, 1), ("dl", DONOR, -1))
"""Suffix of the track, column, and sign: +1 for a gain (alt - ref), -1 for a loss (ref - alt)."""


@dataclass(frozen=True)
class Sites:
    """Annotated splice sites of a gene, 0-based positions on the contig of the exon base that carries them."""

    acceptors: Collection[int] = field(default_factory=frozenset)
    donors: Collection[int] = field(default_factory=frozenset)

    def of(self, column: int) -> Collection[int]:
        return self.acceptors if column == ACCEPTOR else self.donors


def annotated_sites(transcripts: Collection[Transcript]) -> Sites:
    """The splice sites of all introns of the transcripts."""
    acceptors: set[int] = set()
    donors: set[int] = set()
    for transcript in transcripts:
        for start, end in transcript.introns:
            before, after = start - 1, end  # last exon base before the intron, first one after it
            forward = transcript.strand == "+"
            donors.add(before if forward else after)
            acceptors.add(after if forward else before)
    return Sites(frozenset(acceptors), frozenset(donors))


def align(alt: Probabilities, offset: int, ref_length: int, alt_length: int, moved: int = 0) -> Probabilities:
    """Probabilities of the alternate haplotype, (length + alt_length - ref_length, 3), in reference coordinates.

    offset: row of the first reference base of the variant, 0-based. Bases shared by both alleles from the left, and
    ``moved`` more (:mod:`landfall.splicing.site_alignment`), stand one to one; deleted bases get zeros; inserted ones
    are folded into the base before them by their maximum. For insertions and deletions with one anchor base and
    nothing moved this is the rule of the original SpliceAI (``spliceai/utils.py:get_delta_scores``); here it holds
    for any pair of lengths.
    """
    cut, growth = offset + min(ref_length, alt_length) + moved, alt_length - ref_length
    length = len(alt) - growth
    if growth > 0 and cut > length:
        return alt[:length]  # the inserted bases lie after the last row
    if growth > 0:
        folded = alt[cut - 1 : cut + growth].max(axis=0, keepdims=True)
        return np.concatenate([alt[: cut - 1], folded, alt[cut + growth :]])
    deleted = np.zeros((-growth, alt.shape[1]), dtype=alt.dtype)
    return np.concatenate([alt[:cut], deleted, alt[cut:]])


def delta_scores(ref: Probabilities, alt: Probabilities, origin: int) -> dict[str, float]:
    """Raw delta scores ``ds_*`` and their positions ``dp_*`` in bases from row ``origin``.

    ref, alt: (length, 3), aligned. A score is the largest change over all rows, its position the first such row.
    """
    scores: dict[str, float] = {}
    for suffix, column, sign in EVENTS:
        change = sign * (alt[:, column] - ref[:, column])
        row = int(change.argmax())
        scores[f"ds_{suffix}"] = float(change[row])
        scores[f"dp_{suffix}"] = float(row - origin)
    return scores


def masked_delta_scores(
    ref: Probabilities, alt: Probabilities, origin: int, start: int, sites: Sites
) -> dict[str, float]:
    """Delta scores without gains at annotated sites and without losses anywhere else, of the right type.

    start: 0-based contig position of row 0. The mask is applied to every row before the largest change is sought,
    where the original masks one position after it (its issues 27 and 152).
    """
    scores: dict[str, float] = {}
    for suffix, column, sign in EVENTS:
        change = sign * (alt[:, column] - ref[:, column])
        annotated = np.zeros(len(change), dtype=bool)
        rows = [site - start for site in sites.of(column) if 0 <= site - start < len(change)]
        annotated[rows] = True
        allowed = ~annotated if sign > 0 else annotated
        change = np.where(allowed, np.maximum(change, 0), 0)
        row = int(change.argmax()) if change.any() else origin
        scores[f"masked_ds_{suffix}"] = float(change[row])
        scores[f"masked_dp_{suffix}"] = float(row - origin)
    return scores


def spreads(
    refs: Probabilities, alts: Probabilities, scores: Mapping[str, float], origin: int
) -> dict[str, float]:
    """``sd_*``: how far the networks of an ensemble disagree on each raw delta score.

    refs, alts: (networks, length, 3), aligned; scores: those of their mean, with the positions ``dp_*``. Each is the
    standard deviation over the networks (divided by their number) of the change at the position of the score.
    """
    found: dict[str, float] = {}
    for suffix, column, _ in EVENTS:
        row = origin + int(scores[f"dp_{suffix}"])
        found[f"sd_{suffix}"] = float((alts[:, row, column] - refs[:, row, column]).std())
    return found


def largest(scores: Mapping[str, float], prefix: str = "ds_") -> float:
    """The largest of the four delta scores with this prefix."""
    return max(scores[f"{prefix}{suffix}"] for suffix, _, _ in EVENTS)
