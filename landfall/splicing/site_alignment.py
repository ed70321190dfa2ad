"""How the alternate allele is laid over the reference: an annotated splice site that it keeps keeps its place.

In a repeat an insertion or deletion has several equivalent places, and at an exon's edge they put the edge on
different bases: without one G of ``AG|GG`` the exon begins behind the same AG, but laid over the reference from the
left its first base comes to stand on the second. The place chosen is that at which most of the sequence around the
annotated sites is as it was; of equal ones the leftmost, as VCF has it. Every equivalent spelling is laid alike. Where
an insertion doubles a site's motif it is laid behind the site, whose probability is then the larger of both. Where a
deletion leaves one of two, an acceptor is taken for the upstream one, as the spliceosome does, a donor for the
stronger one.

A place is told by its *cut*, the 0-based contig position up to which bases stand one to one. Right of it bases are
deleted, or inserted after the base before it; what follows stands one to one again.
"""

from __future__ import annotations

from collections.abc import Iterable

from landfall.genome.hgvs.dna import HgvsEdit, shift, trim
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.splice.delta_scores import ACCEPTOR, COLUMNS, DONOR, Sites, annotated_sites
from landfall.splicing.site_motifs import EXON_BASES, INTRON_BASES, donor_bits

DINUCLEOTIDE = 2
"""Bases of the intron without which a site is not kept."""
KEPT, INTACT, UPSTREAM = 10.0, 0.1, 0.05
"""What a kept donor counts beside its bits, so that a weak one is more than none; each base that is as it was; and of
two equal sites the upstream one, so that both strands are treated alike."""


def usual_cut(variant: Variant) -> int:
    """The cut of the spelling given: bases that both alleles share from the left stand one to one."""
    return variant.start + min(len(variant.ref), len(variant.alt))


class SiteAlignment:
    """The reference and the annotated sites of its genes."""

    def __init__(self, genome: Genome, transcripts: Iterable[Transcript]) -> None:
        """transcripts: all of every gene, whose annotated sites keep their place."""
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
        """Bases right of its spelling's :func:`usual_cut` at which an allele is laid in a transcript's gene.

        0 where no annotated site of the gene lies in the allele's repeat, and where the alleles are of one length. One
        base beyond the repeat is tried as well: a site whose base is deleted, or which has an insertion between itself
        and its intron, stays on the exon base that follows the intron.
        """
        change = trim(variant.pos, variant.ref, variant.alt)
        if len(change.ref) == len(change.alt):
            return 0
        first, last = (shift(change, variant.chrom, self.genome, right) for right in (False, True))
        shared = min(len(change.ref), len(change.alt))
        low, high = first.start + shared, last.start + shared
        deleted = max(len(change.ref) - len(change.alt), 0)
        sites = self._between(transcript, low - 1, high + 1 + deleted)
        if not sites:
            return 0
        kept = [(site[0], *self._kept(change, variant.chrom, site, transcript.forward)) for site in sites]

        def intact(cut: int) -> float:
            """Bases inserted behind a site are folded into it, and so is the site at their end."""
            total = 0.0
            for at, left, right in kept:
                if at < cut:
                    total += left + (right if at == cut - 1 and not deleted else 0.0)
                elif at >= cut + deleted:
                    total += right
            return total

        cut: int = max([*range(low, high + 2), low - 1], key=intact)
        return cut - usual_cut(variant)

    def _between(self, transcript: Transcript, start: int, end: int) -> list[tuple[int, int]]:
        """Annotated sites of a gene at start..end (0-based half-open), with their column."""
        known = self.sites(transcript)
        return [
            (site, column) for column in (ACCEPTOR, DONOR) for site in known.of(column) if start <= site < end
        ]

    def _kept(
        self, change: HgvsEdit, chrom: str, site: tuple[int, int], forward: bool
    ) -> tuple[float, float]:
        """How much of a site is kept where it stands left of the cut, and right of it; 0 for none."""
        (base, column), growth = site, len(change.alt) - len(change.ref)
        before = (column == ACCEPTOR) == forward
        intron = INTRON_BASES[COLUMNS[column]]
        reach = (intron, EXON_BASES - 1) if before else (EXON_BASES - 1, intron)
        whole = self.genome.fetch(chrom, base - reach[0], base + reach[1] + 1)
        found = []
        for at in (base, base + growth):
            there = self._alternate(change, chrom, at - reach[0], at + reach[1] + 1)
            edge = reach[0] if before else reach[0] + 1
            left, right = _run(whole[:edge][::-1], there[:edge][::-1]), _run(whole[edge:], there[edge:])
            kept = (left if before else right) >= DINUCLEOTIDE
            motif = there if forward else reverse_complement(there)
            upstream = UPSTREAM * ((at == base) == ((growth > 0) == forward))
            found.append(_worth(column, left + right, motif) + upstream if kept else 0.0)
        return found[0], found[1]

    def _alternate(self, change: HgvsEdit, chrom: str, start: int, end: int) -> str:
        """Bases start..end (0-based half-open) of the sequence with the change."""
        growth = len(change.alt) - len(change.ref)
        own = change.alt[max(start - change.start, 0) : max(end - change.start, 0)]
        left = self.genome.fetch(chrom, start, max(start, min(end, change.start)))
        behind = max(start - growth, change.end)
        return left + own + self.genome.fetch(chrom, behind, max(behind, end - growth))


def _worth(column: int, intact: int, motif: str) -> float:
    """What a kept site counts, from the bases that are as they were and those that stand there, 5' to 3'."""
    if column == ACCEPTOR:
        return float(intact)
    return KEPT + donor_bits(motif) + INTACT * intact


def _run(one: str, other: str) -> int:
    """Letters that two strings share from their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))
