"""Transcript proportions of the predicted splicing events: the weights behind them.

New exons are weighted by the model's site probabilities. The outcome of a damaged site (exon skipping, intron
retention, cryptic site) is a discrete choice (conditional logit: McFadden, in Frontiers in Econometrics, 1974): each
possible outcome has a score from its features, and its part of the changed transcripts is proportional to exp(score).
Where the predicted probability of the exon's other site falls as well, the whole exon is no longer recognised and is
skipped (exon definition: Berget, J Biol Chem 270:2411, 1995). Weak annotated sites are more easily outcompeted by a
cryptic one. The coefficients (``proportions.json``) come from ``python -m benchmarks.shares``, which prints their
performance on held-out genes. The proportions order the alternatives; they are not calibrated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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


@cache
def coefficients(path: Path = COEFFICIENTS) -> Mapping[str, float]:
    """Coefficients of the features in the score of an outcome."""
    fitted: Mapping[str, float] = json.loads(path.read_text(encoding="utf-8"))["coefficients"]
    return fitted


def features(event: Event) -> dict[str, float]:
    """The features of a choice (:func:`is_choice`), without units, by the name of their coefficient.

    All logarithms are natural. Intron retention is the reference category of the constants.
    """
    if event.kind == "intron_retention":
        return {}
    if event.kind == "exon_skipping":
        return {
            "skipping": 1.0,
            "skipping.other_loss": log(max(_least_fall(event), LEAST_LOSS)),
            "skipping.weaker_site": log(max(min(site.ref for site in event.bypassed), WEAKEST_SITE)),
        }
    native = max((site.ref for site in event.bypassed), default=1.0)
    return {"cryptic": 1.0, "cryptic.native": log((native + MARGIN) / (1 - native + MARGIN))}


def _least_fall(event: Event) -> float:
    """The smallest fall of the sites of a skipped exon; none where one of them is not known."""
    return 0.0 if event.unseen else min(site.fall for site in event.bypassed)


def amount(event: Event) -> float:
    """Magnitude of a choice, 0 to 1: P(alternate) of a cryptic site, or the largest fall of a bypassed site."""
    if event.kind.startswith("cryptic"):
        return moved_site(event).alt
    return max(site.fall for site in event.bypassed)


def is_choice(event: Event) -> bool:
    """Whether an event is a possible outcome of a damaged site."""
    return event.kind in ("exon_skipping", "intron_retention") or event.kind.startswith("cryptic")


def weigh(events: Sequence[Event]) -> list[Event]:
    """The events with their shares of the transcripts as weights; normal splicing has what is left of 1.

    Three steps, each of which divides what the one before leaves:

    1. New exons. Two sites define an exon jointly, with the strength s = sqrt(p_acceptor p_donor) with the alternate
       allele minus that with the reference, times the smaller k of the annotated sites on either side of its intron.
       Exons exclude each other: together they have the strength of the strongest, divided in proportion to s squared.
    2. Edges. An annotated site keeps its place in n = k / max(1, k + g) of the rest: k is the remaining fraction of its
       usage (:attr:`landfall.splicing.outcomes.sites.Site.kept`), g the largest gain of a site that would replace it.
       Normal splicing has the smallest n. Sites that displace one that is usable have k - n, in proportion to their
       gains, each as far as its gain exceeds the loss of the annotated site; those with an AG or GT that the variant
       creates, that of the annotated site being intact, have g / max(1, k + g).
    3. Damage. What is left is divided among all choices in proportion to :func:`_strength`.

    Of the gain of a site only what no new exon uses counts in step 2, so that it is never counted twice.
    """
    exons = _new_exons(events)
    rest = 1 - sum(exons.values())
    edges = _edges(events, exons)
    normal = min((edge.normal for edge in edges), default=1.0)
    direct = {key: share for edge in edges for key, share in edge.displacing().items()}
    scale = min(1.0, (1 - normal) / total) if (total := sum(direct.values())) else 1.0
    damage = max(0.0, 1 - normal - scale * total)
    strengths = {id(event): _strength(event) for event in events if is_choice(event)}
    per_strength = damage / sum(strengths.values()) if any(strengths.values()) else 0.0

    def share(event: Event) -> float:
        if id(event) in exons:
            return exons[id(event)]
        return rest * (scale * direct.get(id(event), 0.0) + per_strength * strengths.get(id(event), 0.0))

    return _bounded([replace(event, weight=share(event)) for event in events])


def _bounded(events: Sequence[Event]) -> list[Event]:
    """The events below the cut-offs scaled such that none outweighs the first that is called, or normal splicing."""
    called = [event.weight for event in events if event.called]
    listed = [event.weight for event in events if not event.called]
    if not any(listed):
        return list(events)
    most = max(called) / max(listed) if called else 1 / (max(listed) + sum(listed))
    return [
        event if event.called else replace(event, weight=min(1.0, most) * event.weight) for event in events
    ]


def _new_exons(events: Sequence[Event]) -> dict[int, float]:
    """Shares of new exons, and of exons that are included more often, by the identity of their events."""
    found = {id(e): _exon_strength(e) for e in events if e.kind in ("pseudoexon", "exon_inclusion")}
    squares = sum(strength**2 for strength in found.values())
    if not squares:
        return dict.fromkeys(found, 0.0)
    strongest = max(found.values())
    return {key: strongest * strength**2 / squares for key, strength in found.items()}


def _exon_strength(event: Event) -> float:
    """s of :func:`weigh`."""
    acceptor, donor = event.sites
    gained = sqrt(acceptor.alt * donor.alt) - sqrt(acceptor.ref * donor.ref)
    return max(0.0, gained) * min((site.kept for site in event.needed), default=1.0)


@dataclass(frozen=True)
class _Edge:
    """An annotated splice site, k and the loss of it, and the sites that would replace it with their gains."""

    kept: float
    loss: float
    gains: Mapping[int, float]
    made: frozenset[int]
    """Those of the gains whose AG or GT the variant creates."""

    @property
    def _whole(self) -> float:
        return max(1.0, self.kept + max(self.gains.values(), default=0.0))

    @property
    def normal(self) -> float:
        """n of :func:`weigh`."""
        return self.kept / self._whole

    def displacing(self) -> dict[int, float]:
        """The shares of the sites that displace the annotated one."""
        if made := {key: self.gains[key] for key in self.made}:
            return _divided(max(made.values()) / self._whole, made, made)
        beyond = {key: max(0.0, gain - self.loss) for key, gain in self.gains.items()}
        return _divided(self.kept - self.normal, beyond, self.gains)


def _divided(pool: float, parts: Mapping[int, float], of: Mapping[int, float]) -> dict[int, float]:
    """The pool in parts of a whole that is the sum of ``of``."""
    whole = sum(of.values())
    return {key: pool * part / whole for key, part in parts.items()} if whole else {}


def _edges(events: Sequence[Event], exons: Mapping[int, float]) -> list[_Edge]:
    """The annotated sites that the events bypass."""
    used: dict[tuple[str, int], float] = {}
    for event in events:
        for site in event.sites if id(event) in exons else ():
            used[site.kind, site.u] = used.get((site.kind, site.u), 0.0) + exons[id(event)]
    moved: dict[object, list[Event]] = {}
    natives: dict[object, tuple[float, float]] = {}
    for event in events:
        if is_choice(event):
            natives |= {(site.kind, site.u): (site.kept, max(0.0, site.loss)) for site in event.bypassed}
        if _moves(event):
            edge = next(((site.kind, site.u) for site in event.bypassed), None)
            natives.setdefault(edge, (1.0, 0.0))
            moved.setdefault(edge, []).append(event)
    return [
        _Edge(
            kept,
            loss,
            {id(event): _gain(event, used) for event in moved.get(edge, ())},
            frozenset(id(event) for event in moved.get(edge, ()) if _made(event)),
        )
        for edge, (kept, loss) in natives.items()
    ]


def _gain(event: Event, used: Mapping[tuple[str, int], float]) -> float:
    """Gain of a moved edge's site that no new exon uses."""
    site = moved_site(event)
    return max(0.0, site.delta - used.get((site.kind, site.u), 0.0))


def _moves(event: Event) -> bool:
    return event.kind.startswith("cryptic")


def _made(event: Event) -> bool:
    """Whether the variant creates the AG or GT of a cryptic site and leaves that of the annotated site intact."""
    return moved_site(event).changed and not any(site.changed for site in event.bypassed)


def _strength(event: Event) -> float:
    """Relative probability of a choice: sqrt(a) * exp(sum of coefficient times feature), a the :func:`amount`."""
    score = sum(coefficients()[name] * value for name, value in features(event).items())
    return sqrt(amount(event)) * exp(score)


def moved_site(event: Event) -> Site:
    """The new site of a cryptic_donor or cryptic_acceptor event."""
    site = event.donor if event.kind == "cryptic_donor" else event.acceptor
    if site is None:
        raise ValueError(f"an event {event.kind} without its site")
    return site
