"""Transcript proportions of the predicted splicing events: the weights behind them.

New exons are weighted by the model's site probabilities. The outcome of a damaged site (exon skipping, intron
retention, cryptic site) is a discrete choice (conditional logit: McFadden, in Frontiers in Econometrics, 1974): each
possible outcome has a score from its features, and its part of the changed transcripts is proportional to exp(score).
Where the predicted probability of the exon's other site falls as well, the whole exon is no longer recognised and is
skipped, more so between long introns (exon definition: Berget, J Biol Chem 270:2411, 1995; Fox-Walsh et al., PNAS
102:16176, 2005). Introns in GC-rich regions are preferentially retained (Amit et al., Cell Rep 1:543, 2012;
Braunschweig et al., Genome Res 24:1774, 2014). Weak annotated sites are more easily outcompeted by a cryptic one. The
coefficients (``proportions.json``) come from ``python -m benchmarks.shares``, which prints their performance on
held-out genes. The proportions order the alternatives; they are not calibrated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import exp, log, sqrt
from pathlib import Path

from landfall.splicing.outcomes.sites import Event, Site

COEFFICIENTS = Path(__file__).with_suffix(".json")

LEAST_LOSS = 0.05
"""Lower bound of the loss at an exon's other site."""
WEAKEST_SITE = 0.05
"""Lower bound of P(reference) at an exon's weaker site."""
MARGIN = 0.02
"""Distance from 0 and 1 to which the probability of a replaced site is clipped before its log-odds."""
USUAL_INTRON = 1_500
"""Intron length in bases at which its feature is 0."""
USUAL_GC, GC_RANGE = 0.45, (0.35, 0.55)
"""GC content at which its features are 0, and the range to which it is clipped."""


@cache
def coefficients(path: Path = COEFFICIENTS) -> Mapping[str, float]:
    """Coefficients of the features in the score of an outcome."""
    fitted: Mapping[str, float] = json.loads(path.read_text(encoding="utf-8"))["coefficients"]
    return fitted


def features(event: Event) -> dict[str, float]:
    """The features of a choice (:func:`is_choice`), without units, by the name of their coefficient.

    All logarithms are natural. Intron retention is the reference category of the constants.
    """
    low, high = GC_RANGE
    gc = 10 * (min(max(event.gc, low), high) - USUAL_GC)
    if event.kind == "intron_retention":
        return {"retention.gc": gc}
    if event.kind == "exon_skipping":
        return {
            "skipping": 1.0,
            "skipping.gc": gc,
            "skipping.other_loss": log(max(min(1 - site.kept for site in event.bypassed), LEAST_LOSS)),
            "skipping.weaker_site": log(max(min(site.ref for site in event.bypassed), WEAKEST_SITE)),
            "skipping.introns": log(max(event.intron_nt, 1.0) / USUAL_INTRON),
        }
    native = max((site.ref for site in event.bypassed), default=1.0)
    return {"cryptic": 1.0, "cryptic.native": log((native + MARGIN) / (1 - native + MARGIN))}


def amount(event: Event) -> float:
    """Magnitude of the change behind a choice, 0 to 1: P(alternate) of a cryptic site, or the largest loss 1 - k."""
    if event.kind.startswith("cryptic"):
        return moved_site(event).alt
    return max(1 - site.kept for site in event.bypassed)


def is_choice(event: Event) -> bool:
    """Whether an event is a possible outcome of a damaged site."""
    return event.kind in ("exon_skipping", "intron_retention") or event.kind.startswith("cryptic")


def weigh(events: Sequence[Event]) -> list[Event]:
    """The events with their weights, from the alternate probabilities p of the sites they use.

    - new exon (pseudoexon, or an exon of another transcript): sqrt(p_acceptor * p_donor * f_acceptor * f_donor),
      where f is the fraction of a shared site that belongs to this pair: the partner's p over the sum of all its
      partners' p; times the smaller k (below) of the annotated sites on either side of its intron;
    - exon of this transcript, more included: sqrt(p_acceptor * p_donor) minus the same with the reference allele;
    - exon skipping, intron retention, cryptic site: c * e over the sum of all their e, with e = sqrt(a) * exp(sum of
      coefficient times feature), a the :func:`amount`, and c their total change, 1 - :func:`normal_weight` of them
      alone; for a cryptic site times 1 - the largest weight of a new exon that uses the same site. Of c the fraction
      g / (1 + g) is first assigned to cryptic sites, with g the gain of those whose AG or GT the variant creates while
      leaving that of the annotated site intact. The annotated site is then outcompeted, not lost, and its exon is
      still recognised: a site created with P 1 has the weight of all outcomes of a lost one.

    k = min(1, P(alt) / P(ref)) is the remaining strength of an annotated site. Normal splicing has the weight of
    :func:`normal_weight`; a proportion is a weight over the sum of all.
    """
    pairs = [event for event in events if _is_new_exon(event)]
    taken: dict[tuple[str, int], float] = {}
    for event in pairs:
        for site in event.sites:
            rival = taken.get((site.kind, site.u), 0.0)
            taken[site.kind, site.u] = max(rival, _new_exon_weight(event, pairs))
    choices = [event for event in events if is_choice(event)]
    total = sum(_strength(event) for event in choices)
    changed = 1 - normal_weight(choices)
    scale = changed / total if total else 0.0
    gained = sum(_made(event) for event in choices)
    displaced = gained / (1 + gained)

    def chosen(event: Event) -> float:
        lost = scale * _strength(event)
        won = changed * _made(event) / gained if gained else 0.0
        return lost + displaced * (won - lost)

    weights = [chosen(event) if is_choice(event) else 0.0 for event in events]
    return [
        replace(event, weight=_weight(event, pairs, taken, weight))
        for event, weight in zip(events, weights, strict=True)
    ]


def _made(event: Event) -> float:
    """Gain of a cryptic site whose AG or GT the variant creates, the annotated site's own AG or GT being intact."""
    if not event.kind.startswith("cryptic") or any(site.changed for site in event.bypassed):
        return 0.0
    site = moved_site(event)
    return max(site.delta, 0.0) if site.changed else 0.0


def _is_new_exon(event: Event) -> bool:
    return event.kind == "pseudoexon" or (event.kind == "exon_inclusion" and bool(event.needed))


def _weight(
    event: Event, pairs: Sequence[Event], taken: Mapping[tuple[str, int], float], chosen: float
) -> float:
    """The weight of :func:`weigh`; chosen: that of a choice, before the part of new exons at its site is subtracted."""
    if _is_new_exon(event):
        return _new_exon_weight(event, pairs)
    if event.kind == "exon_inclusion":
        acceptor, donor = event.sites
        return max(0.0, sqrt(acceptor.alt * donor.alt) - sqrt(acceptor.ref * donor.ref))
    if event.kind.startswith("cryptic"):
        site = moved_site(event)
        return chosen * (1 - taken.get((site.kind, site.u), 0.0))
    return chosen


def _strength(event: Event) -> float:
    """e of :func:`weigh`."""
    score = sum(coefficients()[name] * value for name, value in features(event).items())
    return sqrt(amount(event)) * exp(score)


def moved_site(event: Event) -> Site:
    """The new site of a cryptic_donor or cryptic_acceptor event."""
    site = event.donor if event.kind == "cryptic_donor" else event.acceptor
    if site is None:
        raise ValueError(f"an event {event.kind} without its site")
    return site


def _new_exon_weight(event: Event, pairs: Sequence[Event]) -> float:
    acceptor, donor = event.sites
    donors = sum(e.sites[1].alt for e in pairs if e.sites[0].u == acceptor.u)
    acceptors = sum(e.sites[0].alt for e in pairs if e.sites[1].u == donor.u)
    if donors == 0 or acceptors == 0:
        return 0.0
    joined = min((site.kept for site in event.needed), default=1.0)
    return joined * sqrt(acceptor.alt * donor.alt * (donor.alt / donors) * (acceptor.alt / acceptors))


def strongest_gain(events: Sequence[Event]) -> float:
    """The largest sqrt(p_acceptor * p_donor) of a new exon or p of a moved edge; 0 without either."""
    strengths = [sqrt(e.sites[0].alt * e.sites[1].alt) for e in events if _is_new_exon(e)]
    strengths += [moved_site(e).alt for e in events if e.kind.startswith("cryptic")]
    return min(1.0, max(strengths, default=0.0))


def normal_weight(events: Sequence[Event]) -> float:
    """Weight of normal splicing: the smallest remaining strength of the bypassed annotated sites, times 1 - the
    strongest gain.
    """
    kept = min((site.kept for event in events for site in event.bypassed), default=1.0)
    return kept * (1 - strongest_gain(events))
