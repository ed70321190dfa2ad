"""Where a change lies, in words, by the position of its HGVS name."""

from __future__ import annotations

from typing import Any

import pytest

from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.patient.inheritance.family import Family
from landfall.ranking.coding_columns import CodingJudge
from landfall.testing.toy_gene import MemoryGenome

BASES = list("ACGT" * 30)
BASES[49], BASES[50] = "G", "G"
"""The last base of the first exon and the first of the intron: either is c.31del or c.31+1del."""
BASES[55], BASES[56] = "C", "T"
GENOME = MemoryGenome({"chr1": "".join(BASES)})
FORWARD = Transcript("TOY", "G1", "T1", "chr1", "+", ((19, 50), (60, 100)), 19, 100)
BACKWARD = Transcript("TOY", "G1", "T1", "chr1", "-", ((19, 50), (60, 100)), 19, 100)


def location(transcript: Transcript, pos: int, ref: str, alt: str) -> tuple[Any, Any]:
    judge = CodingJudge([transcript], [], GENOME, Family("P", "unknown", "GRCh38"))
    found = judge.columns(Variant("chr1", pos, ref, alt), transcript)
    return found["hgvs_c"], found["location"]


@pytest.mark.parametrize(
    ("transcript", "change", "expected"),
    [
        (FORWARD, (49, "AG", "A"), ("c.31+1del", "1 base into intron 1")),
        (BACKWARD, (49, "AG", "A"), ("c.41del", "exon 2")),
        (FORWARD, (56, "C", "CC"), ("c.32-5dup", "5 bases before exon 2")),
        (BACKWARD, (56, "C", "CC"), ("c.40+5dup", "5 bases into intron 1")),
        (FORWARD, (54, "CGCT", "C"), ("c.31+5_32-4del", "4 bases before exon 2")),
        (BACKWARD, (54, "CGCT", "C"), ("c.40+4_41-5del", "4 bases into intron 1")),
        (FORWARD, (59, "GTA", "G"), ("c.32-1_32del", "1 base before exon 2 to exon 2")),
        (BACKWARD, (59, "GTA", "G"), ("c.40_40+1del", "exon 1 to 1 base into intron 1")),
        (FORWARD, (56, "C", "G"), ("c.32-5C>G", "5 bases before exon 2")),
    ],
)
def test_location_of_a_change_agrees_with_its_name(
    transcript: Transcript, change: tuple[int, str, str], expected: tuple[str, str]
) -> None:
    assert location(transcript, *change) == expected
