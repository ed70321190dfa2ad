"""Splicing events predicted from splice site probabilities.

The rules extend SAI-10k-calc (adavi4/SAI-10k-calc 7b69785, ``spliceAI_parser.R``): pairs of gains are pseudoexons,
pairs of losses are skipped exons and retained introns, single gains move an exon's edge. Differences: every position
is evaluated, not the largest change alone; a partner that is strong with the alternate allele counts even if
unchanged; losses count at annotated sites of the same type; sizes are those of the alternate sequence. Coordinates as
in :mod:`landfall.splicing.outcomes.sites`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from landfall.splicing.outcomes.proportions import weigh
from landfall.splicing.outcomes.sites import ACCEPTOR, DONOR, Event, Locus, OutcomeSettings, Site

STILL_USABLE = 0.8
"""Remaining fraction of its usage from which an annotated site that loses strength is described as usable."""


def find_events(locus: Locus) -> list[Event]:
    """Every predicted event with its weight; called ones first, then by weight."""
    found = [
        *pseudoexons(locus),
        *inclusions(locus),
        *moved_edges(locus, DONOR),
        *moved_edges(locus, ACCEPTOR),
    ]
    found += [*skippings(locus), *retentions(locus)]
    return sorted(
        weigh([*map(_with_unseen, found)]),
        key=lambda e: (not e.called, -e.weight, e.kind, locus.oriented(e.segment)),
    )


def judge_pair(
    changes: Sequence[float],
    strong: Sequence[bool],
    settings: OutcomeSettings,
    min_delta: float | None = None,
) -> bool | None:
    """Whether a pair of changes is called (True), only listed (False) or neither (None).

    ``changes``: those of the two sites. ``strong``: whether each site qualifies without a change. ``min_delta``: the
    smallest larger change of a called pair; None: that of the settings.
    """
    low = changes.index(min(changes))
    least = settings.min_delta if min_delta is None else min_delta
    for main, partner, verdict in (
        (least, settings.min_partner_delta, True),
        (settings.listed_delta, settings.listed_partner_delta, False),
    ):
        if max(changes) >= main and (changes[low] >= partner or strong[low]):
            return verdict
    return None


def pseudoexons(locus: Locus) -> Iterator[Event]:
    """Pairs of an unannotated acceptor and a downstream donor within one intron, 25 to 500 bases apart."""
    margin = locus.settings.min_intron
    for intron in range(len(locus.exons) - 1):
        left, right = locus.exons[intron][1] + margin, locus.exons[intron + 1][0] - margin
        donors = [d for d in locus.donors if left < d.u < right]
        for acceptor in (a for a in locus.acceptors if left < a.u < right):
            for donor in donors:
                event = _pseudoexon(locus, intron, acceptor, donor)
                if event is not None:
                    yield event


def _pseudoexon(locus: Locus, intron: int, acceptor: Site, donor: Site) -> Event | None:
    smallest, largest = locus.settings.pseudoexon_size
    if acceptor.u >= donor.u:
        return None
    segment = locus.span(acceptor.u, donor.u)
    start, end = locus.edit.interval(segment, (acceptor, donor))
    strong = [site.alt >= locus.settings.min_partner_alt for site in (acceptor, donor)]
    least = locus.settings.min_pseudoexon_delta
    called = judge_pair((acceptor.delta, donor.delta), strong, locus.settings, least)
    if called is None or not smallest <= end - start <= largest:
        return None
    place = f"intron {intron + 1}"
    known = segment in locus.gene_exons
    flanks = locus.native(DONOR, intron), locus.native(ACCEPTOR, intron + 1)
    return Event(
        kind="exon_inclusion" if known else "pseudoexon",
        exons=locus.with_exons([*locus.exons, (acceptor.u, donor.u)]),
        segment=segment,
        is_gain=True,
        location=place,
        acceptor=acceptor,
        donor=donor,
        called=called,
        reason=f"{acceptor.text} and {donor.text} pair within {place}"
        f"{', an exon of another transcript' if known else ''}; {_cutoffs(called, locus.settings, least)}",
        needed=tuple(site for site in flanks if site is not None),
        unseen=locus.unseen((DONOR, intron), (ACCEPTOR, intron + 1)),
    )


def _cutoffs(called: bool, settings: OutcomeSettings, least: float) -> str:
    if called:
        return f"one changes by {least:g} or more, its partner changes or is strong"
    return f"below the cut-offs of {least:g} and {settings.min_partner_delta:g}, not called"


def inclusions(locus: Locus) -> Iterator[Event]:
    """Internal exons whose annotated acceptor and donor both gain strength, so that more mRNAs include them."""
    for exon in range(1, len(locus.exons) - 1):
        sites = locus.native(ACCEPTOR, exon), locus.native(DONOR, exon)
        acceptor, donor = sites
        if acceptor is None or donor is None:
            continue
        called = judge_pair((acceptor.delta, donor.delta), (False, False), locus.settings)
        if called is not None:
            yield Event(
                kind="exon_inclusion",
                exons=locus.transcript.exons,
                segment=locus.span(*locus.exons[exon]),
                is_gain=True,
                location=f"exon {exon + 1}",
                acceptor=acceptor,
                donor=donor,
                called=called,
                reason=f"{acceptor.text} and {donor.text} of exon {exon + 1} gain strength; "
                f"{_cutoffs(called, locus.settings, locus.settings.min_delta)}",
            )


def moved_edges(locus: Locus, kind: str) -> Iterator[Event]:
    """Cryptic donors (or acceptors): an exon's edge moved into the intron or into the exon."""
    new = locus.donors if kind == DONOR else locus.acceptors
    exons = range(len(locus.exons) - 1) if kind == DONOR else range(1, len(locus.exons))
    for exon in exons:
        for site in new:
            event = _moved_edge(locus, kind, exon, site)
            if event is not None:
                yield event


def _moved_edge(locus: Locus, kind: str, exon: int, site: Site) -> Event | None:
    """The exon with its end (or start) at a new site; None if the site is too distant or weak, or leaves no intron."""
    first, last = locus.exons[exon]
    edge, outward, other = (last, 1, exon + 1) if kind == DONOR else (first, -1, exon - 1)
    distance = outward * (site.u - edge)
    neighbour = locus.exons[other][kind != DONOR]
    intron = outward * (neighbour - edge) - 1
    in_reach = -(last - first) <= distance <= locus.settings.max_extension
    if not in_reach or intron - distance < min(locus.settings.min_intron, intron):
        return None
    native = locus.native(kind, exon)
    called = _judge_edge(site, native, locus.settings)
    if called is None:
        return None
    gained = distance > 0
    begin, end = sorted((edge + outward, site.u)) if gained else sorted((site.u + outward, edge))
    changed = (first, site.u) if kind == DONOR else (site.u, last)
    place = f"exon {exon + 1}" if not gained else f"intron {exon + 1 if kind == DONOR else exon}"
    versus = f" instead of the annotated {native.text}" if native else ""
    verb = "lengthens" if gained else "shortens"
    return Event(
        kind=f"cryptic_{kind}",
        exons=locus.with_exons([*locus.exons[:exon], changed, *locus.exons[exon + 1 :]]),
        segment=locus.span(begin, end),
        is_gain=gained,
        location=place,
        acceptor=site if kind == ACCEPTOR else locus.native(ACCEPTOR, exon),
        donor=site if kind == DONOR else locus.native(DONOR, exon),
        called=called,
        reason=f"{site.text}{versus} {verb} exon {exon + 1}; {_edge_cutoffs(called, site, locus.settings)}",
        bypassed=(native,) if native else (),
        unseen=locus.unseen((kind, exon)),
    )


def _judge_edge(site: Site, native: Site | None, settings: OutcomeSettings) -> bool | None:
    """A gain alone suffices; a pre-existing site is called where the annotated one is lost."""
    replaces = (
        native is not None and native.decline >= settings.min_delta and site.alt >= settings.min_partner_alt
    )
    if site.delta >= settings.min_delta or replaces:
        return True
    return False if site.delta >= settings.listed_delta else None


def _edge_cutoffs(called: bool, site: Site, settings: OutcomeSettings) -> str:
    if not called:
        return f"below the cut-off of {settings.min_delta:g}, not called"
    if site.delta >= settings.min_delta:
        return f"a gain of {settings.min_delta:g} or more"
    return f"a pre-existing site, while the annotated one loses {settings.min_delta:g} or more"


def skippings(locus: Locus) -> Iterator[Event]:
    """Internal exons that lose a site, and consecutive exons whose sites within the window all lose strength."""
    for first in range(1, len(locus.exons) - 1):
        sites: list[Site] = []
        for last in range(first, len(locus.exons) - 1):
            seen = [s for s in (locus.native(ACCEPTOR, last), locus.native(DONOR, last)) if s is not None]
            if last > first and len(seen) < 2:
                break
            sites += seen
            called = _judge_losses(sites, last > first, locus.settings)
            if called is not None:
                yield _skipping(locus, first, last, sites, called)
            if min((s.decline for s in sites), default=0.0) < locus.settings.listed_partner_delta:
                break


def _judge_losses(sites: Sequence[Site], paired: bool, settings: OutcomeSettings) -> bool | None:
    """Whether losses are called (True), listed (False) or neither (None); ``paired``: every site must lose."""
    losses = [site.decline for site in sites]
    if not losses:
        return None
    return judge_pair((max(losses), min(losses)), (False, not paired), settings)


def _skipping(locus: Locus, first: int, last: int, sites: Sequence[Site], called: bool) -> Event:
    place = f"exon {first + 1}" if first == last else f"exons {first + 1} to {last + 1}"
    return Event(
        kind="exon_skipping",
        exons=locus.with_exons([*locus.exons[:first], *locus.exons[last + 1 :]]),
        segment=locus.span(locus.exons[first][0], locus.exons[last][1]),
        is_gain=False,
        location=place,
        acceptor=next((site for site in sites if site.kind == ACCEPTOR), None),
        donor=next((site for site in reversed(sites) if site.kind == DONOR), None),
        called=called,
        reason=f"{_losses(sites, place, locus.settings)}; {_loss_cutoffs(called, locus.settings)}",
        bypassed=tuple(sites),
        unseen=locus.unseen(*((kind, exon) for exon in range(first, last + 1) for kind in (ACCEPTOR, DONOR))),
    )


def retentions(locus: Locus) -> Iterator[Event]:
    """Introns whose donor or acceptor loses strength."""
    for intron in range(len(locus.exons) - 1):
        ends = locus.native(DONOR, intron), locus.native(ACCEPTOR, intron + 1)
        sites = [site for site in ends if site is not None]
        called = _judge_losses(sites, False, locus.settings)
        if called is not None:
            yield _retention(locus, intron, sites, called)


def _retention(locus: Locus, intron: int, sites: Sequence[Site], called: bool) -> Event:
    (first, left), (right, last) = locus.exons[intron], locus.exons[intron + 1]
    place = f"intron {intron + 1}"
    return Event(
        kind="intron_retention",
        exons=locus.with_exons([*locus.exons[:intron], (first, last), *locus.exons[intron + 2 :]]),
        segment=locus.span(left + 1, right - 1),
        is_gain=True,
        location=place,
        acceptor=next((site for site in sites if site.kind == ACCEPTOR), None),
        donor=next((site for site in sites if site.kind == DONOR), None),
        called=called,
        reason=f"{_losses(sites, place, locus.settings)}; {_loss_cutoffs(called, locus.settings)}",
        bypassed=tuple(sites),
        unseen=locus.unseen((DONOR, intron), (ACCEPTOR, intron + 1)),
    )


def _losses(sites: Sequence[Site], place: str, settings: OutcomeSettings) -> str:
    """Text on the sites that lose strength and those that do not."""
    lost = [_weakened(s) for s in sites if s.decline >= settings.listed_partner_delta]
    kept = [s.text for s in sites if s.decline < settings.listed_partner_delta]
    words = f"{' and '.join(lost)} of {place} {'lose' if len(lost) > 1 else 'loses'} strength"
    return f"{words}, {' and '.join(kept)} does not" if kept else words


def _weakened(site: Site) -> str:
    """Text on a site that loses strength; whether it stays usable."""
    return f"{site.text[:-1]}, still usable)" if site.kept >= STILL_USABLE else site.text


def _with_unseen(event: Event) -> Event:
    """The event, its reason with the sites of which nothing is known."""
    if not event.unseen:
        return event
    verb, what = ("lies", "its") if len(event.unseen) == 1 else ("lie", "their")
    words = f"{' and '.join(event.unseen)} {verb} outside the scored window, {what} change is unknown"
    return replace(event, reason=f"{event.reason}; {words}")


def _loss_cutoffs(called: bool, settings: OutcomeSettings) -> str:
    if called:
        return f"a loss of {settings.min_delta:g} or more"
    return f"below the cut-off of {settings.min_delta:g}, not called"
