"""Alleles that share a copy of the chromosome and a stretch of protein: what they do together.

Two alleles meet in a transcript where they change bases of one codon, or where both shift the reading frame and
together keep it. On one copy (cis) the protein has both, so that their joint consequence counts and not that of each
alone; where their phase is not known it is a hint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from landfall.genome.consequence import joint_consequence
from landfall.genome.hgvs.dna import HgvsEdit, differing, shift, trim
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant, allele_of
from landfall.patient.inheritance.family import Family
from landfall.patient.inheritance.phasing import ON_EVERY_COPY, in_family, overlap
from landfall.ranking.isoforms import Named
from landfall.ranking.score import DAMAGING

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Coded:
    """An allele of the patient in the coding sequence of one transcript.

    ``row``: the call, of tables.NORMALISED or with its columns. ``codons``: 0-based, those with a changed base.
    ``gained``: bases, negative where they are lost.
    """

    variant: Variant
    row: Row
    codons: frozenset[int]
    gained: int

    @property
    def shifts(self) -> bool:
        return self.gained % 3 != 0


class Together(NamedTuple):
    """What an allele does with others. ``phase``: cis, one_copy (they lie on one of the two copies that have it) or
    unknown; only cis counts.
    """

    partners: tuple[Variant, ...]
    phase: str
    named: Named

    @property
    def counts(self) -> bool:
        return self.phase == "cis"


def coded(transcript: Transcript, rows: Iterable[Row], genome: Genome) -> list[Coded]:
    """The alleles that change coding bases of a coding transcript and leave its exons' edges, in their order."""
    found = (_coded(transcript, row, genome) for row in rows)
    return [one for one in found if one is not None]


def _coded(transcript: Transcript, row: Row, genome: Genome) -> Coded | None:
    variant = allele_of(row)
    change = shift(
        trim(variant.pos, variant.ref, variant.alt), transcript.chrom, genome, right=transcript.forward
    )
    codons = frozenset(_codons(transcript, differing(change)))
    if not codons:
        return None
    return Coded(variant, row, codons, len(change.alt) - len(change.ref))


def _codons(transcript: Transcript, changes: Iterable[HgvsEdit]) -> Iterator[int]:
    """Codons of the bases that change, of an insertion those of the bases on either side."""
    first, last = transcript.cds_span
    for change in changes:
        bases = range(change.start, change.end) if change.ref else (change.start - 1, change.start)
        for base in bases:
            offset = transcript.offset(base + 1)
            if offset is not None and first <= offset < last:
                yield (offset - first) // 3


def together(
    own: Coded, others: Sequence[Coded], transcript: Transcript, genome: Genome, family: Family
) -> Together | None:
    """What an allele does with others in the transcript: all it meets on its copy, else the first it may meet there.

    None if it meets none. A frame that may be kept by an allele of unknown phase is told only if translation then
    reaches the end of the protein: in a long gene a third of all such pairs would keep it.
    """
    phased = [(other, shared(own, other, family)) for other in others if other.variant != own.variant]
    cis = meeting(own, _apart(own, [other for other, phase in phased if phase == "cis"]))
    if cis:
        return _joint(own, cis, "cis", transcript, genome)
    for hint in ("one_copy", "unknown"):
        for other in (other for other, phase in phased if phase == hint and meeting(own, [other])):
            found = _joint(own, [other], hint, transcript, genome)
            if own.codons & other.codons or found.named.damage < DAMAGING["frameshift_variant"]:
                return found
    return None


def shared(own: Coded, other: Coded, family: Family) -> str:
    """Whether the copies that have an allele have another one too: cis, trans, one_copy (one of the two has it) or
    unknown.
    """
    one, two = (family.rows.get(allele.variant, allele.row) for allele in (own, other))
    if overlap(own.variant, other.variant):
        return "trans"
    if two["zygosity"] in ON_EVERY_COPY:
        return "cis"
    if two["zygosity"] != "heterozygous":
        return "unknown"
    if one["zygosity"] in ON_EVERY_COPY:
        return "one_copy"
    return in_family(one, two, family).phase if one["zygosity"] == "heterozygous" else "unknown"


def meeting(own: Coded, others: Sequence[Coded]) -> list[Coded]:
    """Those of one copy that an allele meets, directly or by way of another of them."""
    frame_kept = sum(allele.gained for allele in (own, *others) if allele.shifts) % 3 == 0
    group = [own]

    def meets(other: Coded) -> bool:
        return any(one.codons & other.codons or (frame_kept and one.shifts and other.shifts) for one in group)

    while new := [other for other in others if other not in group and meets(other)]:
        group += new
    return group[1:]


def _apart(own: Coded, others: Sequence[Coded]) -> list[Coded]:
    """Without those that change the same bases as one nearer to the allele: calls that no copy can hold together."""
    kept: list[Coded] = []
    for other in sorted(others, key=lambda o: (abs(o.variant.pos - own.variant.pos), str(o.variant))):
        if not any(overlap(other.variant, one.variant) for one in kept):
            kept.append(other)
    return kept


def _joint(
    own: Coded, others: Sequence[Coded], phase: str, transcript: Transcript, genome: Genome
) -> Together:
    alleles = [(one.variant.pos, one.variant.ref, one.variant.alt) for one in (own, *others)]
    partners = sorted((other.variant for other in others), key=lambda v: (v.pos, v.ref, v.alt))
    found = joint_consequence(transcript, alleles, genome)
    return Together(tuple(partners), phase, Named(transcript, *found))
