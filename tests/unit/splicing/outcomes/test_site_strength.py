"""MaxEntScan's scores of the sites that an outcome uses, on the reference and on the copy with the variant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landfall.genome.sequence import reverse_complement
from landfall.genome.variant import Variant
from landfall.models.splice import maxentscan
from landfall.models.splice.maxentscan import ACCEPTOR_SIZES, DONOR_SIZE, MaxEntScan
from landfall.splicing.outcomes.site_strength import strengths
from landfall.testing.toy_gene import CONTIG, EXON_2, INTRON_1, MemoryGenome, gene

RANDOM = np.random.default_rng(4)
TABLES = MaxEntScan(
    RANDOM.uniform(0.1, 9, DONOR_SIZE), tuple(RANDOM.uniform(0.1, 9, size) for size in ACCEPTOR_SIZES)
)
EXON_1_END = CONTIG.index(INTRON_1)
"""0-based first base of the first intron; the donor's exon base stands before it."""
EXON_2_START = CONTIG.index(INTRON_1) + len(INTRON_1)
NATIVE = {"donor": EXON_1_END, "acceptor": EXON_2_START + 1}
"""1-based exon bases of the first intron's sites, on the + strand."""


def found(
    variant: Variant, outcome: dict[str, Any] | None = None, strand: str = "+"
) -> dict[str, float | None]:
    """Scores of a change given on the + strand; for ``-`` the whole locus is mirrored."""
    sites, genome = outcome or NATIVE, MemoryGenome({"chr1": CONTIG})
    if strand == "-":
        length = len(CONTIG)
        genome = MemoryGenome({"chr1": reverse_complement(CONTIG)})
        sites = {kind: None if base is None else length + 1 - base for kind, base in sites.items()}
        place = length - variant.end + 1
        variant = Variant("chr1", place, *map(reverse_complement, (variant.ref, variant.alt)))
    return strengths(sites, variant, strand == "+", genome, TABLES)


def change(start: int, ref: str, alt: str) -> Variant:
    """A change at a 0-based place; the reference is held against the contig."""
    assert CONTIG[start : start + len(ref)] == ref
    return Variant("chr1", start + 1, ref, alt)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_a_change_within_the_donor_moves_its_score_and_not_the_acceptors(strand: str) -> None:
    nine = CONTIG[EXON_1_END - 3 : EXON_1_END + 6]
    changed = nine[:7] + "C" + nine[8:]
    variant = change(EXON_1_END + 4, nine[7], "C")
    scores = found(variant, strand=strand)
    assert scores["donor_maxent_ref"] == pytest.approx(TABLES.donor(nine))
    assert scores["donor_maxent_alt"] == pytest.approx(TABLES.donor(changed))
    acceptor = TABLES.acceptor((INTRON_1 + EXON_2)[len(INTRON_1) - 20 : len(INTRON_1) + 3])
    assert scores["acceptor_maxent_ref"] == scores["acceptor_maxent_alt"] == pytest.approx(acceptor)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_what_stands_between_the_sites_moves_neither(strand: str) -> None:
    """Ten bases out of the middle of the intron, and ten in; the sites' own bases stay as they are."""
    middle = EXON_1_END + 8
    ten = CONTIG[middle : middle + 5]
    for variant in (change(middle, ten, ten[0]), change(middle, ten[0], ten[0] + "ACGTACGTAC")):
        scores = found(variant, {"donor": NATIVE["donor"], "acceptor": None}, strand)
        assert scores["donor_maxent_ref"] == scores["donor_maxent_alt"] is not None
        assert scores["acceptor_maxent_ref"] is scores["acceptor_maxent_alt"] is None


def test_a_site_that_a_change_makes_and_one_whose_exon_base_is_gone() -> None:
    place = EXON_1_END + 20
    made = change(place + 1, CONTIG[place + 1 : place + 3], "GT")
    scores = found(made, {"donor": place + 1, "acceptor": None})
    expected = CONTIG[place - 2 : place + 1] + "GT" + CONTIG[place + 3 : place + 7]
    assert scores["donor_maxent_alt"] == pytest.approx(TABLES.donor(expected))
    last = EXON_1_END - 2
    gone = change(last, CONTIG[last : last + 2], CONTIG[last])
    assert found(gone)["donor_maxent_alt"] is None
    assert found(gone)["donor_maxent_ref"] is not None


def test_of_inserted_bases_the_best_site_counts() -> None:
    before = CONTIG[EXON_1_END - 1]
    doubled = change(EXON_1_END - 1, before, before + CONTIG[EXON_1_END : EXON_1_END + 6] + "CAG")
    after = CONTIG[: EXON_1_END - 1] + doubled.alt + CONTIG[EXON_1_END:]
    places = range(EXON_1_END - 1, EXON_1_END + len(doubled.alt) - 1)
    best = max(TABLES.donor(after[place - 2 : place + 7]) for place in places)
    assert found(doubled)["donor_maxent_alt"] == pytest.approx(best)


def test_normal_splicing_uses_no_site_and_unknown_bases_have_no_score() -> None:
    variant = change(EXON_1_END + 4, CONTIG[EXON_1_END + 4], "C")
    assert set(found(variant, {"donor": None, "acceptor": None}).values()) == {None}
    toy, genome = gene()
    hidden = MemoryGenome({"chr1": genome.sequences["chr1"].replace(INTRON_1[:6], "NNNNNN")})
    assert strengths(NATIVE, variant, toy.forward, hidden, TABLES)["donor_maxent_ref"] is None


@pytest.mark.shared_data
def test_published_tables_score_a_published_site_within_a_contig(shared_data: Path) -> None:
    tables = maxentscan.load(shared_data / "models" / "maxentscan" / "maxent_tables.npz")
    contig = "T" * 60 + "CAGGTAAGT" + "T" * 60
    genome = MemoryGenome({"chr1": contig})
    variant = Variant("chr1", 61, "C", "G")
    scores = strengths({"donor": 63, "acceptor": None}, variant, True, genome, tables)
    assert round(scores["donor_maxent_ref"] or 0, 6) == 10.858313
    assert round(scores["donor_maxent_alt"] or 0, 6) == 11.078494
