"""One allele on the synthetic genome: normalised form, other spellings, random changes."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

TRANSITION = {"A": "G", "G": "A", "C": "T", "T": "C"}
TRANSITION_SHARE = 0.68  # a ratio of transitions to transversions of about 2.1, as in whole genomes


@dataclass(frozen=True)
class Allele:
    """``pos`` is 1-based; the alleles are upper-case."""

    chrom: str
    pos: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """1-based last base of ref."""
        return self.pos + len(self.ref) - 1

    def __str__(self) -> str:
        return f"{self.chrom}-{self.pos}-{self.ref}-{self.alt}"


def normalised(allele: Allele, contig: str) -> Allele:
    """Left-aligned and parsimonious (Tan et al., Bioinformatics 31:2202, 2015)."""
    pos, ref, alt = allele.pos, allele.ref, allele.alt
    while ref[-1] == alt[-1] and (len(ref) > 1 or len(alt) > 1):
        ref, alt = ref[:-1], alt[:-1]
        if not ref or not alt:
            pos -= 1
            ref, alt = contig[pos - 1].upper() + ref, contig[pos - 1].upper() + alt
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    return Allele(allele.chrom, pos, ref, alt)


def right_shifted(allele: Allele, contig: str) -> Allele:
    """A left-aligned indel spelt as far to the right as it goes, its anchor base still in front."""
    pos, ref, alt = allele.pos, allele.ref, allele.alt
    while True:
        following = contig[pos + len(ref) - 1].upper()
        inner = alt[1:] if len(ref) == 1 else ref[1:]
        if inner[0] != following:
            return Allele(allele.chrom, pos, ref, alt)
        anchor, rolled = inner[0], inner[1:] + following
        pos, ref, alt = (
            pos + 1,
            anchor + (rolled if len(ref) > 1 else ""),
            anchor + (rolled if len(alt) > 1 else ""),
        )


def padded(allele: Allele, contig: str, left: int, right: int) -> Allele:
    """The same change with reference bases left standing on both sides."""
    start = allele.pos - 1 - left
    before = contig[start : allele.pos - 1].upper()
    after = contig[allele.end : allele.end + right].upper()
    return Allele(allele.chrom, start + 1, before + allele.ref + after, before + allele.alt + after)


def substituted(stream: Random, base: str) -> str:
    if stream.random() < TRANSITION_SHARE:
        return TRANSITION[base]
    return stream.choice([other for other in "ACGT" if other not in (base, TRANSITION[base])])


def snv(stream: Random, chrom: str, contig: str, index: int) -> Allele:
    """``index`` is 0-based."""
    base = contig[index].upper()
    return Allele(chrom, index + 1, base, substituted(stream, base))


def indel(stream: Random, chrom: str, contig: str, index: int, deletion: bool) -> Allele:
    """A short deletion or insertion after the base at ``index`` (0-based), normalised; mostly short."""
    size = min(1 + int(stream.expovariate(0.6)), 12)
    anchor = contig[index].upper()
    following = contig[index + 1 : index + 1 + size].upper()
    if deletion:
        drawn = Allele(chrom, index + 1, anchor + following, anchor)
    else:
        bases = following if stream.random() < 0.6 else "".join(stream.choices("ACGT", k=size))
        drawn = Allele(chrom, index + 1, anchor, anchor + bases)
    return normalised(drawn, contig)


def mnv(stream: Random, chrom: str, contig: str, index: int, size: int) -> Allele:
    """Neighbouring bases changed together."""
    ref = contig[index : index + size].upper()
    return Allele(chrom, index + 1, ref, "".join(substituted(stream, base) for base in ref))
