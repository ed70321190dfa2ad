"""Haplotype sequences, and the joint effect of a candidate and the neighbouring variants in cis.

A score of one variant on the reference ignores the patient's other variants. Variants in cis within a model's reach are
therefore scored jointly and separately. Arrays are along the + strand; column 1 is P(acceptor), column 2 P(donor), as
in :mod:`landfall.models.splice.delta_scores`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landfall.genome.hgvs.dna import HgvsEdit, trim
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant, allele_of
from landfall.models.base import SpliceModel
from landfall.models.inference.edits import Edit
from landfall.models.splice.delta_scores import ACCEPTOR, DONOR, Probabilities
from landfall.patient.inheritance.phasing import overlap, phase
from landfall.splicing.scoring import read_along
from landfall.splicing.windows import masked_sequence
from landfall.variants.filters.call_quality import CALL_FAULTS
from landfall.variants.filters.rule import Decision
from landfall.variants.filters.scoring import (
    JOINT_ONLY,
    LONGER_THAN_WINDOW,
    OUTSIDE_TRANSCRIPTS,
    OVERLAPS,
    OVERLAPS_NEIGHBOUR,
    POOR_CALL,
    TRANS,
    UNPHASED,
)

KINDS = {ACCEPTOR: "acceptor", DONOR: "donor"}
MOST_ALONE = 20
"""Neighbours that are scored one by one with the candidate, nearest first; the others only with all in cis."""


@dataclass(frozen=True)
class Haplotype:
    """A reference interval with variants applied.

    ``start``: 0-based contig position of the first base of ``reference``, which is on the + strand. ``variants`` lie
    within the interval and do not overlap; their order is irrelevant. ``moved``: shift of the alignment of each variant
    (:mod:`landfall.splicing.site_alignment`); none where another variant lies in the same repeat.
    """

    start: int
    reference: str
    variants: tuple[Variant, ...] = ()
    moved: Mapping[Variant, int] = field(default_factory=dict)

    @cached_property
    def _laid(self) -> tuple[str, NDArray[np.int64]]:
        parts: list[str] = []
        origins: list[NDArray[np.int64]] = []
        done = self.start
        for change, cut in sorted(map(self._change, self.variants), key=lambda c: (c[0].start, c[0].end)):
            growth = len(change.alt) - len(change.ref)
            parts += [self.reference[done - self.start : change.start - self.start], change.alt]
            stands = np.arange(change.start, change.start + len(change.alt))
            behind = stands + max(-growth, 0) if growth < 0 else np.maximum(stands - growth, cut - 1)
            origins += [np.arange(done, change.start), np.where(stands < cut, stands, behind)]
            done = change.end
        end = self.start + len(self.reference)
        origins.append(np.arange(done, end))
        return "".join([*parts, self.reference[done - self.start :]]), np.concatenate(origins)

    def _change(self, variant: Variant) -> tuple[HgvsEdit, int]:
        """A variant's change of the reference, including the bases over which it is shifted, and its cut."""
        change = trim(variant.pos, variant.ref, variant.alt)
        cut = change.start + min(len(change.ref), len(change.alt))
        laid = variant.start + min(len(variant.ref), len(variant.alt)) + self.moved.get(variant, 0)
        deleted = max(len(change.ref) - len(change.alt), 0)
        start, end = min(change.start, laid), max(change.end, laid + deleted)
        others = (trim(v.pos, v.ref, v.alt) for v in self.variants if v != variant)
        if not self.moved.get(variant) or any(c.start <= end and start <= c.end for c in others):
            return change, cut
        before, behind = (
            self.reference[first - self.start : last - self.start]
            for first, last in ((start, change.start), (change.end, end))
        )
        return HgvsEdit(start, before + change.ref + behind, before + change.alt + behind), laid

    @property
    def sequence(self) -> str:
        """The bases of the haplotype, + strand."""
        return self._laid[0]

    @property
    def origin(self) -> NDArray[np.int64]:
        """For each base of the sequence the 0-based contig position to which it is aligned.

        As in :func:`landfall.models.splice.delta_scores.align`: bases shared from the left are aligned one to one,
        inserted ones to the base before them.
        """
        return self._laid[1]

    def indices(self, start: int, end: int) -> range:
        """Indices in the sequence of contig positions start..end (0-based half-open)."""
        first, last = np.searchsorted(self.origin, [start, end])
        return range(int(first), int(last))

    def with_variant(self, variant: Variant) -> Haplotype:
        return Haplotype(self.start, self.reference, (*self.variants, variant), self.moved)

    def on_reference(self, values: Probabilities, first: int, start: int, end: int) -> Probabilities:
        """Values of the bases from index ``first`` on, at contig positions start..end (0-based half-open).

        (bases, channels) to (end - start, channels): the maximum of the bases aligned to a position, 0 where it is
        deleted, as in :func:`landfall.models.splice.delta_scores.align`.
        """
        origin = self.origin[first : first + len(values)]
        inside = (origin >= start) & (origin < end)
        laid: Probabilities = np.zeros((end - start, values.shape[1]), dtype=values.dtype)
        np.maximum.at(laid, origin[inside] - start, values[inside])
        return laid


def read_pair(
    model: SpliceModel,
    genome: Genome,
    transcript: Transcript,
    candidate: Variant,
    neighbours: Sequence[Variant],
    distance: int,
    batch: int,
    moved: Mapping[Variant, int] | None = None,
) -> tuple[Probabilities, Probabilities]:
    """Probabilities with the neighbours alone, and with neighbours and candidate, in reference coordinates.

    Both (2 * distance + 1, 3), centred on the candidate's first base. No two of the variants may overlap; the
    neighbours lie within ``model.context`` bases of the candidate. moved: as in :class:`Haplotype`.
    """
    margin = sum(len(v.ref) + len(v.alt) for v in (candidate, *neighbours))
    reach = distance + margin
    flank = model.context + reach + margin
    start, end = candidate.start - flank, candidate.end + flank
    sequence = masked_sequence(genome, transcript, start, end)
    background = Haplotype(start, sequence, tuple(neighbours), moved or {})
    both = background.with_variant(candidate)
    change = trim(candidate.pos, candidate.ref, candidate.alt)
    at = background.indices(change.start, change.end).start
    edit = Edit(at, at + len(change.ref), change.alt, at - reach, at + reach + len(change.ref) + 1)
    ((without, joint),) = read_along(model, background.sequence, transcript.strand, [edit], batch)
    span = candidate.start - distance, candidate.start + distance + 1
    return background.on_reference(without, edit.first, *span), both.on_reference(joint, edit.first, *span)


# --- neighbours in cis ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbour:
    """An allele of the patient near a candidate. ``phase``: cis, trans or unknown; ``reason``: for its exclusion.

    ``joint_only`` is not excluded, but scored only with all others in cis.
    """

    variant: Variant
    phase: str
    reason: str = ""
    detail: str = ""

    @property
    def read(self) -> bool:
        return self.reason in ("", JOINT_ONLY.name)


def neighbours(
    candidate: Mapping[str, Any],
    alleles: Sequence[Mapping[str, Any]],
    dropped: Mapping[tuple[int, int], str],
    transcript: Transcript,
    longest: int,
) -> list[Neighbour]:
    """The patient's alleles near a candidate, nearest first, each with its phase and any reason for its exclusion.

    alleles: rows of tables.NORMALISED around the candidate; the candidate itself and alleles that the patient does not
    carry are ignored. dropped: rule of the filter by (record, allele). longest: most reference bases of a neighbour.
    Reasons: the rules of the stage ``haplotypes`` (:mod:`landfall.variants.filters.rules`).
    """
    here = allele_of(candidate)
    near = [
        row for row in alleles if allele_of(row) != here and row["zygosity"] not in ("absent", "uncalled")
    ]
    near.sort(key=lambda row: (abs(row["pos"] - here.pos), row["pos"], row["ref"], row["alt"]))
    found: list[Neighbour] = []
    read: list[Variant] = []
    for row in near:
        variant, linked = allele_of(row), phase(candidate, row)
        rule = dropped.get((row["record"], row["allele"]), "")
        refused = _unread(candidate, row, linked, rule, transcript, longest) or _crowded(variant, read)
        reasons = (refused.rule, refused.detail) if refused else ("", "")
        found.append(Neighbour(variant, linked, *reasons))
        read += [variant] if found[-1].read else []
    return found


def _unread(
    candidate: Mapping[str, Any],
    row: Mapping[str, Any],
    linked: str,
    rule: str,
    transcript: Transcript,
    longest: int,
) -> Decision | None:
    variant = allele_of(row)
    if rule in CALL_FAULTS:
        return POOR_CALL.decide(rule=rule)
    if overlap(allele_of(candidate), variant):
        return OVERLAPS.decide()
    if linked == "unknown":
        calls = f"{candidate['genotype']} and {row['genotype']}"
        sets = [call["phase_set"] for call in (candidate, row)]
        differ = f" in phase sets {sets[0]} and {sets[1]}" if sets[0] != sets[1] else ""
        return UNPHASED.decide(genotypes=calls + differ)
    if linked == "trans":
        return TRANS.decide()
    if variant.start < transcript.start or variant.end > transcript.end:
        return OUTSIDE_TRANSCRIPTS.decide()
    if len(variant.ref) > longest:
        return LONGER_THAN_WINDOW.decide(len(variant.ref), longest)
    return None


def _crowded(variant: Variant, read: Sequence[Variant]) -> Decision | None:
    rival = next((other for other in read if overlap(variant, other)), None)
    if rival is not None:
        return OVERLAPS_NEIGHBOUR.decide(nearer=rival)
    if len(read) >= MOST_ALONE:
        return JOINT_ONLY.decide(threshold=MOST_ALONE)
    return None


# --- joint effect --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Interaction:
    """A candidate and its neighbours at one site: probabilities on four haplotypes, and the verdict.

    ``kind``: acceptor or donor; ``position``: 0-based on the contig. ``beyond``: joint change minus the sum of the
    two single ones.
    """

    verdict: str
    kind: str
    position: int
    reference: float
    candidate: float
    neighbours: float
    joint: float

    @property
    def beyond(self) -> float:
        return self.joint - self.candidate - self.neighbours + self.reference


def interaction(
    start: int,
    reference: Probabilities,
    candidate: Probabilities,
    neighbours: Probabilities,
    joint: Probabilities,
    min_delta: float,
    min_interaction: float,
) -> Interaction:
    """Interaction of the candidate with its neighbours. Arrays: (length, 3) from 0-based position ``start`` on.

    With a, b, j the changes from the reference by the candidate, the neighbours and both, at any site in the window:

    - **rescue**: at the site where abs(a) is largest, abs(a) >= min_delta and abs(j) <= abs(a) / 2: at least half of
      the candidate's effect is reversed;
    - **synergy**: at the site where abs(j) - max(abs(a), abs(b), abs(a + b)) is largest, that is >= min_interaction
      and abs(j) >= min_delta: the joint effect exceeds each single one and their sum;
    - **additive** otherwise: no predicted interaction. The site is that of the largest abs(a).

    The rules are unpublished; min_delta is the cut-off at which events are called.
    """
    a, b, j = (copy[:, 1:] - reference[:, 1:] for copy in (candidate, neighbours, joint))
    lead = _largest(np.abs(a))
    excess = np.abs(j) - np.maximum(np.maximum(np.abs(a), np.abs(b)), np.abs(a + b))
    most = _largest(excess)
    verdict, site = "additive", lead
    if abs(a[lead]) >= min_delta and abs(j[lead]) <= abs(a[lead]) / 2:
        verdict = "rescue"
    elif excess[most] >= min_interaction and abs(j[most]) >= min_delta:
        verdict, site = "synergy", most
    row, column = site[0], site[1] + 1
    values = [float(copy[row, column]) for copy in (reference, candidate, neighbours, joint)]
    return Interaction(verdict, KINDS[column], start + row, *values)


def _largest(values: NDArray[np.floating[Any]]) -> tuple[int, int]:
    """Row and column of the largest value, of ties the first."""
    row, column = divmod(int(values.argmax()), values.shape[1])
    return row, column
