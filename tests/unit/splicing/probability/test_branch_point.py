"""The branch point: which motif falls, on which strand, and where it does not count."""

from __future__ import annotations

from pathlib import Path

import pytest

from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.variant import Variant
from landfall.splicing.probability.branch_point import best, lost
from landfall.testing import builders

MOTIF = "CTGAC"
INTRON = "G" * 100
ACCEPTOR, AT = 300, 275
"""0-based first base of the exon behind the intron of the + strand, and the branch A, 25 bases before it."""
LENGTH = 500


def contig() -> str:
    sequence = "G" * (AT - 3) + MOTIF
    return sequence + "G" * (LENGTH - len(sequence))


@pytest.fixture(params=["+", "-"])
def locus(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Genome, bool]:
    forward = request.param == "+"
    sequence = contig() if forward else reverse_complement(contig())
    return builders.genome(tmp_path, {"chr1": sequence}), forward


def fall(locus: tuple[Genome, bool], start: int, ref: str, alt: str, acceptor: int = ACCEPTOR) -> float:
    """The points lost by a change of bases from ``start`` (0-based) on, written along the transcript."""
    genome, forward = locus
    exons = [(100, 200), (acceptor, 400)]
    if not forward:
        exons = [(LENGTH - end, LENGTH - begin) for begin, end in reversed(exons)]
        start, ref, alt = LENGTH - start - len(ref), reverse_complement(ref), reverse_complement(alt)
    assert genome.fetch("chr1", start, start + len(ref)) == ref
    transcript = builders.transcript("T", exons, strand="+" if forward else "-")
    return lost(Variant("chr1", start + 1, ref, alt), transcript, genome)


@pytest.mark.parametrize(
    ("start", "ref", "alt", "points"),
    [
        (AT, "A", "G", 2),
        (AT - 2, "T", "G", 2),
        (AT + 1, "C", "G", 1),
        (AT - 3, "C", "T", 0),
        (AT - 1, "G", "C", 0),
        (AT - 10, "G", "C", 0),
        (AT - 2, "TGA", "T", 3),
    ],
)
def test_the_motif_falls_by_the_points_of_its_bases(locus, start, ref, alt, points):
    assert fall(locus, start, ref, alt) == points


def test_a_motif_elsewhere_in_the_intron_is_no_branch_point(locus):
    assert fall(locus, AT, "A", "G", acceptor=AT + 18) == 2
    assert fall(locus, AT, "A", "G", acceptor=AT + 17) == 0
    assert fall(locus, AT, "A", "G", acceptor=AT + 44) == 2
    assert fall(locus, AT, "A", "G", acceptor=AT + 45) == 0


def test_the_best_of_several_motifs_counts():
    assert best("CTGAC") == 6
    assert best("GGCTGACGG") == 6
    assert best("GGGG") == 0
    assert best("CTGACTGACC") == 6
