"""The calibrated probability: its evidence, its regions, its coefficients, and the fit that makes them."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks import calibrate
from landfall.genome.sequence import Genome
from landfall.genome.variant import Variant
from landfall.models.splice import evidence
from landfall.models.splice.delta_scores import ACCEPTOR, DONOR, Sites
from landfall.models.splice.evidence import WITHIN, site_evidence, tissue_evidence
from landfall.splicing.probability import calibration
from landfall.splicing.probability.calibration import (
    PARTS,
    REGIONS,
    at_prior,
    combinations,
    for_models,
    region_of,
)
from landfall.testing import builders

TRANSCRIPT = builders.transcript("T", [(100, 200), (400, 500), (700, 800)])
LENGTH = 2 * WITHIN + 1
RIDGE = 1.0


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "region"),
    [
        (201, "G", "A", "canonical"),
        (202, "T", "C", "canonical"),
        (203, "A", "C", "near"),
        (200, "G", "A", "near"),
        (198, "G", "A", "near"),
        (197, "G", "A", "exonic"),
        (399, "A", "C", "canonical"),
        (401, "A", "C", "near"),
        (250, "A", "C", "near"),
        (251, "A", "C", "deep_intronic"),
        (101, "A", "C", "exonic"),
        (800, "A", "C", "exonic"),
        (900, "A", "C", "deep_intronic"),
        (196, "ACGTACG", "A", "canonical"),
        (200, "G", "GA", "near"),
        (203, "A", "AT", "near"),
        (202, "TT", "T", "near"),
    ],
)
def test_the_region_is_that_of_the_bases_that_change(pos, ref, alt, region):
    assert region_of(Variant("chr1", pos, ref, alt), TRANSCRIPT) == region


def arrays(*changes: tuple[int, int, float, float], length: int = LENGTH) -> tuple[np.ndarray, np.ndarray]:
    """Reference and alternate probabilities; changes: row, column, reference, alternate."""
    ref = np.zeros((length, 3), dtype=np.float32)
    alt = ref.copy()
    for row, column, before, after in changes:
        ref[row, column], alt[row, column] = before, after
    return ref, alt


def odds(p: float) -> float:
    return math.log(p / (1 - p))


def test_evidence_of_a_lost_site_and_of_a_gained_one():
    ref, alt = arrays((600, DONOR, 0.9, 0.5), (640, DONOR, 0.01, 0.8), (10, ACCEPTOR, 0.5, 0.2))
    found = site_evidence(ref, alt, WITHIN, 1000, Sites(donors={1600}), True)
    assert found["delta"] == pytest.approx(math.log((0.79 + 0.01) / (1 - 0.79 + 0.01)), abs=1e-5)
    assert found["lost"] == pytest.approx(odds(0.9) - odds(0.5), abs=1e-5)
    assert found["changed"] == pytest.approx(odds(0.8) - odds(0.01), abs=1e-5)


def test_a_site_counts_for_its_own_type_alone_and_a_stronger_one_is_no_loss():
    ref, alt = arrays((600, DONOR, 0.9, 0.1), (650, ACCEPTOR, 0.5, 0.9))
    found = site_evidence(ref, alt, WITHIN, 0, Sites(acceptors={600, 650}), True)
    assert (found["lost"], found["changed"]) == (0, 0)


def test_no_change_is_no_evidence():
    ref, _ = arrays((600, DONOR, 0.9, 0.9))
    found = site_evidence(ref, ref, WITHIN, 0, Sites(donors={600}), True)
    assert (found["lost"], found["changed"]) == (0, 0)
    assert found["delta"] == pytest.approx(math.log(0.01 / 1.01))


def test_evidence_does_not_depend_on_how_far_the_model_judged():
    near = arrays((600, DONOR, 0.9, 0.5))
    far = arrays((1600, DONOR, 0.9, 0.5), (3, DONOR, 0.0, 0.99), length=LENGTH + 2000)
    sites = Sites(donors={1600})
    assert site_evidence(*near, WITHIN, 1000, sites, True) == site_evidence(
        *far, WITHIN + 1000, 0, sites, True
    )
    with pytest.raises(ValueError, match="500 bases on either side are needed, 499 were scored"):
        site_evidence(*near, WITHIN - 1, 1000, sites, True)


def test_psi_evidence_is_the_strongest_exons_and_bounded():
    assert evidence.psi_evidence([0.5, -2.0, 1.0]) == {"psi": 2.0}
    assert evidence.psi_evidence([-9.0]) == {"psi": 5.0}
    assert evidence.psi_evidence([]) == {"psi": 0.0}


def new_exon(acceptor: int, donor: int) -> tuple[np.ndarray, np.ndarray]:
    """A gained acceptor and a gained donor at these rows."""
    return arrays((acceptor, ACCEPTOR, 0.04, 0.81), (donor, DONOR, 0.0, 0.64))


def test_a_pair_is_a_new_exon_in_the_direction_of_the_transcript():
    ref, alt = new_exon(500, 580)
    gain = site_evidence(ref, alt, WITHIN, 0, Sites(), True)["pair"]
    assert gain == pytest.approx(math.log((0.72 + 0.01) / (0.28 + 0.01)), abs=1e-5)
    nothing = math.log(0.01 / 1.01)
    assert site_evidence(ref, alt, WITHIN, 0, Sites(), False)["pair"] == pytest.approx(nothing)
    mirrored = ref[::-1], alt[::-1]
    assert site_evidence(*mirrored, WITHIN, 0, Sites(), False)["pair"] == pytest.approx(gain)


@pytest.mark.parametrize(("size", "counts"), [(24, False), (25, True), (500, True), (501, False)])
def test_a_pair_has_the_size_of_an_exon(size, counts):
    ref, alt = new_exon(500, 499 + size)
    pair = site_evidence(ref, alt, WITHIN, 0, Sites(), True)["pair"]
    assert (pair > 0) == counts


def test_an_annotated_site_makes_no_new_exon():
    ref, alt = new_exon(500, 580)
    assert site_evidence(ref, alt, WITHIN, 0, Sites(donors={580}), True)["pair"] < -4


def test_evidence_of_tissues_is_the_largest_change_of_one_and_the_fall_of_their_mean():
    refs = np.full((12, LENGTH), 0.001, dtype=np.float32)
    refs[:, 600] = 0.9
    alts = refs.copy()
    alts[:3, 600] = 0.1
    found = tissue_evidence(refs, alts, WITHIN, 1000, Sites(donors={1600}))
    assert found["delta"] == pytest.approx(math.log((0.8 + 0.01) / (0.2 + 0.01)), abs=1e-4)
    assert found["lost"] == found["changed"] == pytest.approx(odds(0.9) - odds(0.7), abs=1e-4)
    assert tissue_evidence(refs, alts, WITHIN, 1000, Sites())["lost"] == 0


def test_there_are_coefficients_for_every_choice_of_models_and_none_is_against_the_evidence():
    sizes = range(1, len(calibrate.MODELS) + 1)
    chosen = [frozenset(c) for n in sizes for c in itertools.combinations(calibrate.MODELS, n)]
    assert set(chosen) == set(combinations())
    for combination in combinations().values():
        for name, part in combination.parts.items():
            assert part.weights.keys() == set(calibration.terms_of(combination.models, name))
            assert tuple(part.regions) == PARTS[name]
            assert min(part.weights.values()) >= 0 < max(part.weights.values())


def test_without_spliceai_the_others_are_combined():
    assert for_models({"cispliceai", "mmsplice", "other"}).models == ("cispliceai", "mmsplice")
    assert for_models({"other"}) is None


def numbers(model: str, delta: float, lost: float) -> dict[str, float]:
    values = {"delta": delta, "lost": lost, "changed": lost, "pair": delta}
    return {f"{model}_{track}": value for track, value in evidence.tracks(values).items()}


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    return builders.genome(tmp_path, {"chr1": "C" * 1_000})


def test_a_probability_rises_with_the_evidence_and_names_its_models(genome):
    for pos in (205, 280):
        variant = Variant("chr1", pos, "C", "G")
        weak, strong = (
            {**numbers("cispliceai", d, x), "mmsplice_evidence_psi": x} for d, x in ((-4.6, 0), (3, 5))
        )
        low, high = (calibration.probability(n, variant, TRANSCRIPT, genome) for n in (weak, strong))
        assert low[1] == high[1] == ("cispliceai", "mmsplice")
        floor = for_models(low[1]).floor
        assert floor <= low[0] < 0.25
        assert 0.75 < high[0] <= 1 - floor
    assert calibration.probability({}, variant, TRANSCRIPT, genome) is None


def test_a_prior_moves_every_probability_in_the_same_order():
    values = [0.03, 0.2, 0.5, 0.97]
    assert [at_prior(p, 0.5) for p in values] == pytest.approx(values)
    low = [at_prior(p, 0.1) for p in values]
    assert low == sorted(low)
    assert low[2] == pytest.approx(0.1)
    assert odds(low[3]) - odds(low[0]) == pytest.approx(odds(0.97) - odds(0.03))


def test_the_logistic_function_holds_for_any_number():
    assert [calibration.logistic(x) for x in (-1e4, 0, 1e4)] == [0, 0.5, 1]


def made_up(rows: int = 400, seed: int = 1) -> calibrate.Examples:
    """Outcomes drawn from a logistic model in which CI-SpliceAI counts, SpliceAI does not and MMSplice misleads."""
    rng = np.random.default_rng(seed)
    evidence = {name: rng.normal(size=rows) for name in calibration.terms_of(calibrate.MODELS, "exon")}
    truth = 2 * evidence["cispliceai.delta"] - evidence["mmsplice.psi"] + 0.5
    affected = (rng.random(rows) < 1 / (1 + np.exp(-truth))).astype(float)
    regions = rng.choice(np.array(REGIONS), rows)
    tables = np.array(["splice_outcomes"] * rows)
    names, genes = np.arange(rows).astype(str), rng.choice(np.array(list("ABCDE")), rows)
    return calibrate.Examples(names, genes, tables, regions, affected, evidence)


def test_the_fit_finds_what_counts_and_gives_no_weight_below_zero():
    for part in calibrate.fit(made_up(4000), ("spliceai", "cispliceai", "mmsplice")).parts.values():
        assert part.weights["cispliceai.delta"] == pytest.approx(1.8, abs=0.4)
        assert part.weights["mmsplice.psi"] == 0
        assert all(weight >= 0 for weight in part.weights.values())


def test_the_fit_is_at_an_even_prior_whatever_the_share_of_its_rows():
    data = made_up(4000)
    rare = data.of((data.affected == 0) | (np.random.default_rng(2).random(4000) < 0.2))
    both = [calibrate.apply(calibrate.fit(d, ("cispliceai",)), data) for d in (data, rare)]
    assert data.affected.mean() > rare.affected.mean() + 0.2
    np.testing.assert_allclose(both[0], both[1], atol=0.12)


def test_the_fit_is_the_maximum_of_the_penalised_likelihood():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 4))
    y = (rng.random(200) < 1 / (1 + np.exp(-0.3 - x @ [1.0, -1.0, 0.0, -1.0]))).astype(float)
    intercept, found = calibrate.ridge_logistic(x, y, free=3, ridge=RIDGE)
    residual = 1 / (1 + np.exp(-intercept - x @ found)) - y
    slope = x.T @ residual + RIDGE * found
    np.testing.assert_allclose([residual.sum(), *slope[:3]], 0, atol=1e-6)
    assert found[1] < 0
    assert found[3] == 0 < slope[3], "its coefficient would be negative"


def test_a_column_that_an_early_fit_leaves_out_comes_back_where_it_counts():
    """Of two columns that are nearly one, the fit of all makes one negative; each fit is checked by its conditions."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(60, 5))
        x[:, 1] = x[:, 0] + 0.05 * x[:, 1]
        y = (rng.random(60) < 1 / (1 + np.exp(-x @ [1.0, 0.0, -1.0, 0.5, -0.5]))).astype(float)
        intercept, found = calibrate.ridge_logistic(x, y, free=0, ridge=RIDGE)
        slope = x.T @ (1 / (1 + np.exp(-intercept - x @ found)) - y) + RIDGE * found
        assert found.min() >= 0
        np.testing.assert_allclose(slope[found > 0], 0, atol=1e-6)
        assert slope[found == 0].min(initial=0) >= -1e-6


def test_a_gene_is_judged_by_a_fit_that_never_saw_it():
    data = made_up()
    before = calibrate.on_unseen_genes(data, ("cispliceai",))
    here = data.genes == "A"
    data.affected[here] = 1 - data.affected[here]
    after = calibrate.on_unseen_genes(data, ("cispliceai",))
    np.testing.assert_array_equal(before[here], after[here])
    assert np.abs(before[~here] - after[~here]).max() > 0.01


def test_auc_counts_pairs_with_ties_as_half():
    assert calibrate.auc(np.array([1.0, 1, 0, 0]), np.array([0.9, 0.5, 0.5, 0.1])) == pytest.approx(3.5 / 4)
    assert math.isnan(calibrate.auc(np.ones(3), np.ones(3)))


def test_reliability_puts_rows_into_bins():
    p = np.array([0.01, 0.03, 0.6, 0.7, 1.0])
    found = calibrate.reliability(np.array([0.0, 1, 1, 0, 1]), p)
    assert [count for _, _, count in found] == [2, 2, 1]
    assert [(pytest.approx(a), pytest.approx(b)) for a, b in ((0.02, 0.5), (0.65, 0.5), (1, 1))] == [
        (mean, share) for mean, share, _ in found
    ]
