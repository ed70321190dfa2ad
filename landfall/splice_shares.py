"""How likely each predicted change of splicing is: weights, of which consequences.py makes shares.

The formula is ours: simple enough to be followed by hand, and for a single new pair of sites the shares agree
with the model's own probabilities. It orders alternatives with the meaning of a proportion; it is not calibrated.

What becomes of an exon whose site is lost follows three findings. Where the network lets the exon's other site
fall too, the exon as a whole is no longer recognised and is skipped (exon definition: Berget, J Biol Chem
270:2411, 1995); as far as the other site stands, the exon is still recognised, and the intron is kept. Introns in
GC-rich surroundings are the ones retained (Amit et al., Cell Rep 1:543, 2012; Braunschweig et al., Genome Res
24:1774, 2014). And a cryptic site competes with the strength that the lost one had. The three constants below were
chosen on variants measured on RNA; ``python -m benchmarks.outcomes`` prints what they achieve there, and what
others, chosen without a gene, achieve on that gene.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt

from landfall.splice_sites import Event, Site

LEAST = 0.05
"""Part of either fate of a damaged exon, skipped or still recognised, at least: neither is ever ruled out."""
USUAL_GC, GC_RANGE = 0.45, (0.35, 0.55)
"""GC where retention has its base weight, and the range beyond which more or less changes nothing."""
WEAKEST_NATIVE = 0.5
"""P(reference) of a replaced site counts as this at least."""
NEAR = 100
"""Bases of intron that a moved edge may take without a penalty; beyond, the weight falls in proportion."""


@dataclass(frozen=True)
class Constants:
    """What was chosen on variants measured on RNA; no units."""

    steepness: float = 3.0
    """How fast an exon is skipped with the loss of its other site: altogether at 1 / steepness."""
    retained: float = 0.6
    """Weight of retention where a site is lost altogether, the exon's other one stands, and GC is usual."""
    retained_gc: float = 12.0
    """How steeply its logarithm rises with GC."""


CHOSEN = Constants()


def weigh(events: Sequence[Event], constants: Constants = CHOSEN) -> list[Event]:
    """The events with their weights, from the alternate probabilities p of the sites they use.

    - new exon (pseudoexon, or an exon of another transcript): sqrt(p_acceptor * p_donor * f_acceptor * f_donor),
      where f is the part that this pairing has in a site used by several: the partner's p over the sum of all its
      partners' p; times the smaller k (below) of the annotated sites on either side of its intron;
    - exon of this transcript, more included: sqrt(p_acceptor * p_donor) less the same with the reference allele;
    - cryptic site: p / P(ref) of the replaced site, times min(1, 100 / bases of intron taken), times 1 - the largest
      weight of a new exon that uses the same site;
    - exon skipping: l * s, with s = 3 * m held between 0.05 and 0.95, l and m the largest and smallest loss 1 - k of
      the sites avoided, k = min(1, P(alt) / P(ref)) what is left of an annotated site;
    - intron retention: 0.6 * l * (1 - s) * exp(12 * (GC - 0.45)), m the loss of the other site of the exon beside it.

    Normal splicing has the weight of :func:`normal_weight`; a share is a weight over the sum of all.
    """
    pairs = [event for event in events if _is_new_exon(event)]
    taken: dict[tuple[str, int], float] = {}
    for event in pairs:
        for site in event.sites:
            rival = taken.get((site.kind, site.u), 0.0)
            taken[site.kind, site.u] = max(rival, _new_exon_weight(event, pairs))
    return [replace(event, weight=_weight(event, pairs, taken, constants)) for event in events]


def _is_new_exon(event: Event) -> bool:
    return event.kind == "pseudoexon" or (event.kind == "exon_inclusion" and bool(event.needed))


def _weight(
    event: Event, pairs: Sequence[Event], taken: Mapping[tuple[str, int], float], constants: Constants
) -> float:
    if _is_new_exon(event):
        return _new_exon_weight(event, pairs)
    if event.kind == "exon_inclusion":
        acceptor, donor = event.sites
        return max(0.0, sqrt(acceptor.alt * donor.alt) - sqrt(acceptor.ref * donor.ref))
    if event.kind.startswith("cryptic"):
        site = moved_site(event)
        return _moved_weight(event, site) * (1 - taken.get((site.kind, site.u), 0.0))
    lost = [1 - site.kept for site in event.bypassed]
    if event.kind == "exon_skipping":
        return float(max(lost) * _skipped(min(lost), constants))
    low, high = GC_RANGE
    richness = min(max(event.gc, low), high) - USUAL_GC
    base = constants.retained * exp(constants.retained_gc * richness)
    return float(base * max(lost) * (1 - _skipped(1 - event.held, constants)))


def _skipped(other: float, constants: Constants) -> float:
    """How often an exon with a lost site is skipped, 0 to 1, by the loss of its other site."""
    return min(max(constants.steepness * other, LEAST), 1 - LEAST)


def _moved_weight(event: Event, site: Site) -> float:
    native = max((s.ref for s in event.bypassed), default=1.0)
    taken = event.segment[1] - event.segment[0] if event.gained else 0
    reach = min(1.0, NEAR / taken) if taken else 1.0
    return float(site.alt * reach / max(native, WEAKEST_NATIVE))


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
