"""What becomes of a damaged splice site: the parts of its outcomes, and the fit that makes their coefficients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import shares
from landfall.splicing.outcomes.proportions import amount, coefficients, features, normal_weight, weigh
from landfall.splicing.outcomes.sites import ACCEPTOR, DONOR, Event, Site

FALLEN = Site(DONOR, 199, 199, 1.0, 0.1)
STANDING = Site(ACCEPTOR, 100, 100, 1.0, 0.9)
NEW = Site(DONOR, 210, 210, 0.0, 0.6)


def event(kind: str, bypassed: tuple[Site, ...], donor: Site = FALLEN) -> Event:
    return Event(
        kind, (), (100, 200), True, "", STANDING, donor, True, "", bypassed=bypassed, intron_nt=1_500.0
    )


SKIPPING = event("exon_skipping", (STANDING, FALLEN))
RETENTION = event("intron_retention", (FALLEN,))
CRYPTIC = event("cryptic_donor", (FALLEN,), NEW)
EVENTS = (SKIPPING, RETENTION, CRYPTIC)


def part(first: Event, *others: Event) -> float:
    """The part of the first event in what all change."""
    weights = [e.weight for e in weigh((first, *others))]
    return weights[0] / sum(weights)


def test_every_coefficient_is_a_feature_and_every_feature_has_one():
    assert sorted(name for e in EVENTS for name in features(e)) == sorted(coefficients())
    assert sorted(shares.NAMES) == sorted(coefficients())


def test_what_is_changed_is_shared_out():
    """The donor keeps 0.1 and the new one has 0.6: 0.1 * 0.4 is spliced as before."""
    assert normal_weight(EVENTS) == pytest.approx(0.04)
    assert sum(e.weight for e in weigh(EVENTS)) == pytest.approx(0.96)


def test_a_site_that_the_variant_makes_outcompetes_one_that_it_leaves_alone():
    made = event("cryptic_donor", (FALLEN,), replace(NEW, changed=True))
    destroyed = replace(made, bypassed=(replace(FALLEN, changed=True),))
    usual, won, beside = (part(cryptic, SKIPPING, RETENTION) for cryptic in (CRYPTIC, made, destroyed))
    assert won == pytest.approx(usual + (1 - usual) * 0.6 / 1.6)
    assert beside == pytest.approx(usual)
    assert sum(e.weight for e in weigh((made, SKIPPING, RETENTION))) == pytest.approx(0.96)


def test_an_exon_is_skipped_the_more_so_the_more_its_other_site_falls_and_the_longer_its_introns_are():
    both = replace(SKIPPING, bypassed=(replace(STANDING, alt=0.2), FALLEN))
    assert part(both, RETENTION) > part(SKIPPING, RETENTION)
    assert part(replace(SKIPPING, intron_nt=15_000.0), RETENTION) > part(SKIPPING, RETENTION)


def test_an_intron_is_kept_the_more_so_the_richer_in_gc():
    parts = [part(replace(RETENTION, gc=gc), CRYPTIC) for gc in (0.2, 0.35, 0.45, 0.55, 0.7)]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (parts[1], parts[3])


def test_exons_without_a_base_between_them_are_weighed():
    """Annotations made by aligning mRNAs hold introns of no length where the genome lacks bases."""
    (skipped, _) = weigh([replace(SKIPPING, intron_nt=0.0), RETENTION])
    assert 0 < skipped.weight < 1


def test_nothing_changes_where_the_model_sees_no_site():
    unseen = replace(RETENTION, bypassed=(Site(DONOR, 199, 199, 0.09, 0.0),))
    assert amount(unseen) == 0
    assert [e.weight for e in weigh([unseen])] == [0]


def made_up(truth: np.ndarray, variants: int = 4_000) -> shares.Choices:
    """Variants with three outcomes each, of which one is drawn by the model with these coefficients."""
    draw = np.random.default_rng(7)
    row = np.repeat(np.arange(variants), 3)
    kinds = np.tile(["skip", "retention", "alternative donor"], variants)
    table = draw.normal(size=(len(row), len(shares.NAMES)))
    offset = draw.normal(size=len(row))
    noise = draw.gumbel(size=len(row))
    best = (offset + table @ truth + noise).reshape(variants, 3).argmax(axis=1)
    genes = draw.choice(["A", "B", "C"], size=variants)
    return shares.Choices(table, offset, kinds, row, kinds[:3][best], genes)


def test_the_fit_finds_the_coefficients_that_data_were_made_with():
    truth = np.array([1.0, -1.0, 0.5, 0.0, 2.0, -0.5, 0.0, 1.5])
    data = made_up(truth)
    fitted = shares.fit(data, np.ones(len(data.measured), dtype=bool))
    assert fitted == pytest.approx(truth, abs=0.15)
    assert (data.first(fitted) == data.measured).mean() > 0.6


def test_a_gene_has_no_part_in_the_coefficients_it_is_judged_by():
    data = made_up(np.full(len(shares.NAMES), 0.5), variants=60)
    here = data.genes == "A"
    swapped = np.where(here, np.roll(data.measured, 1), data.measured)
    other = replace(data, measured=swapped)
    assert (shares.unseen(data)[here] == shares.unseen(other)[here]).all()
    assert shares.fit(data, ~here) == pytest.approx(shares.fit(other, ~here))
    assert shares.fit(data, here) != pytest.approx(shares.fit(other, here))


def test_a_variant_of_which_the_measured_type_is_not_called_says_nothing():
    data = made_up(np.zeros(len(shares.NAMES)), variants=60)
    lost = np.arange(60) < 10
    other = replace(data, measured=np.where(lost, "alternative acceptor", data.measured))
    everyone = np.ones(60, dtype=bool)
    with_lost, without = shares.fit(other, everyone), shares.fit(other, ~lost)
    assert np.isfinite(with_lost).all()
    assert with_lost == pytest.approx(without, rel=0.2, abs=0.1)
