"""Stability of a call under other settings: distance, no mask, single networks, other transcripts, other models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from landfall.genome.sequence import Genome
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant
from landfall.models.base import SpliceModel
from landfall.models.runtime.progress import Progress
from landfall.models.splice import delta_scores
from landfall.models.splice.ensemble import Ensemble, networks
from landfall.splicing import score_rows
from landfall.splicing.outcomes.predict import predict_outcomes
from landfall.splicing.outcomes.sites import OutcomeSettings, SiteProbabilities
from landfall.splicing.scored import Scored
from landfall.splicing.scoring import score_windows, widened
from landfall.splicing.windows import Reach, place

Called = tuple[str, int | None, int | None]
"""An event and the changed segment, 0-based half-open."""


@dataclass(frozen=True)
class Measured:
    """One variant under one setting: largest raw and masked delta score and the likeliest called event, or a reason."""

    raw: float | None = None
    masked: float | None = None
    called: Called | None = None
    reason: str = ""


@dataclass(frozen=True)
class Question:
    """A variant in a transcript, for scoring under several settings.

    sites: annotated sites of the gene, for the mask; limits: thresholds of events; batch: as in scoring; moved:
    alignment of the variant by the sites of the gene (:mod:`landfall.splicing.site_alignment`); widen_above: raw delta
    score from which the outcomes have a wider window (:mod:`landfall.splicing.outcome_window`); splice_probability: as
    of :func:`landfall.splicing.outcomes.predict.predict_outcomes`.
    """

    variant: Variant
    transcript: Transcript
    genome: Genome
    sites: delta_scores.Sites
    reach: Reach
    limits: OutcomeSettings
    batch: int
    moved: int = 0
    widen_above: float = 1.0
    splice_probability: float | None = None

    def ask(self, model: SpliceModel) -> Measured:
        """Score the variant as in the workflow, in a separate window."""
        pair = self.variant, self.transcript
        made, (placement,) = place([pair], self.genome, self.reach, lambda *_: self.moved)
        if placement.window is None:
            return Measured(reason=f"{placement.reason}: {placement.detail}")
        progress = Progress(None)
        (scored,) = score_windows(model, made, [placement], self.reach.distance, self.batch, progress)
        if scored.reason:
            return Measured(reason=f"{scored.reason}: {scored.detail}")
        return self._measured(model, scored)

    def _measured(self, model: SpliceModel, scored: Scored) -> Measured:
        assert scored.ref is not None
        assert scored.alt is not None
        origin = self.variant.start - scored.start
        raw = delta_scores.largest(delta_scores.delta_scores(scored.ref, scored.alt, origin))
        masked = delta_scores.masked_delta_scores(scored.ref, scored.alt, origin, scored.start, self.sites)
        if raw >= self.widen_above:
            scored = widened(model, self.genome, scored, self.reach.distance)
        return Measured(raw, delta_scores.largest(masked, "masked_ds_"), self._called(scored))

    def _called(self, scored: Scored) -> Called:
        """The likeliest called event."""
        around = SiteProbabilities.of(scored.start, score_rows.site_columns(scored))
        outcomes = predict_outcomes(
            self.variant,
            self.transcript,
            around,
            self.genome,
            self.limits,
            moved=self.moved,
            splice_probability=self.splice_probability,
        )
        first = next(outcome for outcome in outcomes if outcome.called)
        return first.event, first.start, first.end


def panel(
    model: Ensemble,
    question: Question,
    distances: Sequence[int],
    transcripts: Sequence[Transcript],
    others: Mapping[str, float],
    cutoff: float,
) -> list[dict[str, Any]]:
    """Rows of tables.STABILITY without the candidate's columns.

    distances: bases scored on either side; transcripts: those of the gene that overlap the variant; others: largest
    masked delta score of each other model, by its name; cutoff: smallest delta score of a call. The first row is the
    run's own setting, with which the others are compared: they agree if the delta is on the same side of the cut-off
    and, where an event is predicted, it is the same one on the same segment.
    """
    own = question.ask(model)
    found = [("run", f"D {question.reach.distance}, masked", own)]
    for distance in distances:
        other = replace(question, reach=replace(question.reach, distance=distance))
        found += [("distance", f"D {distance}", own if other == question else other.ask(model))]
    found += [("mask", "raw", Measured(own.raw, own.raw, reason=own.reason))]
    found += [
        ("network", str(number), question.ask(one)) for number, one in enumerate(networks(model), start=1)
    ]
    found += [("transcript", t.transcript, replace(question, transcript=t).ask(model)) for t in transcripts]
    found += [("model", name, Measured(masked=delta)) for name, delta in others.items()]
    return list(_rows(found, own, cutoff))


def _rows(
    found: Sequence[tuple[str, str, Measured]], own: Measured, cutoff: float
) -> Iterator[dict[str, Any]]:
    for kind, setting, measured in found:
        event, start, end = measured.called or (None, None, None)
        reaches = None if measured.masked is None else measured.masked >= cutoff
        yield {
            "kind": kind,
            "setting": setting,
            "delta": measured.masked,
            "reaches": reaches,
            "event": event,
            "start": start,
            "end": end,
            "agrees": _agrees(measured, own, cutoff),
            "reason": measured.reason,
        }


def _agrees(measured: Measured, own: Measured, cutoff: float) -> bool | None:
    """Whether a setting agrees with the run's own; None where either was not scored."""
    if measured.masked is None or own.masked is None:
        return None
    same_side = (measured.masked >= cutoff) == (own.masked >= cutoff)
    return same_side and measured.called in (None, own.called)
