"""How likely each predicted change of splicing is: weights, of which consequences.py makes shares.

New exons are weighed by a formula of the model's own probabilities. What becomes of a damaged site (the exon is
skipped, the intron kept, a cryptic site used instead) is a discrete choice (conditional logit: McFadden, in
Frontiers in Econometrics, 1974): every possible outcome has a score from its features, and its part of what is
changed grows with exp(score). Where the network lets the exon's other site fall too, the exon as a whole is no
longer recognised and is skipped, the more so between long introns (exon definition: Berget, J Biol Chem 270:2411,
1995; Fox-Walsh et al., PNAS 102:16176, 2005). Introns in GC-rich surroundings are the ones retained (Amit et al.,
Cell Rep 1:543, 2012; Braunschweig et al., Genome Res 24:1774, 2014). And where annotated sites are weak, a cryptic
one competes with them more easily. The coefficients (``splice_shares.json``) come from ``python -m
benchmarks.shares``, which prints how well they do on genes they were not fitted on. They order the alternatives
with the meaning of a proportion; they are not calibrated.
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
"""The loss of an exon's other site counts as this at least."""
WEAKEST_SITE = 0.05
"""P(reference) of an exon's weaker site counts as this at least."""
MARGIN = 0.02
"""Kept from 0 and 1 in the log-odds of a replaced site."""
USUAL_INTRON = 1_500
"""Bases of intron at which the feature of their length is 0."""
USUAL_GC, GC_RANGE = 0.45, (0.35, 0.55)
"""GC where its features are 0, and the range beyond which more or less changes nothing."""


@cache
def coefficients(path: Path = COEFFICIENTS) -> Mapping[str, float]:
    """What each feature adds to the score of an outcome."""
    fitted: Mapping[str, float] = json.loads(path.read_text(encoding="utf-8"))["coefficients"]
    return fitted


def features(event: Event) -> dict[str, float]:
    """The features of a choice (:func:`is_choice`), without units; the names of the coefficients.

    All logarithms are natural. Retention is what the constants of the others are measured against.
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
    """How large the change behind a choice is, 0 to 1: P(alternate) of a cryptic site, or the largest loss 1 - k."""
    if event.kind.startswith("cryptic"):
        return moved_site(event).alt
    return max(1 - site.kept for site in event.bypassed)


def is_choice(event: Event) -> bool:
    """Whether an event is one of the things that may become of a damaged site."""
    return event.kind in ("exon_skipping", "intron_retention") or event.kind.startswith("cryptic")


def weigh(events: Sequence[Event]) -> list[Event]:
    """The events with their weights, from the alternate probabilities p of the sites they use.

    - new exon (pseudoexon, or an exon of another transcript): sqrt(p_acceptor * p_donor * f_acceptor * f_donor),
      where f is the part that this pairing has in a site used by several: the partner's p over the sum of all its
      partners' p; times the smaller k (below) of the annotated sites on either side of its intron;
    - exon of this transcript, more included: sqrt(p_acceptor * p_donor) less the same with the reference allele;
    - exon skipping, intron retention, cryptic site: c * e over the sum of all their e, with e = sqrt(a) * exp(sum of
      coefficient times feature), a the :func:`amount`, and c what they change together, 1 - :func:`normal_weight` of
      them alone; of a cryptic site times 1 - the largest weight of a new exon that uses the same site. Of c the part
      g / (1 + g) goes to cryptic sites beforehand, with g what those gain whose AG or GT the variant makes while it
      leaves that of the annotated site alone. Such a site is not lost but outcompeted, and its exon still recognised:
      a site made with P 1 counts as much as all that becomes of a lost one.

    k = min(1, P(alt) / P(ref)) is what is left of an annotated site. Normal splicing has the weight of
    :func:`normal_weight`; a share is a weight over the sum of all.
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
    """What a cryptic site gains that the variant makes, beside an annotated one whose own AG or GT it leaves alone."""
    if not event.kind.startswith("cryptic") or any(site.changed for site in event.bypassed):
        return 0.0
    site = moved_site(event)
    return max(site.delta, 0.0) if site.changed else 0.0


def _is_new_exon(event: Event) -> bool:
    return event.kind == "pseudoexon" or (event.kind == "exon_inclusion" and bool(event.needed))


def _weight(
    event: Event, pairs: Sequence[Event], taken: Mapping[tuple[str, int], float], chosen: float
) -> float:
    """The weight of :func:`weigh`; chosen: that of a choice, before new exons take their part of its site."""
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
    """Weight of normal splicing: what is left of the weakest annotated site avoided, times 1 - the
    strongest gain.
    """
    kept = min((site.kept for event in events for site in event.bypassed), default=1.0)
    return kept * (1 - strongest_gain(events))
