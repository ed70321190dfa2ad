"""What a delta score means in a region: the counts of measured variants, and their words."""

from __future__ import annotations

from itertools import pairwise

from landfall.splicing.probability.calibration import REGIONS
from landfall.splicing.probability.delta_cutoffs import REGION_NAMES, counted, describe, reached


def test_every_network_of_sites_has_counts_of_every_region():
    models = {model for model, _ in counted()}
    assert {"spliceai", "cispliceai", "openspliceai"} == models
    assert set(counted()) == {(model, region) for model in models for region in REGIONS}
    assert set(REGION_NAMES) == set(REGIONS)


def test_fewer_variants_reach_a_higher_cutoff():
    for rows in counted().values():
        assert all(0 <= row.affected_reached <= row.affected for row in rows)
        assert all(0 <= row.unaffected_reached <= row.unaffected for row in rows)
        for low, high in pairwise(rows):
            assert low.cutoff < high.cutoff
            assert low.affected_reached >= high.affected_reached
            assert low.unaffected_reached >= high.unaffected_reached


def test_a_score_has_the_counts_of_the_largest_cutoff_it_reaches():
    rows = counted()["spliceai", "deep_intronic"]
    assert reached("spliceai", "deep_intronic", rows[2].cutoff) == rows[2]
    assert reached("spliceai", "deep_intronic", rows[2].cutoff + 0.001) == rows[2]
    assert reached("spliceai", "deep_intronic", rows[0].cutoff / 2) is None
    assert reached("pangolin", "near", 0.9) is None


def test_a_score_deep_in_an_intron_separates_better_than_near_an_exon():
    deep, near = (reached("spliceai", region, 0.1) for region in ("deep_intronic", "near"))
    assert deep.unaffected_reached / deep.unaffected < 0.1 < near.unaffected_reached / near.unaffected
    assert deep.affected_reached / deep.affected > 0.85


def test_the_sentence_has_the_counts_and_the_region():
    row = reached("spliceai", "deep_intronic", 0.3)
    words = describe("spliceai", "SpliceAI", "deep_intronic", 0.3)
    assert words == (
        f"Of the variants deep in an intron whose effect on splicing is known, {row.affected_reached} of "
        f"{row.affected} that affect it and {row.unaffected_reached} of {row.unaffected} that do not have a "
        "SpliceAI score of 0.2 or more."
    )
    assert describe("spliceai", "SpliceAI", "deep_intronic", 0.001) == ""
