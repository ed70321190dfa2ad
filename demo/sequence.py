"""Synthetic gene sequence: exons of human codons, introns with human-like splice signals, and spacers.

Everything here is in the direction of the transcript. A gene is a chain of units, each drawn from a random
stream of its own: exon 3 with its acceptor and donor, the inside of intron 3, exon 4 and so on. A unit can so
be drawn again (its *attempt*) while every other base of the genome stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from demo import catalogue as demo

ACCEPTOR, DONOR = 60, 24
"""Bases of the intron that belong to the exon's unit on either side."""
SHORT_INTRON, USUAL_INTRON, LONG_INTRON = 300, 900, 2_400

# Codons per thousand in human genes, rounded; purine-rich ones, which make exonic enhancers, twice as often.
# fmt: off
USAGE = {
    "TTT": 17, "TTC": 20, "TTA": 8, "TTG": 13, "TCT": 15, "TCC": 18, "TCA": 12, "TCG": 4,
    "TAT": 12, "TAC": 15, "TGT": 11, "TGC": 13, "TGG": 13, "CTT": 13, "CTC": 20, "CTA": 7,
    "CTG": 40, "CCT": 17, "CCC": 20, "CCA": 17, "CCG": 7, "CAT": 11, "CAC": 15, "CAA": 12,
    "CAG": 34, "CGT": 5, "CGC": 10, "CGA": 6, "CGG": 11, "ATT": 16, "ATC": 21, "ATA": 7,
    "ATG": 22, "ACT": 13, "ACC": 19, "ACA": 15, "ACG": 6, "AAT": 17, "AAC": 19, "AAA": 48,
    "AAG": 64, "AGT": 12, "AGC": 20, "AGA": 24, "AGG": 12, "GTT": 11, "GTC": 14, "GTA": 7,
    "GTG": 28, "GCT": 18, "GCC": 28, "GCA": 16, "GCG": 7, "GAT": 44, "GAC": 50, "GAA": 58,
    "GAG": 80, "GGT": 11, "GGC": 22, "GGA": 34, "GGG": 16,
}
# fmt: on
CODONS = tuple(USAGE)
WEIGHTS = tuple(USAGE.values())
FORWARD_G = tuple(codon for codon in CODONS if codon[0] == "G")
CRYPTIC = re.compile("GTAAG|GTGAG|GTATG|[CT]{10}.{0,4}[CT]AG")
DONORS = ("GTAAGT",) * 6 + ("GTGAGT",) * 4 + ("GTAAGA", "GTAAGG", "GTATGT")


@dataclass(frozen=True)
class Gene:
    """A gene in transcript direction: 0-based half-open exons and coding span (stop codon included)."""

    spec: demo.Spec
    sequence: str
    exons: tuple[tuple[int, int], ...]
    units: tuple[tuple[int, int], ...]  # span of every unit: exon 1, intron 1, exon 2 ...
    cds_start: int
    cds_end: int


def noise(stream: Random, length: int) -> str:
    """Bases as in human introns: 40% G+C, few CpG, and no strong splice signal by accident."""
    bases = stream.choices("ACGT", weights=(29, 20, 20, 31), k=length)
    for index in range(1, length):
        if bases[index - 1] == "C" and bases[index] == "G" and stream.random() < 0.75:
            bases[index] = "A"
    text = "".join(bases)
    while found := CRYPTIC.search(text):
        middle = found.end() - 2
        text = text[:middle] + "C" + text[middle + 1 :]
    return text


def acceptor(stream: Random) -> str:
    """Branch point, polypyrimidine tract and AG: the last bases of an intron."""
    branch = stream.choice(("TACTAAC", "TTCTAAC", "TGCTGAC", "TTCTGAC"))
    tract = "".join(stream.choices("TC", weights=(68, 32), k=19))
    return (
        noise(stream, ACCEPTOR - 33)
        + branch
        + "TTT"
        + tract
        + stream.choice("TAC")
        + stream.choice("CCCT")
        + "AG"
    )


def donor(stream: Random) -> str:
    """GT and its consensus, then a G-rich stretch, which marks introns near their start."""
    return stream.choice(DONORS) + noise(stream, 7) + "TGGG" + noise(stream, DONOR - 17)


def codon(stream: Random) -> str:
    return stream.choices(CODONS, WEIGHTS)[0]


def coding(stream: Random, lead: int, length: int, first: bool, last: bool) -> str:
    """Coding part of one exon, of which ``lead`` bases finish a codon begun in the exon before.

    An exon begins with G and ends with AG, the exon side of both splice signals. A codon split by an intron
    then reads GGN or AGG, never a stop.
    """
    while True:
        text = _draw_coding(stream, lead, length, first, last)
        if not CRYPTIC.search(text):
            return text


def _draw_coding(stream: Random, lead: int, length: int, first: bool, last: bool) -> str:
    text = "ATG" if first else {0: stream.choice(FORWARD_G), 1: "G", 2: "G" + stream.choice("ACT")}[lead]
    left = length - len(text)
    text += "".join(codon(stream) for _ in range(left // 3 - (2 if left >= 6 else 0)))
    rest = length - len(text)
    if last:
        return text + "".join(codon(stream) for _ in range(rest // 3 - 1)) + stream.choice(("TAA", "TGA"))
    endings = {
        6: codon(stream) + stream.choice(("CAG", "AAG")),
        7: codon(stream) + "GCAG",
        8: codon(stream) + "GACAG",
    }
    return text + endings[rest]


def coding_lengths(spec: demo.Spec, stream: Random) -> list[int]:
    """Coding bases of every exon; their sum is whole codons."""
    lengths = [stream.randint(100, 180) for _ in range(spec.exons)]
    if spec.name == demo.ANSWER_GENE:
        lengths[1 : demo.ANSWER_EXON] = [stream.randint(80, 100) for _ in range(demo.ANSWER_EXON - 1)]
        lengths[0] = demo.ANSWER_CODING_BASE - sum(lengths[1 : demo.ANSWER_EXON])
    lengths[-1] += -sum(lengths) % 3
    return lengths


def intron_length(spec: demo.Spec, number: int, stream: Random) -> int:
    """Length of an intron, 1 = first: usually short, now and then longer, as stated where it matters."""
    usual = stream.randint(SHORT_INTRON, USUAL_INTRON)
    longer = stream.randint(USUAL_INTRON, LONG_INTRON)
    return spec.long_introns.get(number, longer if stream.random() < 0.05 else usual)


class Builder:
    """Draws one gene, unit by unit, and notes where everything lies."""

    def __init__(self, spec: demo.Spec, attempts: Mapping[str, int], design: str) -> None:
        self.spec, self.attempts, self.design = spec, attempts, design
        shape = Random(f"{demo.SEED}:{spec.name}:shape")
        self.lengths = coding_lengths(spec, shape)
        self.introns = [intron_length(spec, number, shape) for number in range(1, spec.exons)]
        self.utr = (shape.randint(90, 160), shape.randint(250, 420))
        self.text = ""
        self.exons: list[tuple[int, int]] = []
        self.units: list[tuple[int, int]] = []

    def build(self) -> Gene:
        for index in range(self.spec.exons):
            self._exon(index)
            if index + 1 < self.spec.exons:
                self._intron(index)
        end = self.exons[-1][1] - self.utr[1]
        return Gene(self.spec, self.text, tuple(self.exons), tuple(self.units), self.utr[0], end)

    def _stream(self) -> Random:
        unit = len(self.units)
        return Random(f"{demo.SEED}:{self.spec.name}:{unit}:{self.attempts.get(str(unit), 0)}")

    def _exon(self, index: int) -> None:
        stream, begin = self._stream(), len(self.text)
        first, last = index == 0, index + 1 == self.spec.exons
        lead = -sum(self.lengths[:index]) % 3
        self.text += noise_utr(stream, self.utr[0]) if first else acceptor(stream)
        start = begin if first else len(self.text)
        self.text += coding(stream, lead, self.lengths[index], first, last)
        self.text += tail_utr(stream, self.utr[1]) if last else ""
        self.exons.append((start, len(self.text)))
        self.text += "" if last else donor(stream)
        self.units.append((begin, len(self.text)))

    def _intron(self, index: int) -> None:
        stream, begin = self._stream(), len(self.text)
        inside = noise(stream, self.introns[index] - ACCEPTOR - DONOR)
        if self.spec.name == demo.ANSWER_GENE and index + 1 == demo.ANSWER_EXON:
            place = demo.DESIGN_START - DONOR
            inside = inside[:place] + self.design + inside[place + len(self.design) :]
        self.text += inside
        self.units.append((begin, len(self.text)))


def noise_utr(stream: Random, length: int) -> str:
    """A 5' untranslated region: no ATG before the start codon, and Kozak's consensus."""
    text = "".join(stream.choices("ACGT", weights=(20, 30, 30, 20), k=length - 6)).replace("ATG", "ACC")
    return CRYPTIC.sub(lambda found: "C" * len(found[0]), text) + "GCCACC"


def tail_utr(stream: Random, length: int) -> str:
    """A 3' untranslated region with its polyadenylation signal."""
    return noise(stream, length - 26) + "AATAAA" + noise(stream, 20)


def intergenic(stream: Random, length: int) -> str:
    """Sequence between genes, some of it in lower case as repeats are in a soft-masked reference."""
    text = noise(stream, length)
    for _ in range(length // 6_000):
        start, size = stream.randrange(length - 400), stream.randint(100, 350)
        text = text[:start] + text[start : start + size].lower() + text[start + size :]
    return text
