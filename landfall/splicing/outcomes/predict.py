"""Predicted transcripts: the effect of a variant on mRNA and protein, from a splice model's probabilities.

The events come from :mod:`landfall.splicing.outcomes.events`, the mRNA from
:mod:`landfall.splicing.outcomes.transcript`, its translation from :mod:`landfall.splicing.outcomes.protein`. This
module combines them to rows of the OUTCOMES table.

Transcript proportions are the weights of the events (:func:`landfall.splicing.outcomes.proportions.weigh`), that of
normal splicing the remainder. For one new pair of sites, the proportions of pseudoexon and normal splicing are g and
1 - g with g the geometric mean of P(acceptor) and P(donor). The formula is unpublished and orders the outcomes; it is
not calibrated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from landfall.config.sections import Settings
from landfall.genome.consequence import consequence
from landfall.genome.sequence import Genome, reverse_complement
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.splicing.outcomes import sites
from landfall.splicing.outcomes.events import find_events
from landfall.splicing.outcomes.hgvs_rna import UNKNOWN, mrna_r, normal_r
from landfall.splicing.outcomes.protein import ProteinEffect, protein_effect
from landfall.splicing.outcomes.sites import (
    ACCEPTOR,
    DONOR,
    Event,
    Locus,
    OutcomeSettings,
    Site,
    SiteProbabilities,
)
from landfall.splicing.outcomes.transcript import Edit, Messenger, Span, reference_messenger, splice

WEAKER: Mapping[str, Any] = {"listed_delta": 0.02, "listed_partner_delta": 0.001, "min_partner_alt": 0.02}
"""Limits of events that are listed where splicing is probably affected and none reaches those of OutcomeSettings."""


@dataclass(frozen=True)
class Outcome:
    """One row of the OUTCOMES table, every field the column of its name; further columns are from site_strength."""

    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str
    transcript: str
    outcome: int
    event: str
    called: bool
    is_gain: bool
    reason: str
    start: int | None = None
    end: int | None = None
    size_nt: int | None = None
    location: str | None = None
    acceptor: int | None = None
    acceptor_ref: float | None = None
    acceptor_alt: float | None = None
    donor: int | None = None
    donor_ref: float | None = None
    donor_alt: float | None = None
    frameshift: bool | None = None
    ptc: bool | None = None
    ptc_codon: int | None = None
    nmd: bool | None = None
    nmd_reason: str | None = None
    transcript_proportion: float | None = None
    hgvs_r: str | None = None
    hgvs_p: str | None = None
    inserted: str | None = None
    protein_ref: str | None = None
    protein_alt: str | None = None
    protein_start: int | None = None

    def row(self) -> dict[str, Any]:
        """As a mapping for :func:`landfall.io.parquet.from_rows`."""
        return asdict(self)


@dataclass(frozen=True)
class _Case:
    """Data shared by all outcomes of one variant on one transcript."""

    transcript: Transcript
    edit: Edit
    reference: Messenger
    moved: Sequence[Site]
    settings: OutcomeSettings

    def effect(self, mutant: Messenger, segment: Span) -> ProteinEffect:
        return protein_effect(self.transcript, self.edit, self.reference, mutant, segment, self.settings)

    def outcome(
        self, number: int, share: float, effect: ProteinEffect, reason: str, **fields: Any
    ) -> Outcome:
        """A row; the note of the protein effect is appended to the reason."""
        known = {name: value for name, value in asdict(effect).items() if name != "note"}
        return Outcome(
            **asdict(self.edit.variant),
            gene=self.transcript.gene,
            transcript=self.transcript.transcript,
            outcome=number,
            transcript_proportion=share,
            reason="; ".join(part for part in (reason, effect.note) if part),
            **known,
            **fields,
        )


def predict_outcomes(
    variant: Variant,
    transcript: Transcript,
    probabilities: SiteProbabilities,
    genome: Genome,
    settings: OutcomeSettings | None = None,
    gene_exons: Collection[Span] = (),
    moved: int = 0,
    splice_probability: float | None = None,
) -> list[Outcome]:
    """The predicted splicing events of a variant, then normal splicing (event ``none``).

    Called events come first, then those below the cut-offs, each by descending proportion; normal splicing is always
    the last row, and the only one without a predicted event. The proportions sum to one. ``gene_exons`` (contig
    intervals, 0-based half-open): exons of all transcripts of the gene; one that this transcript lacks is an exon
    inclusion, not a pseudoexon. The variant is applied to every mRNA, in an exon or in a segment that an event adds;
    ``moved``: its alignment in the probabilities (:mod:`landfall.splicing.site_alignment`). ``splice_probability``: the
    calibrated probability that splicing is affected, from which the likeliest event is called. Raises KeyError for a
    contig that the reference lacks and ValueError for an allele with other letters than A, C, G, T and N.
    """
    settings = settings or OutcomeSettings()
    edit = Edit(genome, variant, moved)
    locus = Locus(transcript, probabilities, edit, settings, gene_exons)
    case = _Case(transcript, edit, reference_messenger(transcript, genome), locus.moved_natives, settings)
    found = find_events(locus)
    note = ""
    if (splice_probability or 0.0) >= settings.call_probability and not any(e.called for e in found):
        weaker = Locus(transcript, probabilities, edit, settings.changed(**WEAKER), gene_exons)
        note = f"but splicing is affected with a calibrated probability of {splice_probability:.2f}"
        found = _with_likeliest_called(found or find_events(weaker), note)
    listed = [e for e in found if e.weight >= (0.0 if e.called else settings.min_share) and e.weight]
    events = listed[: settings.max_outcomes]
    rows = [_event_outcome(case, event, n, event.weight) for n, event in enumerate(events, start=1)]
    called = any(event.called for event in events)
    normal = max(0.0, 1 - sum(event.weight for event in events))
    return [*rows, _normal_outcome(case, locus, len(rows) + 1, normal, called, note)]


def _with_likeliest_called(found: Sequence[Event], note: str) -> list[Event]:
    """The events with the one of the largest proportion called, and first; ``note``: why."""
    if not found:
        return []
    best = max(found, key=lambda event: event.weight)
    called = replace(best, called=True, reason=f"{best.reason} by its sites, {note}")
    return [called, *(event for event in found if event is not best)]


def _event_outcome(case: _Case, event: Event, number: int, share: float) -> Outcome:
    transcript, edit = case.transcript, case.edit
    mutant = splice(edit, event.exons, transcript.strand, (*event.sites, *case.moved))
    segment = edit.interval(event.segment, event.sites)
    inserted = edit.fetch(*segment) if event.is_gain else ""
    return case.outcome(
        number,
        share,
        case.effect(mutant, event.segment),
        event.reason,
        event=event.kind,
        called=event.called,
        is_gain=event.is_gain,
        start=event.segment[0],
        end=event.segment[1],
        size_nt=segment[1] - segment[0] if event.is_gain else _lost(transcript, event.segment),
        location=event.location,
        hgvs_r=_name(transcript, event, edit, mutant),
        inserted=(inserted if transcript.forward else reverse_complement(inserted)) or None,
        **_site_fields(ACCEPTOR, event.acceptor),
        **_site_fields(DONOR, event.donor),
    )


def _name(transcript: Transcript, event: Event, edit: Edit, mutant: Messenger) -> str:
    """HGVS r. name; that of normal splicing for an annotated exon that is included more often."""
    if event.is_gain and event.segment in transcript.exons:
        return normal_r(transcript, edit, mutant)
    return mrna_r(transcript, edit, mutant)


def _lost(transcript: Transcript, segment: Span) -> int:
    """Exonic bases in a stretch of the contig."""
    return sum(max(0, min(end, segment[1]) - max(start, segment[0])) for start, end in transcript.exons)


def _site_fields(kind: str, site: Site | None) -> dict[str, int | float]:
    if site is None:
        return {}
    return {kind: site.base + 1, f"{kind}_ref": site.ref, f"{kind}_alt": site.alt}


def _normal_outcome(
    case: _Case, locus: Locus, number: int, share: float, called: bool, note: str = ""
) -> Outcome:
    """Normal splicing with the variant applied; its p. name is that of the coding consequence."""
    transcript, edit = case.transcript, case.edit
    change = edit.trimmed
    mutant = splice(edit, transcript.exons, transcript.strand, case.moved)
    effect = case.effect(mutant, (change.start, max(change.end, change.start + 1)))
    variant, hgvs_r = edit.variant, normal_r(transcript, edit, mutant)
    named = consequence(transcript, variant.pos, variant.ref, variant.alt, edit.genome)[1]
    known = replace(effect, note="", hgvs_p=named or effect.hgvs_p)
    if hgvs_r == UNKNOWN:
        known = ProteinEffect(
            hgvs_p="p.?" if transcript.coding else None, note="the variant takes a splice site"
        )
    reason = (
        "normal splicing: the remainder" if number > 1 else ", ".join(filter(None, (_nothing(locus), note)))
    )
    return case.outcome(
        number,
        share,
        known,
        reason,
        event="none",
        called=not called,
        is_gain=False,
        hgvs_r=hgvs_r,
    )


def _nothing(locus: Locus) -> str:
    """The reason why no event is predicted, with any gain without a partner."""
    cutoff = locus.settings.min_delta
    alone = [site for site in (*locus.acceptors, *locus.donors) if site.delta >= cutoff]
    if not alone:
        return f"no change of splicing is predicted: no site within the window changes by {cutoff:g} with a partner"
    gains = ", ".join(site.text for site in alone)
    return f"no change of splicing is predicted: {gains} without a partner within the window"


def outcome_settings(settings: Settings) -> sites.OutcomeSettings:
    """The settings of the configuration, the others at their defaults."""
    return sites.OutcomeSettings(**dict(settings.consequences))
