"""Candidates joined with their outcomes, tracks and transcript: the data of a case page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.genome.transcripts import Transcript
from landfall.genome.variant import allele_of
from landfall.io import parquet
from landfall.io.parquet import Table
from landfall.models.splice.outputs import DELTA_TRACKS
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import PRIORITISED
from landfall.report import recorded
from landfall.report.figures import exon_geometry
from landfall.report.inputs import ReportInputs
from landfall.splicing.model_scores import ModelScores
from landfall.splicing.outcomes.used_site import used_site
from landfall.splicing.rows import OutcomeRow
from landfall.splicing.tables import INTERPRETED_CANDIDATES, OUTCOMES, PROBABILITIES

USUAL_CASES, FEWEST_CASES = 5, 2
KINDS = {"a": "acceptor", "d": "donor"}
CUTOFFS = ((0.8, "high-precision"), (0.5, "recommended"), (0.2, "high-recall"))


@dataclass(frozen=True)
class Site:
    """A splice site: 1-based position, P with either allele, exon number if annotated."""

    kind: str
    pos: int
    before: float | None
    after: float | None
    exon: int | None

    @property
    def shift(self) -> float:
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True)
class Track:
    """The probabilities of one model around the variant: values[allele][kind] from 0-based ``start``."""

    model: str
    start: int
    values: Mapping[str, Mapping[str, Sequence[float]]]

    def at(self, kind: str, pos: int) -> tuple[float | None, float | None]:
        """P of a site at a 1-based position, reference and alternate; None outside the track."""
        index = pos - 1 - self.start
        if not 0 <= index < len(self.values["ref"][kind]):
            return None, None
        return self.values["ref"][kind][index], self.values["alt"][kind][index]


@dataclass(frozen=True)
class CandidateCase:
    """One candidate with its rows of all tables."""

    row: PrioritisedRow
    outcomes: Sequence[OutcomeRow]
    tracks: Sequence[Track]
    transcript: Transcript | None
    inputs: ReportInputs

    def further(self, table: Table) -> Sequence[dict[str, Any]]:
        """Its rows of another table; none where the table is absent or has none of it."""
        return _mine(self.inputs.table(table), self.row)

    @cached_property
    def account(self) -> Mapping[str, Any] | None:
        """Its row of tables.INTERPRETED_CANDIDATES; None where it was not among the leading candidates."""
        return next(iter(self.further(INTERPRETED_CANDIDATES)), None)

    @cached_property
    def weak(self) -> bool:
        """Whether its most likely outcome stays below the cut-offs for calling."""
        return self.outcome is not None and not self.outcome["called"]

    @property
    def anchor(self) -> str:
        return f"case-{self.row['rank']}"

    @cached_property
    def outcome(self) -> OutcomeRow | None:
        """The most likely outcome in the transcript of the candidate's name."""
        mine = [o for o in self.outcomes if o["transcript"] == self.row["transcript"]]
        return mine[0] if mine else None

    @cached_property
    def splicing(self) -> exon_geometry.Splicing | None:
        if self.transcript is None or self.outcome is None:
            return None
        return exon_geometry.splicing(self.transcript, self.outcome)

    def site(self, kind: str, pos: int, model: str) -> Site:
        """A site with the probabilities of the model's track, else those of the outcome."""
        exon = exon_geometry.annotated(self.transcript, kind, pos) if self.transcript else None
        track = next((t for t in self.tracks if t.model == model), None)
        before, after = track.at(kind, pos) if track else (None, None)
        used = used_site(self.outcome, kind) if self.outcome else None
        if before is None and used and used.pos == pos:
            before, after = used.ref, used.alt
        return Site(kind, pos, before, after, exon)


def models(prioritised: pa.Table) -> list[str]:
    """The splice models that have numbers in the prioritised table; the first of all where nothing was scored."""
    names = [n.removesuffix("_ds_max") for n in prioritised.column_names if n.endswith("_ds_max")]
    names = [name for name in names if not name.endswith("_masked")]
    return [
        name for name in names if prioritised[f"{name}_ds_max"].null_count < prioritised.num_rows
    ] or names[:1]


def top_track(row: PrioritisedRow, model: str) -> str | None:
    """The raw delta track that gives the model's largest score, e.g. 'dg'; None if it was not scored."""
    scores = ModelScores(row, model)
    found = [(scores.ds(track[3:]), track[3:]) for track in DELTA_TRACKS]
    scored = [(value, track) for value, track in found if value is not None]
    return max(scored, key=lambda pair: pair[0])[1] if scored else None


def by_rank(prioritised: pa.Table) -> pa.Table:
    """The rows in the order of their rank."""
    return prioritised.take(pc.sort_indices(prioritised, sort_keys=[("rank", "ascending")]))


def first_rows(prioritised: pa.Table, most: int) -> list[PrioritisedRow]:
    """The first rows by rank, at most so many."""
    return parquet.rows(PRIORITISED, by_rank(prioritised).slice(0, most))


def select(inputs: ReportInputs) -> list[CandidateCase]:
    """The candidates that get a page: the findings, scored or not, then the best other candidates and those with an
    event; ten at most.

    Without any of these, the first few scored candidates.
    """
    order = by_rank(inputs.table(PRIORITISED))
    scored = order.filter(pc.equal(order["status"], "scored"))
    most = recorded.limit(inputs.provenance, "max_cases")
    flagged = parquet.rows(PRIORITISED, order.filter(order["flagged"]).slice(0, most))
    rest = order.filter(pc.invert(order["flagged"]))
    candidate = pc.equal(rest["finding_level"], "candidate")
    event = pc.and_(
        pc.equal(rest["status"], "scored"), pc.fill_null(pc.not_equal(rest["event"], "none"), False)
    )
    left = max(0, min(USUAL_CASES, most) - len(flagged))
    others = parquet.rows(PRIORITISED, rest.filter(pc.or_(candidate, event)).slice(0, left))
    rows = [*flagged, *others] or parquet.rows(PRIORITISED, scored.slice(0, FEWEST_CASES))
    return [_case(row, inputs) for row in rows]


def _case(row: PrioritisedRow, inputs: ReportInputs) -> CandidateCase:
    outcomes = parquet.rows(OUTCOMES, _about(inputs.table(OUTCOMES), row))
    outcomes.sort(key=lambda o: (o["transcript"] != row["transcript"], o["transcript"], o["outcome"]))
    tracks = [_track(p) for p in _mine(inputs.table(PROBABILITIES), row)]
    name = row["gene"], row["transcript"], row["chrom"]
    found = [t for t in inputs.transcripts if (t.gene, t.transcript, t.chrom) == name]
    return CandidateCase(
        row, outcomes, sorted(tracks, key=lambda t: t.model), found[0] if found else None, inputs
    )


def _mine(table: pa.Table, row: PrioritisedRow) -> list[dict[str, Any]]:
    """The rows about the same allele in the transcript of the candidate's name."""
    rows: list[dict[str, Any]] = _about(table, row).to_pylist()
    return [line for line in rows if line["transcript"] == row["transcript"]]


def _about(table: pa.Table, row: PrioritisedRow) -> pa.Table:
    """The rows of a table about the same allele and gene."""
    same = (
        ("pos", row["pos"]),
        ("chrom", row["chrom"]),
        ("ref", row["ref"]),
        ("alt", row["alt"]),
        ("gene", row["gene"]),
    )
    for name, value in same:
        table = table.filter(pc.equal(table[name], pa.scalar(value, table[name].type)))
    return table


def _track(row: Mapping[str, Any]) -> Track:
    values = {a: {kind: row[f"{a}_{kind}"] for kind in KINDS.values()} for a in ("ref", "alt")}
    return Track(row["model"], row["start"], values)


def allele(row: PrioritisedRow) -> str:
    """The allele as chrom-pos-ref-alt."""
    return str(allele_of(row))


def cutoff(score: float | None) -> str:
    """The cut-off of the SpliceAI paper that a delta score reaches, in words."""
    if score is None:
        return "not scored"
    reached = [f"at or above the {name} cut-off of {edge}" for edge, name in CUTOFFS if score >= edge]
    return reached[0] if reached else "below 0.2, the lowest cut-off"
