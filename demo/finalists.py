"""The rare alleles that pass every filter: the answer, and the non-causal variants drawn around it.

Each non-causal variant has its own random stream, so rejecting one (Choices.rejected) leaves the others unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from demo import catalogue as demo
from demo.alleles import TRANSITION, Allele, indel, mnv, normalised, right_shifted, snv
from demo.layout import Choices, Placed, SyntheticGenome, reverse_complement

KINDS = {
    "answer": 1,
    "long_deletion": 1,
    "carried_missense": 1,
    "mnv": 2,
    "missense": 5,
    "synonymous": 6,
    "near_splice": 4,
    "noisy": 2,
    "shifted_indel": 2,
    "deletion": 7,
    "insertion": 5,
    "untranslated": 4,
    "homozygous": 8,
}
APART, CLEAR_OF_ANSWER = 40, 200
DEEP, VERY_DEEP = 25, 80
KNOWN_SHARE = 0.3
TABLE = "".join(
    ("FFLLSSSSYY**CC*W", "LLLLPPPPHHQQRRRR", "IIIMTTTTNNKKSSRR", "VVVVAAAADDEEGGGG")
)  # the standard code, codons in the order of T, C, A, G


@dataclass(frozen=True)
class Finalist:
    """An allele that must survive the filter: ``written`` as the VCF spells it, ``allele`` normalised."""

    kind: str
    gene: str
    allele: Allele
    written: Allele
    homozygous: bool
    known: bool  # seen in the population, below one in ten thousand


def translate(codon: str) -> str:
    first, second, third = ("TCAG".index(base) for base in codon)
    return TABLE[16 * first + 4 * second + third]


def kinds() -> list[str]:
    listed = [kind for kind, count in KINDS.items() for _ in range(count)]
    return listed + ["intronic"] * (demo.CANDIDATES_LEFT - len(listed))


def draw(genome: SyntheticGenome, choices: Choices) -> list[Finalist]:
    """All of them, in the order of their kinds; the answer is the first."""
    finalists: list[Finalist] = []
    refused = frozenset(choices.rejected)
    for number, kind in enumerate(kinds()):
        stream = Random(f"{demo.SEED}:finalist:{number}")
        for finalist in _proposals(genome, kind, stream):
            apart = all(_apart(finalist.allele, other) for other in finalists)
            if apart and str(finalist.allele) not in refused:
                finalists.append(finalist)
                break
    return finalists


def _apart(allele: Allele, other: Finalist) -> bool:
    gap = CLEAR_OF_ANSWER if other.kind == "answer" else APART
    there = other.allele
    return allele.chrom != there.chrom or allele.pos > there.end + gap or allele.end + gap < there.pos


def _proposals(genome: SyntheticGenome, kind: str, stream: Random) -> Iterator[Finalist]:
    fixed = {
        "answer": demo.ANSWER_GENE,
        "long_deletion": demo.LONG_DELETION_GENE,
        "carried_missense": demo.MISSENSE_GENE,
    }
    pool = [
        placed for placed in genome.genes if placed.spec.candidate and placed.spec.name != demo.MISSENSE_GENE
    ]
    sizes = [len(placed.gene.sequence) for placed in pool]
    while True:
        placed = genome.gene(fixed[kind]) if kind in fixed else stream.choices(pool, sizes)[0]
        contig = genome.contigs[placed.spec.chrom]
        allele = PROPOSERS[kind](placed, contig, stream)
        if allele is None:
            continue
        allele = normalised(allele, contig)
        written = right_shifted(allele, contig) if kind == "shifted_indel" else allele
        known = kind != "answer" and stream.random() < KNOWN_SHARE
        yield Finalist(kind, placed.spec.name, allele, written, kind in ("answer", "homozygous"), known)


def introns(placed: Placed) -> list[tuple[int, int]]:
    """0-based half-open in transcript direction."""
    exons = placed.gene.exons
    return [(left[1], right[0]) for left, right in pairwise(exons)]


def _inside_intron(placed: Placed, stream: Random, margin: int) -> int:
    """0-based place on the contig, at least ``margin`` bases from either exon."""
    places = introns(placed)
    start, end = stream.choices(places, [end - start for start, end in places])[0]
    return placed.span(at := stream.randrange(start + margin, end - margin), at + 1)[0]


def _answer(placed: Placed, contig: str, stream: Random) -> Allele:
    at = placed.gene.exons[demo.ANSWER_EXON - 1][1] + demo.ANSWER_OFFSET - 1
    return Allele(placed.spec.chrom, placed.span(at, at + 1)[0] + 1, "C", "T")


def _long_deletion(placed: Placed, contig: str, stream: Random) -> Allele:
    start, end = introns(placed)[demo.LONG_DELETION_INTRON - 1]
    at = placed.start + stream.randrange(start + 900, end - 900 - demo.LONG_DELETION_LENGTH)
    return Allele(placed.spec.chrom, at + 1, contig[at : at + demo.LONG_DELETION_LENGTH + 1], contig[at])


def _intronic(placed: Placed, contig: str, stream: Random) -> Allele:
    return snv(stream, placed.spec.chrom, contig, _inside_intron(placed, stream, DEEP))


def _homozygous(placed: Placed, contig: str, stream: Random) -> Allele:
    return snv(stream, placed.spec.chrom, contig, _inside_intron(placed, stream, VERY_DEEP))


def _mnv(placed: Placed, contig: str, stream: Random) -> Allele:
    index = _inside_intron(placed, stream, VERY_DEEP)
    return mnv(stream, placed.spec.chrom, contig, index, stream.choice((2, 3)))


def _deletion(placed: Placed, contig: str, stream: Random) -> Allele:
    return indel(stream, placed.spec.chrom, contig, _inside_intron(placed, stream, VERY_DEEP), deletion=True)


def _insertion(placed: Placed, contig: str, stream: Random) -> Allele | None:
    drawn = indel(
        stream, placed.spec.chrom, contig, _inside_intron(placed, stream, VERY_DEEP), deletion=False
    )
    return None if drawn.ref == drawn.alt else drawn


def _shifted_indel(placed: Placed, contig: str, stream: Random) -> Allele | None:
    drawn = stream.choice((_deletion, _insertion))(placed, contig, stream)
    return drawn if drawn and right_shifted(drawn, contig).pos >= drawn.pos + 2 else None


def _near_splice(placed: Placed, contig: str, stream: Random) -> Allele:
    start, end = stream.choice(introns(placed))
    at = stream.choice((start + stream.randint(2, 7), end - stream.randint(4, 22)))
    return snv(stream, placed.spec.chrom, contig, placed.span(at, at + 1)[0])


def _noisy(placed: Placed, contig: str, stream: Random) -> Allele:
    """G>A at an exon's last base or an intron's fifth; the search refuses too small and too large an effect."""
    start, _ = stream.choice(introns(placed))
    at = stream.choice((start - 1, start + 4))
    index = placed.span(at, at + 1)[0]
    return Allele(placed.spec.chrom, index + 1, contig[index], TRANSITION[contig[index]])


def _untranslated(placed: Placed, contig: str, stream: Random) -> Allele:
    gene = placed.gene
    place = stream.choice((range(12, gene.cds_start - 12), range(gene.cds_end + 12, len(gene.sequence) - 40)))
    at = stream.choice(place)
    return snv(stream, placed.spec.chrom, contig, placed.span(at, at + 1)[0])


def _coding_change(placed: Placed, contig: str, stream: Random) -> tuple[Allele, str, str]:
    """A change well inside an exon, with the reference and the alternate codon."""
    gene = placed.gene
    low, high = gene.cds_start, gene.cds_end - 3
    coding = [at for s, e in gene.exons for at in range(max(s, low), min(e, high))]
    inner = {at for s, e in gene.exons for at in range(s + 10, e - 10)}
    index = stream.choice([index for index, at in enumerate(coding) if at in inner])
    allele = snv(stream, placed.spec.chrom, contig, placed.span(coding[index], coding[index] + 1)[0])
    alt = allele.alt if placed.spec.strand == "+" else reverse_complement(allele.alt)
    first = index - index % 3
    codon = "".join(gene.sequence[at] for at in coding[first : first + 3])
    return allele, codon, codon[: index % 3] + alt + codon[index % 3 + 1 :]


def _missense(placed: Placed, contig: str, stream: Random) -> Allele | None:
    allele, before, after = _coding_change(placed, contig, stream)
    return allele if "*" != translate(after) != translate(before) != "M" else None


def _synonymous(placed: Placed, contig: str, stream: Random) -> Allele | None:
    allele, before, after = _coding_change(placed, contig, stream)
    return allele if translate(after) == translate(before) else None


def _carried_missense(placed: Placed, contig: str, stream: Random) -> Allele | None:
    """An arginine lost at a CpG-like codon: the sort of change that catches the eye, on one allele only."""
    allele, before, after = _coding_change(placed, contig, stream)
    return allele if translate(before) == "R" and translate(after) in "CW" else None


PROPOSERS: dict[str, Callable[[Placed, str, Random], Allele | None]] = {
    "answer": _answer,
    "long_deletion": _long_deletion,
    "carried_missense": _carried_missense,
    "mnv": _mnv,
    "missense": _missense,
    "synonymous": _synonymous,
    "near_splice": _near_splice,
    "noisy": _noisy,
    "shifted_indel": _shifted_indel,
    "deletion": _deletion,
    "insertion": _insertion,
    "untranslated": _untranslated,
    "homozygous": _homozygous,
    "intronic": _intronic,
}
