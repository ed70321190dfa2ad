"""What becomes of a damaged splice site: the parts of its outcomes, and the fit that makes their coefficients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import shares
from landfall.splicing.outcomes.proportions import amount, coefficients, features, weigh
from landfall.splicing.outcomes.sites import ACCEPTOR, DONOR, Event, Site, usage

FALLEN = Site(DONOR, 199, 199, 1.0, 0.1)
STANDING = Site(ACCEPTOR, 100, 100, 1.0, 0.9)
NEW = Site(DONOR, 210, 210, 0.0, 0.6)


def event(kind: str, bypassed: tuple[Site, ...], donor: Site = FALLEN) -> Event:
    return Event(kind, (), (100, 200), True, "", STANDING, donor, True, "", bypassed=bypassed)


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


def normal(*events: Event) -> float:
    """The share of normal splicing."""
    return 1 - sum(e.weight for e in weigh(events))


def test_normal_splicing_is_what_the_annotated_site_keeps():
    assert normal(SKIPPING, RETENTION) == pytest.approx(usage(0.1))
    assert normal(*EVENTS) == pytest.approx(usage(0.1)), "the new site gains less than is lost"


def test_a_site_that_stays_usable_is_not_lost():
    saturated, lost = (replace(FALLEN, ref=ref, alt=alt) for ref, alt in ((1.0, 0.74), (0.93, 0.07)))
    assert normal(replace(RETENTION, bypassed=(saturated,))) > 0.9
    assert normal(replace(RETENTION, bypassed=(lost,))) < 0.1


def test_a_site_that_the_variant_makes_outcompetes_one_that_it_leaves_alone():
    made = event("cryptic_donor", (FALLEN,), replace(NEW, changed=True))
    destroyed = replace(made, bypassed=(replace(FALLEN, changed=True),))
    usual, won, beside = (weigh([cryptic, SKIPPING, RETENTION])[0] for cryptic in (CRYPTIC, made, destroyed))
    left = 1 - usage(0.1) - 0.6
    assert won.weight == pytest.approx(0.6 + left * usual.weight / (1 - usage(0.1)))
    assert beside.weight == pytest.approx(usual.weight)


def test_a_site_beside_an_intact_one_shares_with_it():
    """Both are used as their probabilities are: neither takes the share of the other."""
    intact = replace(FALLEN, alt=1.0)
    (moved,) = weigh([event("cryptic_donor", (intact,), replace(NEW, alt=1.0))])
    assert moved.weight == pytest.approx(0.5)


def test_the_gain_of_a_site_is_counted_once():
    """COL6A1 c.930+189C>T: what a pseudoexon uses of the new donor lengthens no exon, and keeps no intron."""
    kept = Site(DONOR, 100, 100, 0.84, 0.72)
    acceptor, donor = Site(ACCEPTOR, 200, 200, 0.0, 0.5), Site(DONOR, 271, 271, 0.0, 0.96, changed=True)
    exon = replace(event("pseudoexon", ()), acceptor=acceptor, donor=donor, needed=(kept,))
    longer = event("cryptic_donor", (kept,), donor)
    retained = replace(RETENTION, bypassed=(kept,), called=False)
    pseudoexon, moved, retention = weigh([exon, longer, retained])
    g = 0.48**0.5 * kept.kept
    left, whole = 0.96 - g, kept.kept + 0.96 - g
    assert pseudoexon.weight == pytest.approx(g)
    assert moved.weight == pytest.approx((1 - g) * left / whole)
    assert retention.weight == pytest.approx(0, abs=1e-9)


def test_a_site_outside_the_window_is_unknown_not_lost():
    known = replace(SKIPPING, bypassed=(FALLEN, replace(STANDING, alt=1.0)))
    unseen = replace(SKIPPING, bypassed=(FALLEN,), unseen=("acceptor at 101",))
    alone = replace(SKIPPING, bypassed=(FALLEN,))
    assert part(unseen, RETENTION) == pytest.approx(part(known, RETENTION))
    assert part(unseen, RETENTION) < part(alone, RETENTION)


def test_an_exon_is_skipped_the_more_so_the_more_its_other_site_falls():
    both = replace(SKIPPING, bypassed=(replace(STANDING, alt=0.2), FALLEN))
    assert part(both, RETENTION) > part(SKIPPING, RETENTION)


def test_nothing_changes_where_the_model_sees_no_site():
    unseen = replace(RETENTION, bypassed=(Site(DONOR, 199, 199, 0.09, 0.0),))
    assert amount(unseen) == 0
    assert [e.weight for e in weigh([unseen])] == [0]


# Properties of random sets of events.


def drawn(draw: np.random.Generator) -> list[Event]:
    """Events at one donor and one acceptor, and up to two new exons with sites in common."""
    donor, acceptor = (Site(kind, n, n, *draw.random(2)) for kind, n in ((DONOR, 100), (ACCEPTOR, 500)))
    flags = draw.random(8) < 0.5
    new = [Site(kind, n, n, *draw.random(2), changed=bool(f)) for kind, n, f in zip(
        (ACCEPTOR, DONOR, DONOR), (200, 250, 280), flags, strict=False
    )]  # fmt: skip
    exons = [
        replace(event("pseudoexon", ()), acceptor=new[0], donor=each, needed=(donor, acceptor))
        for each in new[1:]
    ]
    others = [
        event("exon_skipping", (donor, Site(ACCEPTOR, 50, 50, *draw.random(2)))),
        event("intron_retention", (donor, acceptor)),
        event("cryptic_donor", (donor,), new[1]),
    ]
    chosen = [e for e, keep in zip([*exons, *others], flags[3:], strict=True) if keep]
    return [replace(e, called=bool(draw.random() < 0.5)) for e in chosen]


SEEDS = range(300)


def test_shares_are_between_0_and_1_and_sum_to_it():
    for seed in SEEDS:
        weights = [e.weight for e in weigh(drawn(np.random.default_rng(seed)))]
        assert all(0 <= weight <= 1 for weight in weights)
        assert sum(weights) <= 1 + 1e-9


def test_no_possibility_below_the_cutoffs_outweighs_what_is_called():
    for seed in SEEDS:
        found = weigh(drawn(np.random.default_rng(seed)))
        called = [e.weight for e in found if e.called] or [1 - sum(e.weight for e in found)]
        assert all(e.weight <= max(called) + 1e-9 for e in found if not e.called)


def test_a_more_probable_site_is_used_more():
    """The share of an event grows with P(alternate) of its new site, all else as it is."""
    for seed in SEEDS:
        events = [replace(e, called=True) for e in drawn(np.random.default_rng(seed))]
        for kind in ("pseudoexon", "cryptic_donor"):
            mine = [e for e in events if e.kind == kind]
            if len(mine) == 1 and not any(
                e.kind in ("pseudoexon", "cryptic_donor") for e in events if e not in mine
            ):
                shares = [weigh([_at(e, p, kind) for e in events]) for p in (0.2, 0.5, 0.9)]
                found = [next(e.weight for e in each if e.kind == kind) for each in shares]
                assert found == sorted(found)


def _at(event: Event, p: float, kind: str) -> Event:
    """The event with P(alternate) of its donor, if it is of the kind."""
    if event.kind != kind or event.donor is None:
        return event
    return replace(event, donor=replace(event.donor, ref=0.0, alt=p))


def test_normal_splicing_grows_with_what_an_annotated_site_keeps():
    for seed in SEEDS:
        events = [
            replace(e, called=True) for e in drawn(np.random.default_rng(seed)) if e.kind != "pseudoexon"
        ]
        shares = [normal(*(_keeping(e, alt) for e in events)) for alt in (0.0, 0.3, 0.6, 0.9)]
        assert shares == pytest.approx(sorted(shares))


def _keeping(event: Event, alt: float) -> Event:
    return replace(event, bypassed=tuple(replace(site, ref=0.9, alt=alt) for site in event.bypassed))


def test_a_site_that_keeps_most_of_its_probability_keeps_most_of_the_share():
    """Whatever is listed beside it, unless a site is made or a new exon defined."""
    for seed in SEEDS:
        events = [
            e for e in drawn(np.random.default_rng(seed)) if e.kind in ("exon_skipping", "intron_retention")
        ]
        assert normal(*(_keeping(e, 0.75) for e in events)) > 0.8


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
    return shares.Choices(table, offset, kinds, row, kinds[:3][best], genes, np.ones(variants, dtype=bool))


def test_the_fit_finds_the_coefficients_that_data_were_made_with():
    truth = np.array([1.0, -1.0, 0.0, 2.0, -0.5])
    data = made_up(truth)
    fitted = shares.fit(data, np.ones(len(data.measured), dtype=bool))
    assert fitted == pytest.approx(truth, abs=0.15)


def test_rows_that_are_left_out_have_no_part_in_the_fit():
    data = made_up(np.full(len(shares.NAMES), 0.5), variants=60)
    out = np.arange(60) < 20
    without = replace(data, fitted=~out)
    everyone = np.ones(60, dtype=bool)
    assert shares.fit(without, everyone) == pytest.approx(shares.fit(data, ~out))
    assert shares.fit(without, everyone) != pytest.approx(shares.fit(data, everyone))


def test_the_first_outcome_is_that_of_the_workflow_with_other_coefficients():
    found = [(None, list(EVENTS))]
    zeros = dict.fromkeys(shares.NAMES, 0.0)
    for name, kind in (("skipping", "skip"), ("cryptic", "alternative donor")):
        values = np.array([*(zeros | {name: 5.0}).values()])
        assert shares.firsts(found, values, np.array([True])).tolist() == [kind]
    assert shares.firsts(found, values, np.array([False])).tolist() == [""]


def test_a_gene_has_no_part_in_the_coefficients_it_is_judged_by():
    data = made_up(np.full(len(shares.NAMES), 0.5), variants=60)
    here = data.genes == "A"
    swapped = np.where(here, np.roll(data.measured, 1), data.measured)
    other = replace(data, measured=swapped)
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
