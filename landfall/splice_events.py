"""From splice site probabilities to the changes of splicing they suggest.

The rules start from SAI-10k-calc (adavi4/SAI-10k-calc 7b69785, ``spliceAI_parser.R``): pairs of gains make
pseudoexons, pairs of losses make skipped exons and retained introns, single gains move an exon's edge. Four
things differ. Every position is judged, not the largest change alone. A partner that is strong with the
alternate allele counts although it did not change. Losses count at annotated sites of the right type. Sizes
are those of the alternate sequence. Coordinates are those of :mod:`landfall.splice_sites`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from landfall.splice_shares import weigh
from landfall.splice_sites import ACCEPTOR, DONOR, Event, Locus, OutcomeSettings, Site


def find_events(locus: Locus) -> list[Event]:
    """Every change of splicing the probabilities suggest, weighted; called ones first, then by weight."""
    found = [*pseudoexons(locus), *moved_edges(locus, DONOR), *moved_edges(locus, ACCEPTOR)]
    found += [*skippings(locus), *retentions(locus)]
    events = {(event.kind, event.segment): event for event in found}
    events.update({(event.kind, event.segment): event for event in unexplained_losses(locus, found)})
    return sorted(weigh(list(events.values())), key=lambda e: (not e.called, -e.weight, e.kind, e.segment))


def judge_pair(changes: Sequence[float], strong: Sequence[bool], settings: OutcomeSettings) -> bool | None:
    """Whether a pair of changes is called (True), only listed (False) or neither (None).

    ``changes`` are those of the two sites, ``strong`` says whether each may stand without one.
    """
    low = changes.index(min(changes))
    for main, partner, verdict in (
        (settings.min_delta, settings.min_partner_delta, True),
        (settings.listed_delta, settings.listed_partner_delta, False),
    ):
        if max(changes) >= main and (changes[low] >= partner or strong[low]):
            return verdict
    return None


def pseudoexons(locus: Locus) -> Iterator[Event]:
    """An acceptor and, downstream, a donor that are not annotated, both deep in one intron, 25 to 500
    bases apart.
    """
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
    called = judge_pair((acceptor.delta, donor.delta), strong, locus.settings)
    if called is None or not smallest <= end - start <= largest:
        return None
    place = f"intron {intron + 1}"
    flanks = locus.native(DONOR, intron), locus.native(ACCEPTOR, intron + 1)
    return Event(
        kind="pseudoexon",
        exons=locus.with_exons([*locus.exons, (acceptor.u, donor.u)]),
        segment=segment,
        gained=True,
        location=place,
        acceptor=acceptor,
        donor=donor,
        called=called,
        reason=f"{acceptor.text} and {donor.text} pair within {place}; {_cutoffs(called, locus.settings)}",
        needed=tuple(site for site in flanks if site is not None),
    )


def _cutoffs(called: bool, settings: OutcomeSettings) -> str:
    if called:
        return f"one changes by {settings.min_delta:g} or more, its partner changes or is strong enough"
    return f"a possibility below the cut-offs of {settings.min_delta:g} and {settings.min_partner_delta:g}"


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
    """The exon ending (or beginning) at a new site; None if the site is too far, too weak or leaves no
    intron.
    """
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
        gained=gained,
        location=place,
        acceptor=site if kind == ACCEPTOR else locus.native(ACCEPTOR, exon),
        donor=site if kind == DONOR else locus.native(DONOR, exon),
        called=called,
        reason=f"{site.text}{versus} {verb} exon {exon + 1}; {_edge_cutoffs(called, site, locus.settings)}",
        bypassed=(native,) if native else (),
    )


def _judge_edge(site: Site, native: Site | None, settings: OutcomeSettings) -> bool | None:
    """A gain alone suffices; a site that was there before takes over where the annotated one is lost."""
    replaces = (
        native is not None and native.loss >= settings.min_delta and site.alt >= settings.min_partner_alt
    )
    if site.delta >= settings.min_delta or replaces:
        return True
    return False if site.delta >= settings.listed_delta else None


def _edge_cutoffs(called: bool, site: Site, settings: OutcomeSettings) -> str:
    if not called:
        return f"a possibility below the cut-off of {settings.min_delta:g}"
    if site.delta >= settings.min_delta:
        return f"a gain of {settings.min_delta:g} or more"
    return f"it was there before and the annotated site loses {settings.min_delta:g} or more"


def skippings(locus: Locus) -> Iterator[Event]:
    """Runs of internal exons whose acceptors and donors are in view and all lose strength."""
    for first in range(1, len(locus.exons) - 1):
        sites: list[Site] = []
        for last in range(first, len(locus.exons) - 1):
            acceptor, donor = locus.native(ACCEPTOR, last), locus.native(DONOR, last)
            if acceptor is None or donor is None:
                break
            sites += [acceptor, donor]
            called = _judge_losses(sites, locus.settings)
            if called is None and min(s.loss for s in sites) < locus.settings.listed_partner_delta:
                break
            if called is not None:
                yield _skipping(locus, first, last, sites, called)


def _judge_losses(sites: Sequence[Site], settings: OutcomeSettings) -> bool | None:
    losses = [site.loss for site in sites]
    return judge_pair((max(losses), min(losses)), (False, False), settings)


def _skipping(
    locus: Locus, first: int, last: int, sites: Sequence[Site], called: bool, note: str = ""
) -> Event:
    place = f"exon {first + 1}" if first == last else f"exons {first + 1} to {last + 1}"
    ends = {site.kind: site for site in reversed(sites)}
    return Event(
        kind="exon_skipping",
        exons=locus.with_exons([*locus.exons[:first], *locus.exons[last + 1 :]]),
        segment=locus.span(locus.exons[first][0], locus.exons[last][1]),
        gained=False,
        location=place,
        acceptor=ends.get(ACCEPTOR),
        donor=next((s for s in reversed(sites) if s.kind == DONOR), None),
        called=called,
        reason=f"{_and(sites)} of {place} lose strength; {note or _cutoffs(called, locus.settings)}",
        bypassed=tuple(sites),
    )


def retentions(locus: Locus) -> Iterator[Event]:
    """Introns whose donor and acceptor are in view and both lose strength."""
    for intron in range(len(locus.exons) - 1):
        donor, acceptor = locus.native(DONOR, intron), locus.native(ACCEPTOR, intron + 1)
        if donor is None or acceptor is None:
            continue
        called = _judge_losses((donor, acceptor), locus.settings)
        if called is not None:
            yield _retention(locus, intron, (donor, acceptor), called)


def _retention(locus: Locus, intron: int, sites: Sequence[Site], called: bool, note: str = "") -> Event:
    (first, left), (right, last) = locus.exons[intron], locus.exons[intron + 1]
    ends, place = {site.kind: site for site in sites}, f"intron {intron + 1}"
    return Event(
        kind="intron_retention",
        exons=locus.with_exons([*locus.exons[:intron], (first, last), *locus.exons[intron + 2 :]]),
        segment=locus.span(left + 1, right - 1),
        gained=True,
        location=place,
        acceptor=ends.get(ACCEPTOR),
        donor=ends.get(DONOR),
        called=called,
        reason=f"{_and(sites)} of {place} lose strength; {note or _cutoffs(called, locus.settings)}",
        bypassed=tuple(sites),
    )


def _and(sites: Sequence[Site]) -> str:
    return " and ".join(site.text for site in sites)


def unexplained_losses(locus: Locus, events: Sequence[Event]) -> list[Event]:
    """For an annotated site that is lost while no event called so far avoids it: exon skipped, intron kept.

    A lost site is never without a consequence, although its partner is out of view or unchanged.
    """
    avoided = {(site.kind, site.u) for event in events if event.called for site in event.bypassed}
    added: list[Event] = []
    for exon in range(len(locus.exons)):
        for site in (locus.native(ACCEPTOR, exon), locus.native(DONOR, exon)):
            lost = site is not None and site.loss >= locus.settings.min_delta
            if site is not None and lost and (site.kind, site.u) not in avoided:
                added += _without(locus, exon, site)
    return added


def _without(locus: Locus, exon: int, site: Site) -> list[Event]:
    """The exon skipped (if internal) and the intron on the lost site's side retained."""
    note = f"a loss of {locus.settings.min_delta:g} or more whose partner is unchanged or out of view"
    events: list[Event] = []
    if 0 < exon < len(locus.exons) - 1:
        sites = [s for s in (locus.native(ACCEPTOR, exon), locus.native(DONOR, exon)) if s is not None]
        events.append(_skipping(locus, exon, exon, sites, True, note))
    intron = exon if site.kind == DONOR else exon - 1
    sites = [s for s in (locus.native(DONOR, intron), locus.native(ACCEPTOR, intron + 1)) if s is not None]
    return [*events, _retention(locus, intron, sites, True, note)]
