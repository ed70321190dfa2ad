"""The window in which outcomes are determined, and a second scoring of the alleles that need a wider one."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from landfall.audit import qualify
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.splice.delta_scores import delta_scores
from landfall.splicing import scoring
from landfall.splicing.outcome_window import LONGEST, distance_needed, sites_around
from landfall.splicing.scored import Scored
from landfall.splicing.windows import Reach, place
from landfall.testing import builders
from landfall.testing.toy_gene import MemoryGenome
from landfall.testing.toy_splice_models import ToyEnsemble

EXONS = [(100, 300), (900, 1000), (1500, 1600), (1800, 1900)]
SEQUENCE = builders.bases(2000, seed=31)
GENOME = MemoryGenome({"chr1": SEQUENCE})
DISTANCE = 15
MODEL = ToyEnsemble(1, 2)


def gene(strand: str = "+") -> Transcript:
    return builders.transcript("GENE", EXONS, strand)


def snv(pos: int) -> Variant:
    return Variant("chr1", pos, SEQUENCE[pos - 1], "ACGT"["CGTA".index(SEQUENCE[pos - 1])])


@pytest.mark.parametrize(
    ("pos", "sites"),
    [
        (950, [299, 900, 999, 1500]),
        (1002, [299, 900, 999, 1500, 1599, 1800]),
        (700, [299, 900, 999, 1500]),
        (150, [299, 900]),
        (1850, [1599, 1800]),
    ],
)
def test_the_sites_are_those_of_the_exons_and_introns_around_an_allele(pos: int, sites: list[int]) -> None:
    assert sorted(sites_around(snv(pos), gene())) == sites
    assert sorted(sites_around(snv(pos), gene("-"))) == sites


def test_a_deletion_of_a_whole_exon_needs_the_sites_on_either_side() -> None:
    deleted = Variant("chr1", 881, SEQUENCE[880:1020], SEQUENCE[880])
    assert sorted(sites_around(deleted, gene())) == [299, 900, 999, 1500, 1599, 1800]


def test_the_distance_holds_every_site_within_reach_and_is_never_smaller() -> None:
    assert distance_needed(snv(950), gene(), 500) >= 650
    assert distance_needed(snv(950), gene(), 4_000) == 4_000
    far = builders.transcript("FAR", [(100, 300), (900, 1000), (900 + LONGEST + 500, 8_000)])
    assert distance_needed(snv(950), far, 500) == distance_needed(
        snv(950), builders.transcript("T", EXONS[:2]), 500
    )


def scored(*chosen: Variant) -> list[Scored]:
    """The alleles scored within DISTANCE."""
    reach = Reach(MODEL.context, DISTANCE, max_unknown_fraction=1.0)
    windows, placements = place([(variant, gene()) for variant in chosen], GENOME, reach)
    return list(scoring.score_windows(MODEL, windows, placements, DISTANCE, batch=4))


def test_a_wider_window_adds_bases_and_changes_none() -> None:
    (narrow,) = scored(snv(950))
    wide = scoring.widened(MODEL, GENOME, narrow, DISTANCE)
    assert wide.ref is not None
    assert narrow.ref is not None
    assert wide.alt is not None
    assert narrow.alt is not None
    first = narrow.start - wide.start
    assert first > 0
    assert wide.start <= 299
    assert wide.start + len(wide.ref) > 1500
    for ours, theirs in ((wide.ref, narrow.ref), (wide.alt, narrow.alt)):
        np.testing.assert_allclose(ours[first : first + len(theirs)], theirs, atol=1e-6)


def test_a_window_that_holds_the_sites_is_kept() -> None:
    (narrow,) = scored(snv(950))
    assert scoring.widened(MODEL, GENOME, narrow, LONGEST) is narrow


def test_the_result_does_not_depend_on_the_alleles_beside_it() -> None:
    alone = [scoring.widened(MODEL, GENOME, one, DISTANCE) for v in (snv(950), snv(957)) for one in scored(v)]
    together = [scoring.widened(MODEL, GENOME, one, DISTANCE) for one in scored(snv(950), snv(957))]
    for ours, theirs in zip(alone, together, strict=True):
        np.testing.assert_array_equal(ours.alt, theirs.alt)


@pytest.mark.parametrize(("threshold", "rows"), [(0.0, 700), (1.0, 2 * DISTANCE + 1)])
def test_delta_scores_stay_those_of_the_distance(threshold: float, rows: int) -> None:
    settings = qualify.model_settings("spliceai").changed(
        distance=DISTANCE, keep_probabilities_above=0.0, widen_above=threshold
    )
    reference = SimpleNamespace(genome=GENOME, transcripts=[gene()])
    reach = Reach(MODEL.context, DISTANCE, max_unknown_fraction=1.0)
    windows, placements = place([(snv(950), gene())], GENOME, reach)
    found, (kept,) = scoring.score_sites(MODEL, windows, placements, settings, reference)
    (narrow,) = scored(snv(950))
    assert narrow.ref is not None
    assert narrow.alt is not None
    expected = delta_scores(narrow.ref, narrow.alt, DISTANCE)
    values = {row["track"]: row["value"] for row in found}
    assert {track: values[track] for track in expected} == pytest.approx(expected, abs=1e-6)
    assert len(kept["ref_donor"]) >= rows if threshold == 0 else len(kept["ref_donor"]) == rows
