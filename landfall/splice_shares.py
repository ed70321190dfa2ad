"""How likely each predicted change of splicing is: weights, of which consequences.py makes shares.

The formula is ours: simple enough to be followed by hand, and for a single new pair of sites or a single new
site beside an intact one the shares agree with the model's own probabilities. It orders alternatives with the
meaning of a proportion; it is not calibrated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod, sqrt

from landfall.splice_sites import Event, Site

MOST_KEPT = 0.99
"""What is left of an untouched annotated site when its partner is lost."""


def weigh(events: Sequence[Event]) -> list[Event]:
    """The events with their weights, from the alternate probabilities p of the sites they use.

    - pseudoexon: sqrt(p_acceptor * p_donor * f_acceptor * f_donor), where f is the part that this pairing has
      in a site used by several pseudoexons: the partner's p over the sum of all its partners' p; times the
      smaller k (below) of the annotated sites on either side of its intron;
    - cryptic site: p * (1 - the largest weight of a pseudoexon that uses the same site);
    - exon skipping and intron retention: the geometric mean of 1 - k over the annotated sites avoided, times
      1 - :func:`strongest_gain`; k = min(1, P(alt) / P(ref)) is what is left of an annotated site, taken as
      0.99 at most, so that a lost site has a consequence although its partner is untouched.

    Normal splicing has the weight of :func:`normal_weight`; a share is a weight over the sum of all.
    """
    pairs = [e for e in events if e.kind == "pseudoexon"]
    taken: dict[tuple[str, int], float] = {}
    for event in pairs:
        for site in event.sites:
            rival = taken.get((site.kind, site.u), 0.0)
            taken[site.kind, site.u] = max(rival, _pseudoexon_weight(event, pairs))
    left = 1 - strongest_gain(events)
    return [replace(event, weight=_weight(event, pairs, taken, left)) for event in events]


def _weight(
    event: Event, pairs: Sequence[Event], taken: Mapping[tuple[str, int], float], left: float
) -> float:
    if event.kind == "pseudoexon":
        return _pseudoexon_weight(event, pairs)
    if event.kind.startswith("cryptic"):
        site = moved_site(event)
        return site.alt * (1 - taken.get((site.kind, site.u), 0.0))
    missing = prod(1 - min(site.kept, MOST_KEPT) for site in event.bypassed)
    return left * float(missing ** (1 / len(event.bypassed)))


def moved_site(event: Event) -> Site:
    """The new site of a cryptic_donor or cryptic_acceptor event."""
    site = event.donor if event.kind == "cryptic_donor" else event.acceptor
    if site is None:
        raise ValueError(f"an event {event.kind} without its site")
    return site


def _pseudoexon_weight(event: Event, pairs: Sequence[Event]) -> float:
    acceptor, donor = event.sites
    donors = sum(e.sites[1].alt for e in pairs if e.sites[0].u == acceptor.u)
    acceptors = sum(e.sites[0].alt for e in pairs if e.sites[1].u == donor.u)
    if donors == 0 or acceptors == 0:
        return 0.0
    joined = min((site.kept for site in event.needed), default=1.0)
    return joined * sqrt(acceptor.alt * donor.alt * (donor.alt / donors) * (acceptor.alt / acceptors))


def strongest_gain(events: Sequence[Event]) -> float:
    """The largest sqrt(p_acceptor * p_donor) of a pseudoexon or p of a moved edge; 0 without either."""
    strengths = [sqrt(e.sites[0].alt * e.sites[1].alt) for e in events if e.kind == "pseudoexon"]
    strengths += [moved_site(e).alt for e in events if e.kind.startswith("cryptic")]
    return min(1.0, max(strengths, default=0.0))


def normal_weight(events: Sequence[Event]) -> float:
    """Weight of normal splicing: what is left of the weakest annotated site avoided, times 1 - the
    strongest gain.
    """
    kept = min((site.kept for event in events for site in event.bypassed), default=1.0)
    return kept * (1 - strongest_gain(events))
