"""A small gene in memory, on either strand, and edits written in its own coordinates."""

from __future__ import annotations

from dataclasses import replace

from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript

FIVE_UTR = "GCCGCCGACC"
CODING = (
    "ATGAAACTGGAACAGTGGCGTTCTACAGTTGGCCATAACGACTTCTACTGCCCTATCGCAAAGAAGCTGTAA"  # MKLEQWRSTVGHNDFYCPIAKKL*
)
THREE_UTR = "GCTTGACCATAGCAT"
UPSTREAM = "CTGATCCAGTTCAAGCTTAC"
INTRON_1 = "GTAAGTCCTTGACTATCCGATTAACTTTCTTCCTTTACAG"  # 40 bases
INTRON_2 = "GTGAGTACCATTAGACATCGTGCTAACTGCATTCCTTCTAG"  # 41 bases: it has a middle base
MRNA = FIVE_UTR + CODING + THREE_UTR
EXON_1, EXON_2 = MRNA[:30], MRNA[30:52]  # the first intron splits codon 7, the second follows codon 14
EXON_3 = MRNA[52:]
CONTIG = UPSTREAM + EXON_1 + INTRON_1 + EXON_2 + INTRON_2 + EXON_3 + UPSTREAM


class MemoryGenome(Genome):
    """A genome of one contig or more, held as strings."""

    def __init__(self, sequences: dict[str, str]) -> None:
        self.sequences = sequences
        self.lengths = {name: len(sequence) for name, sequence in sequences.items()}
        self.aliases = {name: name for name in sequences}

    def fetch(self, chrom: str, start: int, end: int) -> str:
        length = self.lengths[chrom]
        inside = self.sequences[chrom][max(start, 0) : max(min(end, length), 0)]
        return ("N" * min(max(-start, 0), end - start) + inside).ljust(end - start, "N")


def gene(strand: str = "+", coding: bool = True, contig: str = CONTIG) -> tuple[Transcript, MemoryGenome]:
    """The toy transcript on ``strand`` of its contig, the contig reverse-complemented for ``-``."""
    exons = ((20, 50), (90, 112), (153, 198))
    cds: tuple[int, int] | tuple[None, None] = (30, 183) if coding else (None, None)
    plus = Transcript("TOY", "G1", "T1", "chr1", "+", exons, *cds)
    if strand == "+":
        return plus, MemoryGenome({"chr1": contig})
    return mirrored(plus, len(contig)), MemoryGenome({"chr1": reverse_complement(contig)})


def mirrored(transcript: Transcript, length: int) -> Transcript:
    """The transcript on the reverse complement of its contig."""
    exons = tuple((length - end, length - start) for start, end in reversed(transcript.exons))
    flipped = replace(transcript, strand="-" if transcript.forward else "+", exons=exons)
    if transcript.cds_start is None or transcript.cds_end is None:
        return flipped
    return replace(flipped, cds_start=length - transcript.cds_end, cds_end=length - transcript.cds_start)


Allele = tuple[int, str, str]


def edit(transcript: Transcript, genome: Genome, first: str, last: str, alt: str) -> Allele:
    """(pos, ref, alt) of replacing c. first..last, both included, by ``alt`` as read in the transcript."""
    low, high = sorted((transcript.from_c(first), transcript.from_c(last)))
    ref = genome.fetch(transcript.chrom, low - 1, high)
    return low, ref, alt if transcript.forward else reverse_complement(alt)


def insertion(transcript: Transcript, genome: Genome, after: str, alt: str) -> Allele:
    """(pos, ref, alt) of inserting ``alt`` just 3' of c. ``after``, with the base before it on the contig."""
    point = transcript.from_c(after)
    pos = point if transcript.forward else point - 1
    base = genome.fetch(transcript.chrom, pos - 1, pos)
    return pos, base, base + (alt if transcript.forward else reverse_complement(alt))


def spellings(allele: Allele, chrom: str, genome: Genome) -> list[Allele]:
    """The allele with more and more context on either side."""
    pos, ref, alt = allele
    found = []
    for left, right in ((0, 0), (1, 0), (0, 1), (3, 2), (7, 9)):
        before = genome.fetch(chrom, pos - 1 - left, pos - 1)
        after = genome.fetch(chrom, pos - 1 + len(ref), pos - 1 + len(ref) + right)
        found.append((pos - left, before + ref + after, before + alt + after))
    return found
