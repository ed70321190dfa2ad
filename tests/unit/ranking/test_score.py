"""The parts of the score by themselves, against the numbers that their sources give, and the sentence made of them."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.phenotype import FEATURES, NOISE, gain, patients, steepness
from landfall.genome.consequence import SEVERITY
from landfall.genome.variant import Variant
from landfall.patient.inheritance.compound_het import judge
from landfall.patient.inheritance.fit import ModeFit
from landfall.patient.inheritance.modes import LABELS, modes_of
from landfall.ranking import explanation, score
from landfall.ranking.acmg.criteria import STRENGTH
from landfall.ranking.score import Allele, Gene, explain, posterior
from landfall.regulation import probability
from landfall.testing.families import RULES, hits, known, trio
from landfall.testing.rows import READ, candidate

A, B, C = (Variant("chr2", pos, "C", "T") for pos in (1000, 9000, 20_000))
LIKELY = Allele({"splicing": 0.9, "coding": 0.0})
DOMINANT = ModeFit("autosomal_dominant", "fits", 1.0, "heterozygous")


def test_strengths_are_the_published_odds() -> None:
    """Tavtigian et al. 2018: odds of 350, 18.7, 4.33 and 2.08."""
    odds = [10 ** STRENGTH[name] for name in ("very_strong", "strong", "moderate", "supporting")]
    assert odds == pytest.approx([350, 18.7, 4.33, 2.08], abs=0.01)


def test_every_damaging_consequence_is_a_term_and_none_is_worse_than_a_milder_one() -> None:
    terms = [term for term in SEVERITY if term in score.DAMAGING]
    assert set(terms) == set(score.DAMAGING)
    null = terms[: terms.index("start_lost") + 1]
    assert {score.DAMAGING[term] for term in null} == {1.0}
    assert score.DAMAGING["missense_variant"] == min(score.DAMAGING.values())


def test_effects_are_independent_ways_to_damage_and_never_certain() -> None:
    assert score.damage({"splicing": 0.5, "coding": 0.6}) == pytest.approx(0.8)
    assert score.damage({"splicing": None, "coding": 0.6}) == pytest.approx(0.6)
    assert score.effect(Allele({"splicing": 0.5})) == 0.0
    certain, none = (score.effect(Allele({"coding": p})) for p in (1.0, 0.0))
    assert (certain, none) == (1.9956, -1.9956)


RARITY = {
    "absent": ({}, False, 0.318),
    "at the dominant limit": ({"popmax_af": 1e-5}, False, 0.318),
    "ten times it": ({"popmax_af": 1e-4}, False, -0.182),
    "the same under a recessive mode": ({"popmax_af": 1e-4}, True, 0.318),
    "common": ({"popmax_af": 0.5}, False, -1.272),
    "five healthy homozygotes": ({"popmax_af": 1e-5, "nhomalt": 5}, False, 0.318),
    "six": ({"popmax_af": 1e-5, "nhomalt": 6}, False, -1.272),
    "men who have no other allele": ({"popmax_af": 1e-4, "nhomalt": 1, "hemizygotes": 2}, True, -1.272),
    "two of them": ({"popmax_af": 1e-4, "hemizygotes": 2}, True, 0.318),
    "three under a recessive mode": ({"popmax_af": 1e-4, "nhomalt": 3}, True, -1.272),
    "not judged": ({"frequency_judged": False}, False, 0.0),
}


@pytest.mark.parametrize(("change", "recessive", "expected"), RARITY.values(), ids=RARITY)
def test_rarity(change: dict[str, Any], recessive: bool, expected: float) -> None:
    assert score.rarity(replace(LIKELY, **change), recessive) == pytest.approx(expected, abs=1e-3)


MODES = {
    "fits": (DOMINANT, False, 0.0),
    "open": (replace(DOMINANT, status="open"), False, -1.0),
    "excluded": (replace(DOMINANT, status="excluded"), False, -2.0),
    "new": (replace(DOMINANT, mode="de_novo"), True, 1.272),
    "a pair of unknown phase": (
        ModeFit("autosomal_recessive_comp_het", "fits", 0.5, ""),
        True,
        1.272 - 0.301,
    ),
    "hardly penetrant": (replace(DOMINANT, probability=1e-6), False, -2.0),
}


@pytest.mark.parametrize(("fit", "seldom", "expected"), MODES.values(), ids=MODES)
def test_inheritance(fit: ModeFit, seldom: bool, expected: float) -> None:
    assert score.inheritance(fit, seldom, frozenset()) == pytest.approx(expected, abs=1e-3)
    against = score.inheritance(fit, seldom, frozenset(["mitochondrial"]))
    assert against == pytest.approx(expected - 1.272, abs=1e-3)
    assert score.inheritance(fit, seldom, frozenset([fit.mode])) == pytest.approx(expected, abs=1e-3)


SELDOM = {
    "one copy": ("0/1", {}, A, 0.0),
    "homozygous": ("1/1", {}, A, 1.272),
    "homozygous for what may be common": ("1/1", {"frequency_judged": False}, A, 0.0),
    "the X of a male": ("1", {}, Variant("chrX", 50_000_000, "C", "T"), 0.0),
}


@pytest.mark.parametrize(("genotype", "change", "variant", "expected"), SELDOM.values(), ids=SELDOM)
def test_a_genotype_that_bystanders_seldom_have(
    genotype: str, change: dict[str, Any], variant: Variant, expected: float
) -> None:
    family = known(None, {variant: {"kid": genotype}}, "male")
    judged = judge(hits(family), family, RULES)[variant, "GENE"]
    allele = replace(LIKELY, zygosity=str(family.rows[variant]["zygosity"]), **change)
    found = explain(variant, judged, {variant: allele}, Gene())
    assert found.score.inheritance == pytest.approx(expected, abs=1e-3)


def test_a_prediction_does_not_weigh_against_a_classification() -> None:
    leaky = Allele({"splicing": 0.06, "coding": 0.0})
    assert score.effect(leaky) == pytest.approx(-1.195, abs=1e-3)
    assert score.effect(replace(leaky, clinvar="VCV4027 Pathogenic")) == 0.0
    assert score.effect(replace(LIKELY, clinvar="VCV4027 Pathogenic")) == score.effect(LIKELY)


def test_a_classified_intronic_allele_completes_a_pair_whatever_its_prediction() -> None:
    family = known(None, {A: {"kid": "0/1"}, B: {"kid": "0/1"}}, "male")
    judged = judge(hits(family), family, RULES)
    null, leaky = Allele({"splicing": None, "coding": 1.0}), Allele({"splicing": 0.06, "coding": 0.0})
    gene = Gene(modes=frozenset(["autosomal_recessive_comp_het"]))
    alleles = {A: null, B: replace(leaky, clinvar="VCV4027 Pathogenic")}
    best, other = (
        explain(A, judged[A, "GENE"], alleles, gene),
        explain(A, judged[A, "GENE"], {A: null, B: leaky}, gene),
    )
    assert best.pair is not None
    assert best.score.partner == 0.0
    assert other.pair is None
    assert other.score.total < best.score.total - 1


def test_phenotype_is_a_likelihood_ratio() -> None:
    """Over bystanders, at any part of the list alike, ratios have the mean 1."""
    edges = [10 ** (-n / 100) for n in range(4001)]
    steps = [(high - low, (high * low) ** 0.5) for high, low in pairwise(edges)]
    mean = sum(width * 10 ** score.phenotype(part) for width, part in steps)
    assert mean == pytest.approx(1, abs=0.001)
    assert score.phenotype(0.001) > 1 > 0 > score.phenotype(1.0)
    assert score.phenotype(None) == 0


def test_the_steepness_of_a_sample_is_found_again() -> None:
    """Parts drawn by inverting the distribution x^(1 - a)."""
    dice = random.Random(5)
    parts = [(1 - dice.random()) ** (1 / (1 - 0.7)) for _ in range(20_000)]
    assert steepness(parts) == pytest.approx(0.7, abs=0.01)
    assert gain(parts, 0.7) > max(gain(parts, 0.5), gain(parts, 0.85), 0)
    assert steepness([1.0, 1.0]) == 0


def test_simulated_patients_are_the_same_for_the_same_seed() -> None:
    first = list(patients(3, seed=1))
    assert first == list(patients(3, seed=1)) != list(patients(3, seed=2))
    assert all(len(terms) == FEATURES + NOISE for _, terms in first)


def test_priority_is_even_at_the_prior_s_odds_and_grows_with_the_sum() -> None:
    assert posterior(-score.PRIOR) == 0.5
    assert posterior(-300) >= 0
    sums = [n / 10 for n in range(-60, 61)]
    assert sorted(map(posterior, sums)) == list(map(posterior, sums))


def test_the_mode_that_explains_best_counts() -> None:
    """With healthy parents who carry one each, a dominant mode is excluded, and the pair explains both."""
    calls = {
        A: {"kid": "0/1", "dad": "0/1", "mum": "0/0"},
        B: {"kid": "0/1", "dad": "0/0", "mum": "0/1"},
    }
    family = known(trio(), calls)
    judged = judge(hits(family), family, RULES)
    weak = replace(LIKELY, effects={"splicing": 0.3})
    one, other = (
        explain(variant, judged[variant, "GENE"], {A: LIKELY, B: weak}, Gene()) for variant in (A, B)
    )
    assert {one.fit.mode, other.fit.mode} == {"autosomal_recessive_comp_het"}
    assert one.score.total == other.score.total
    assert (other.score.partner, one.score.effect + one.score.partner) == (0.0, other.score.effect)


def test_a_strong_hit_that_fits_alone_does_not_sink_with_its_partner() -> None:
    family = known(None, {A: {"kid": "0/1"}, B: {"kid": "0/1"}})
    judged = judge(hits(family), family, RULES)
    weak = replace(LIKELY, effects={"splicing": 0.02})
    found = explain(A, judged[A, "GENE"], {A: LIKELY, B: weak}, Gene())
    assert (found.fit.mode, found.pair, found.score.partner) == ("autosomal_dominant", None, 0.0)


def test_of_two_partners_the_better_explains() -> None:
    """The middle one: in trans with both, it is as good as the better of them."""
    of_dad = {"kid": "0/1", "dad": "0/1", "mum": "0/0"}
    family = known(trio(), {A: of_dad, B: {"kid": "0/1", "dad": "0/0", "mum": "0/1"}, C: of_dad})
    judged = judge(hits(family), family, RULES)
    weak = replace(LIKELY, effects={"splicing": 0.2})
    found = explain(B, judged[B, "GENE"], {A: weak, B: LIKELY, C: LIKELY}, Gene())
    assert found.pair is not None
    assert found.pair.partner(B).variant == C


def test_modes_of_a_gene_come_from_the_panel_then_from_hpo() -> None:
    assert modes_of("DYSF") == {"autosomal_recessive", "autosomal_recessive_comp_het"}
    assert modes_of("DYSF", "MONOALLELIC, autosomal or pseudoautosomal") == {"autosomal_dominant", "de_novo"}
    assert modes_of("DYSF", "BOTH monoallelic and biallelic, autosomal") >= {
        "autosomal_dominant",
        "autosomal_recessive",
    }
    assert "x_linked_recessive" in modes_of("DMD")
    assert modes_of("NO_GENE", "Unknown") == frozenset()
    assert all(modes_of(gene) <= set(LABELS) for gene in ("DYSF", "DMD", "NF1", "MT-ND1"))


# --- regulation ------------------------------------------------------------------------------------------------------


def test_an_unusual_change_of_regulation_counts_as_far_as_the_background_can_tell() -> None:
    """Beyond 150, 2,000 and 10,000 random changes; never more than even."""
    beyond = [probability.regulation(1.0, count, 1) for count in (150, 2_000, 10_000)]
    assert beyond == [pytest.approx(p, abs=1e-3) for p in (0.170, 0.5, 0.5)]
    usual = [probability.regulation(share, 150, 1) for share in (0.0, 0.5, 0.9)]
    assert usual == sorted(usual)
    assert usual[1] < probability.REGULATION_BEFORE < usual[2] < 0.04


def test_a_background_of_few_changes_shows_nothing_unusual() -> None:
    assert probability.regulation(1.0, 2, 1) < probability.REGULATION_BEFORE
    assert probability.regulation(1.0, 5, 1) < probability.regulation(1.0, 50, 1)


def test_each_further_network_takes_from_what_one_outlier_says() -> None:
    asked = [probability.regulation(1.0, 150, networks) for networks in (1, 2, 6)]
    assert asked == sorted(asked, reverse=True)
    assert probability.regulation(0.2, 150, 6) == probability.regulation(0.0, 150, 1), (
        "at most the whole list"
    )


def test_ways_of_damage_add_up() -> None:
    alone = score.damage({"splicing": 0.1, "coding": 0.0, "regulation": None})
    assert alone == pytest.approx(0.1)
    assert score.damage({"splicing": 0.1, "coding": 0.0, "regulation": 0.2}) == pytest.approx(0.28)


# --- the sentence ----------------------------------------------------------------------------------------------------


def said(terms: int = 4, frequencies: bool = True, **changes: Any) -> str:
    nothing = dict.fromkeys(
        (
            "nhomalt",
            "hemizygotes",
            "clinvar",
            "phenotype_relevance",
            "panel_confidence",
            "event",
            "partner_phase",
        )
    )
    return explanation.explain(candidate(**{**nothing, "partner": None, **changes}), terms, frequencies)


def test_a_pair_in_words() -> None:
    words = said(
        effect_splicing=0.97,
        event="pseudoexon",
        best_inheritance_mode="autosomal_recessive_comp_het",
        partner="chr2-71741835-C-T",
        partner_name="c.1180+5G>A",
        partner_phase="trans",
        hpo_matches="HP:1,HP:2,HP:3",
        phenotype_relevance=0.81,
    )
    assert words == (
        "Splicing very likely damaged (0.97, pseudoexon); fits autosomal recessive, compound heterozygous as one of a "
        "pair, in trans with c.1180+5G>A; absent from the population data; the gene is annotated with 3 of 4 "
        "terms (relevance 0.81)."
    )


SENTENCES = {
    "a coding change": (
        {"consequence": "stop_gained", "effect_coding": 1.0},
        "Stop gained (probability of damage 1.00); splicing ",
    ),
    "not scored": (
        {"effect_splicing": None, "reason": "unknown_sequence"},
        "Effect not assessed (unknown sequence)",
    ),
    "in the population": (
        {"popmax_af": 0.0012, "nhomalt": 3},
        "population frequency 0.0012, 3 homozygous in the population",
    ),
    "in men alone": (
        {"popmax_af": 0.0012, "hemizygotes": 40},
        "population frequency 0.0012, 40 hemizygous in the population",
    ),
    "in both": (
        {"popmax_af": 0.0012, "nhomalt": 3, "hemizygotes": 40},
        "population frequency 0.0012, 3 homozygous and 40 hemizygous in the population",
    ),
    "very rare": ({"popmax_af": 6.6e-06}, "population frequency 0.0000066;"),
    "not covered": (
        {"frequency_source": "not covered"},
        "its position is not covered by the population data",
    ),
    "a gene without phenotype": ({}, "the gene has no known phenotype"),
    "panel": ({"panel_confidence": 2}, "amber in the panel"),
    "clinvar": ({"clinvar": "VCV1 Pathogenic"}, "classified before: VCV1 Pathogenic"),
    "regulation": (
        READ,
        "Splicing unlikely to be damaged (0.22); regulation unlikely to be damaged (0.17, not calibrated: Enformer "
        "predicts the largest change for H3K27ac in muscle, beyond that of 99.3% of 150 random substitutions)",
    ),
    "regulation alone": (
        {**READ, "effect_splicing": None, "reason": "outside_transcripts"},
        "Splicing not assessed (outside transcripts); regulation unlikely",
    ),
    "excluded": ({"explaining_status": "excluded"}, "autosomal recessive is excluded"),
    "another mode": (
        {"gene_moi": "autosomal_dominant;de_novo"},
        "a mode not known for the gene's diseases",
    ),
}


@pytest.mark.parametrize(("changes", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_what_the_sentence_says(changes: dict[str, Any], expected: str) -> None:
    assert expected in said(**changes)


def test_without_terms_or_frequencies_neither_is_claimed() -> None:
    words = said(terms=0, frequencies=False)
    assert "gene" not in words
    assert "absent" not in words


def test_words_of_probabilities() -> None:
    words = [explanation.likelihood(p) for p in (0.95, 0.7, 0.5, 0.2, 0.0)]
    assert words == ["very likely", "likely", "perhaps", "unlikely to be", "very unlikely to be"]
