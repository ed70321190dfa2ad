"""However a change is spelt, its outcomes, names and consequence are the same: 500 random changes in repeats."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from landfall.genome.consequence import consequence
from landfall.genome.hgvs.dna import hgvs_c
from landfall.genome.left_alignment import spelling
from landfall.genome.sequence import reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.models.splice.delta_scores import align
from landfall.splicing.outcomes.predict import predict_outcomes
from landfall.splicing.outcomes.sites import SiteProbabilities
from landfall.splicing.site_alignment import SiteAlignment
from landfall.testing.toy_gene import MemoryGenome, mirrored
from tests.unit.splicing.spelling_toys import change, locus, network

Allele = tuple[int, str, str]


def spellings(rng: random.Random, before: str, after: str, count: int) -> list[Allele]:
    """The same change (1-based position, ref, alt) over several stretches that hold the whole of it."""
    head, tail = _shared(before, after), _shared(before[::-1], after[::-1])
    growth, found = len(after) - len(before), []
    for _ in range(count):
        first = rng.randint(head - 12, head - 1)
        least = max(len(before) - tail, first + 1, first + 1 - growth)
        last = rng.randint(least, least + 12)
        found.append((first + 1, before[first:last], after[first : last + growth]))
    return found


def _shared(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def outcomes(allele: Allele, transcript: Transcript, genome: MemoryGenome) -> list[dict[str, object]]:
    """What the whole way from a spelling gives: one spelling, both alleles read, laid over one another, outcomes."""
    variant = spelling("chr1", *allele, genome)
    reference = genome.sequences["chr1"]
    alternate = reference[: variant.start] + variant.alt + reference[variant.end :]
    ref, alt = (_read(sequence, transcript.forward) for sequence in (reference, alternate))
    moved = SiteAlignment(genome, [transcript]).moved(variant, transcript)
    alt = align(alt, variant.start, len(variant.ref), len(variant.alt), moved)
    around = SiteProbabilities(0, ref[:, 1], ref[:, 2], alt[:, 1], alt[:, 2])
    return [outcome.row() for outcome in predict_outcomes(variant, transcript, around, genome, moved=moved)]


def _read(sequence: str, forward: bool) -> np.ndarray:
    return network(sequence) if forward else network(reverse_complement(sequence))[::-1]


@pytest.mark.parametrize("count", [125, pytest.param(250, marks=pytest.mark.slow)])
@pytest.mark.parametrize("strand", "+-")
def test_every_spelling_of_a_change_has_the_same_outcomes(strand: str, count: int) -> None:
    rng = random.Random(11)
    events: Counter[str] = Counter()
    for number in range(count):
        if number % 25 == 0:
            sequence, transcript = locus(rng)
            if strand == "-":
                sequence, transcript = reverse_complement(sequence), mirrored(transcript, len(sequence))
            genome = MemoryGenome({"chr1": sequence})
        after = change(rng, sequence)
        while after == sequence:
            after = change(rng, sequence)
        alleles = spellings(rng, sequence, after, 4)
        _one([outcomes(allele, transcript, genome) for allele in alleles])
        _one([(hgvs_c(transcript, *a, genome), consequence(transcript, *a, genome)) for a in alleles])
        events.update(str(row["event"]) for row in outcomes(alleles[0], transcript, genome) if row["called"])
    assert sum(events.values()) > count
    assert {"none", "cryptic_donor", "cryptic_acceptor", "exon_skipping", "intron_retention"} <= set(events)


def _one(found: Sequence[object]) -> None:
    assert all(value == found[0] for value in found)
