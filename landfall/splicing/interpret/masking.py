"""Stretches of sequence masked in turn, as an antisense oligonucleotide would mask them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from landfall.genome.sequence import reverse_complement
from landfall.splicing.interpret.haplotypes import Haplotype
from landfall.splicing.interpret.in_silico_mutagenesis import PerturbationResult, Span, stretches

SHUFFLES = 3
"""Orders in which the bases of a hidden stretch are read, to tell what is hidden from how it is hidden."""


def masked_stretches(
    haplotype: Haplotype, where: Sequence[Span], length: int, step: int
) -> Iterator[tuple[int, int, str]]:
    """Every stretch of ``length`` bases turned to N, ``step`` bases apart, the last one flush with the end."""
    for first, end in stretches(haplotype, where):
        if end - first < length:
            continue
        starts = {*range(first, end - length + 1, step), end - length}
        yield from ((start, start + length, "N" * length) for start in sorted(starts))


def shuffled(haplotype: Haplotype, start: int, end: int) -> list[tuple[int, int, str]]:
    """A stretch of the haplotype with its own bases in other orders, SHUFFLES times; the same for the same bases."""
    bases = haplotype.sequence[start:end]
    orders = (random.Random(f"{number}{bases}").sample(bases, len(bases)) for number in range(SHUFFLES))
    return [(start, end, "".join(order)) for order in orders]


def oligonucleotide(haplotype: Haplotype, reading: PerturbationResult, strand: str) -> tuple[str, str]:
    """Target in the pre-mRNA and the antisense sequence that pairs with it, both 5' to 3', as DNA letters."""
    bases = haplotype.sequence[reading.start : reading.end]
    turned = reverse_complement(bases)
    return (bases, turned) if strand == "+" else (turned, bases)
