"""A toy gene full of repeats, random changes in it, and probabilities of splice sites by motif alone."""

from __future__ import annotations

import random

import numpy as np

from landfall.genome.transcripts import Transcript

REPEATS = ("CA" * 12, "T" * 15, "GAT" * 8, "AG" * 6, "GT" * 6, "CAGG" * 5)


def locus(rng: random.Random) -> tuple[str, Transcript]:
    """Four exons of 120 bases that code without a stop, introns of 200, repeats and splice motifs in all of them."""
    exon = [
        ("GCTGAAGCA" * 14)[:60] + (rng.choice(REPEATS[:3]) * 9)[:60].replace("TGA", "TCA") for _ in range(4)
    ]
    introns = ["GTAAGT" + "".join(_filled(rng, 174)) + "T" * 18 + "AG" for _ in range(3)]
    sequence = "C" * 50 + exon[0] + "".join(i + e for i, e in zip(introns, exon[1:], strict=True)) + "C" * 50
    exons = tuple((50 + 320 * n, 170 + 320 * n) for n in range(4))
    return sequence, Transcript("TOY", "G1", "T1", "chr1", "+", exons, 50, 1_130)


def _filled(rng: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += rng.choice(REPEATS) + "".join(rng.choices("ACGT", k=12))
    return text[:length]


def network(sequence: str) -> np.ndarray:
    """P(neither, acceptor, donor) of each base by its motif alone: pyrimidines and AG before it, GT and more behind."""
    values = np.zeros((len(sequence), 3), dtype=np.float32)
    for base in range(20, len(sequence) - 8):
        if sequence[base - 2 : base] == "AG":
            values[base, 1] = sum(letter in "CT" for letter in sequence[base - 18 : base - 2]) / 16
        if sequence[base + 1 : base + 3] == "GT":
            values[base, 2] = (
                sum(a == b for a, b in zip(sequence[base + 3 : base + 7], "AAGT", strict=True)) / 4
            )
    return values


def change(rng: random.Random, sequence: str) -> str:
    """The sequence with a deletion, a duplication, an insertion, or several bases substituted."""
    start, size = rng.randrange(60, len(sequence) - 70), rng.randint(1, 7)
    removed = sequence[start : start + size]
    kind = rng.randrange(4)
    inserted = [
        "",
        removed * 2,
        removed + "".join(rng.choices("ACGT", k=size)),
        "".join(rng.choices("ACGT", k=size + 1)),
    ]
    return sequence[:start] + inserted[kind] + sequence[start + size :]
