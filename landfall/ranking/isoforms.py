"""The coding consequence of an allele on every coding transcript of its gene: which transcripts count, and the most
damaging consequence.

Where the annotation tags MANE transcripts, the transcript of the scores and the gene's MANE Select and MANE Plus
Clinical count; a more damaging consequence on another one is reported only. Without tags, every coding transcript
counts, except those annotated with a decaying biotype.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from landfall.genome.consequence import consequence
from landfall.genome.hgvs.dna import hgvs_c
from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.ranking.score import DAMAGING

MANE = ("MANE_Select", "MANE_Plus_Clinical")
DECAYING = ("nonsense_mediated_decay", "non_stop_decay")
"""Biotypes of transcripts with a coding sequence that yield no stable protein."""


class Named(NamedTuple):
    """The consequence of one allele, or of several of one haplotype, on one transcript; HGVS without its accession."""

    transcript: Transcript
    consequence: str
    hgvs_c: str
    hgvs_p: str | None

    @property
    def damage(self) -> float:
        """Probability that the gene is damaged, from the consequence alone."""
        return DAMAGING.get(self.consequence, 0.0)

    @property
    def refseq(self) -> str | None:
        """The name in the RefSeq transcript of the same sequence, ``NM_003494.4:c.663+784C>T``; None if unknown."""
        return f"{self.transcript.refseq}:{self.hgvs_c}" if self.transcript.refseq else None


def named(transcript: Transcript, variant: Variant, genome: Genome) -> Named:
    """The consequence of one allele on a transcript."""
    allele = variant.pos, variant.ref, variant.alt
    term, protein = consequence(transcript, *allele, genome)
    return Named(transcript, term, hgvs_c(transcript, *allele, genome), protein)


def worst(found: Iterable[Named]) -> Named:
    """The most damaging consequence, of ties the first."""
    return max(found, key=lambda one: one.damage)


def counting(
    own: Transcript, gene: Sequence[Transcript], variant: Variant
) -> tuple[list[Transcript], list[Transcript]]:
    """The transcripts whose consequence counts, ``own`` first, and the other coding ones that overlap the allele.

    own: the transcript in which the allele is scored; gene: all transcripts of the gene on its contig.
    """
    marked = any(t.tag in MANE for t in gene)
    counted: list[Transcript] = [own]
    others: list[Transcript] = []
    for transcript in gene:
        if transcript == own or not transcript.coding or not _holds(transcript, variant):
            continue
        counts = transcript.tag in MANE if marked else transcript.biotype not in DECAYING
        (counted if counts else others).append(transcript)
    return counted, others


def _holds(transcript: Transcript, variant: Variant) -> bool:
    return transcript.start < variant.end and variant.start < transcript.end
