"""The codons that substitutions change."""

from __future__ import annotations

import pytest

from landfall.genome.transcripts import Transcript
from landfall.genome.translation import codons
from landfall.testing.toy_gene import MemoryGenome

GENOME = MemoryGenome({"chr1": "AA" + "ATGCACTGG" + "GTCCAG" + "AAATAA" + "AA"})
EXONS = ((2, 11), (17, 23))
FORWARD = Transcript("TOY", "G1", "T1", "chr1", "+", EXONS, 2, 23)
BACKWARD = Transcript("TOY", "G1", "T1", "chr1", "-", EXONS, 2, 23)


@pytest.mark.parametrize(
    ("transcript", "alleles", "found"),
    [
        (FORWARD, [(6, "C", "T")], "2 CAC>TAC"),
        (FORWARD, [(6, "C", "T"), (8, "C", "A")], "2 CAC>TAA"),
        (FORWARD, [(8, "CT", "AC")], "2 CAC>CAA, 3 TGG>CGG"),
        (FORWARD, [(18, "A", "G")], "4 AAA>GAA"),
        (BACKWARD, [(18, "A", "G")], "2 TTT>TTC"),
        (FORWARD, [(6, "C", "CT")], None),
        (FORWARD, [(13, "T", "G")], None),
        (FORWARD, [(6, "C", "C")], None),
        (Transcript("RNA", "G2", "T2", "chr1", "+", EXONS), [(6, "C", "T")], None),
    ],
)
def test_codons_of_substitutions(
    transcript: Transcript, alleles: list[tuple[int, str, str]], found: str | None
) -> None:
    assert codons(transcript, alleles, GENOME) == found
