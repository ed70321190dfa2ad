"""Alignment of the alternate allele with the reference that keeps preserved annotated splice sites in place.

All equivalent representations of an allele are aligned alike, by the annotated sites of all transcripts of a gene
(:mod:`landfall.genome.splice_sites.alignment`). An insertion that duplicates a site's motif is placed after the site,
whose probability is then the larger of both.
"""

from __future__ import annotations

from collections.abc import Iterable

from landfall.genome.hgvs.dna import trim
from landfall.genome.sequence import Genome
from landfall.genome.splice_sites.alignment import Site, best_cut, cuts
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.splice.delta_scores import ACCEPTOR, COLUMNS, DONOR, Sites, annotated_sites


def usual_cut(variant: Variant) -> int:
    """The cut of the given representation: bases shared from the left are aligned one to one."""
    return variant.start + min(len(variant.ref), len(variant.alt))


class SiteAlignment:
    """The reference and the annotated sites of its genes."""

    def __init__(self, genome: Genome, transcripts: Iterable[Transcript]) -> None:
        """transcripts: all transcripts of every gene, whose annotated sites are kept in place."""
        self.genome = genome
        self.members: dict[tuple[str, str], list[Transcript]] = {}
        for transcript in transcripts:
            self.members.setdefault((transcript.chrom, transcript.gene), []).append(transcript)
        self._known: dict[tuple[str, str], Sites] = {}

    def sites(self, transcript: Transcript) -> Sites:
        """The annotated sites of a transcript's gene."""
        gene = transcript.chrom, transcript.gene
        if gene not in self._known:
            self._known[gene] = annotated_sites(self.members.get(gene, ()))
        return self._known[gene]

    def moved(self, variant: Variant, transcript: Transcript) -> int:
        """Bases from :func:`usual_cut` to the right at which an allele is aligned in a transcript's gene.

        An allele without an annotated site of the gene beside it is aligned as left-aligned. 0 for alleles of equal
        length.
        """
        change = trim(variant.pos, variant.ref, variant.alt)
        if len(change.ref) == len(change.alt):
            return 0
        known = self.sites(transcript)

        def between(start: int, end: int) -> list[Site]:
            columns = (ACCEPTOR, DONOR)
            return [(s, COLUMNS[c]) for c in columns for s in known.of(c) if start <= s < end]

        cut = best_cut(change, variant.chrom, self.genome, between, transcript.forward)
        leftmost, _ = cuts(change, variant.chrom, self.genome)
        return (leftmost if cut is None else cut) - usual_cut(variant)
