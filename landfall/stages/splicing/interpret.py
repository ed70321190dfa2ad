"""Interpretation of the leading candidates."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.config.fields import RECORDED, plain
from landfall.config.sections import Settings
from landfall.genome import variant
from landfall.genome.reference import Reference
from landfall.genome.variant import key_of
from landfall.io import parquet
from landfall.models.registry import splice_model
from landfall.models.runtime import device as runtime_device
from landfall.models.runtime import record as runtime_record
from landfall.models.splice import delta_scores
from landfall.models.splice.ensemble import Ensemble
from landfall.models.weights.integrity import check_weights
from landfall.ranking import leading
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import PRIORITISED
from landfall.splicing.interpret import candidate as interpret_candidate
from landfall.splicing.interpret import robustness
from landfall.splicing.interpret.candidate import Candidate, Rows
from landfall.splicing.interpret.in_silico_mutagenesis import AberrantOutcome
from landfall.splicing.leading_row import LeadingRow
from landfall.splicing.outcomes.predict import outcome_settings
from landfall.splicing.scoring import splice_sites
from landfall.splicing.site_alignment import SiteAlignment
from landfall.splicing.tables import (
    ANTISENSE_SCAN,
    HAPLOTYPES,
    INTERPRETED_CANDIDATES,
    MUTAGENESIS,
    OUTCOMES,
    SCORES,
    STABILITY,
)
from landfall.splicing.windows import Reach
from landfall.stages.job import Job, OnReference
from landfall.variants.tables import DECISIONS, NORMALISED

log = logging.getLogger(__name__)


TABLES = {
    table.name: table
    for table in (
        INTERPRETED_CANDIDATES,
        MUTAGENESIS,
        ANTISENSE_SCAN,
        HAPLOTYPES,
        STABILITY,
    )
}


SECTIONS = ("interpretation", "consequences", "prioritise.flag_delta", "models")


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """tables.PRIORITISED, tables.OUTCOMES, tables.NORMALISED, tables.DECISIONS of the filter; ``scores``: tables.SCORES
    of every model; ``weights``: the licence beside the weights of the first one.
    """

    prioritised: Path
    outcomes: Path
    alleles: Path
    decisions: Path
    scores: tuple[Path, ...]
    weights: Path


@dataclass(frozen=True)
class Outputs:
    """The tables of TABLES."""

    interpreted_candidates: Path
    mutagenesis: Path
    antisense_scan: Path
    haplotypes: Path
    stability: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    interpret_candidates(
        job.settings,
        inputs.reference,
        vars(inputs),
        inputs.scores,
        inputs.weights.parent,
        job.threads,
        vars(outputs),
    )


def interpret_candidates(
    settings: Settings,
    reference: Reference,
    sources: Mapping[str, Path],
    scores: Sequence[Path],
    weights_directory: Path,
    threads: int,
    outputs: Mapping[str, Path],
) -> None:
    """The five tables of the interpretation, by name; sources: prioritised, outcomes, alleles, decisions.

    scores: tables.SCORES of every model; the first one interprets.
    """
    model, limits = settings.models[0], settings.interpretation
    spec = splice_model(model.name)
    check_weights(spec.info, weights_directory)
    device = runtime_device.choose_device(model.device, threads)
    prioritised = parquet.rows(PRIORITISED, parquet.read(PRIORITISED, sources["prioritised"]))
    chosen, beyond = leading.leading(prioritised, limits.top, limits.max_candidates)
    rows: dict[str, Rows] = {name: [] for name in TABLES}
    if chosen:
        ensemble = spec.load(weights_directory, device)
        look = _Interpreter(settings, reference, sources, scores, ensemble)
        for row in chosen:
            log.info("%s-%d-%s-%s in %s", *variant.key_of(row)[:5])
            for name, found in look.at(row):
                rows[name] += found
    most = f"interpretation.max_candidates is {limits.max_candidates}"
    rows["interpreted_candidates"] += [
        interpret_candidate.not_examined(row, model.name, "too_many", most) for row in beyond
    ]
    record = runtime_record.model_record(
        spec, plain(model, RECORDED) | plain(limits), device, threads, model.batch
    )
    for name, table in TABLES.items():
        parquet.write(table, parquet.from_rows(table, rows[name]), outputs[name], record)


class _Interpreter:
    """The tables from which every candidate is interpreted."""

    def __init__(
        self,
        settings: Settings,
        reference: Reference,
        sources: Mapping[str, Path],
        scores: Sequence[Path],
        model: Ensemble,
    ) -> None:
        self.settings, self.reference, self.model = settings, reference, model
        self.layer = SiteAlignment(reference.genome, reference.transcripts)
        self.scores = [parquet.read(SCORES, path) for path in scores]
        self.outcomes = parquet.read(OUTCOMES, sources["outcomes"])
        self.alleles = parquet.read(NORMALISED, sources["alleles"])
        self.decisions = parquet.read(DECISIONS, sources["decisions"])

    def at(self, row: PrioritisedRow) -> Iterator[tuple[str, Rows]]:
        """Names of tables with the candidate's rows."""
        if not _tracks(self.scores[0], row):
            name = self.settings.models[0].name
            why = f"not scored by {name}; see the stage score in the ledger"
            yield "interpreted_candidates", [interpret_candidate.not_examined(row, name, "not_scored", why)]
            return
        candidate, cutoff = self._candidate(row), self.settings.prioritise.flag_delta
        if candidate.target is not None:
            yield "mutagenesis", candidate.mutagenesis_rows(candidate.target)
            yield "antisense_scan", candidate.rescue_rows(candidate.target)
        near = self._near(candidate)
        found = candidate.neighbours(near, self._dropped(near))
        yield "haplotypes", candidate.haplotype_rows(found, self.settings.consequences.min_delta)
        panel = self._panel(candidate)
        yield "stability", [{**candidate.keys, **line} for line in panel]
        yield "interpreted_candidates", [candidate.account(panel, found, cutoff)]

    def _candidate(self, row: PrioritisedRow) -> Candidate:
        model = self.settings.models[0]
        gene = row["chrom"], row["gene"]
        return Candidate(
            row=row,
            transcript=self.reference.by_name[*gene, row["transcript"]],
            target=self._target(row),
            model=self.model,
            genome=self.reference.genome,
            sites=splice_sites(self.reference.transcripts, {row["gene"]})[gene],
            distance=model.distance,
            batch=model.batch,
            settings=self.settings.interpretation,
            moved=self.layer.moved,
        )

    def _target(self, row: PrioritisedRow) -> AberrantOutcome | None:
        """The sites of the likeliest called outcome, or else the site with the largest change."""
        for outcome in parquet.rows(OUTCOMES, _at(self.outcomes, row)):
            if (
                key_of(outcome) == key_of(row)
                and outcome["called"]
                and (target := AberrantOutcome.of_outcome(outcome))
            ):
                return target
        tracks = _tracks(self.scores[0], row)
        return AberrantOutcome.of_scores(tracks, row["pos"], self.settings.consequences.min_delta)

    def _near(self, candidate: Candidate) -> Rows:
        within = min(self.settings.interpretation.haplotype_flank, self.model.context)
        pos, alleles = candidate.variant.pos, self.alleles
        near = pc.and_(
            pc.equal(alleles["chrom"], candidate.variant.chrom),
            pc.less_equal(pc.abs(pc.subtract(alleles["pos"], pos)), within),
        )
        found: Rows = alleles.filter(near).to_pylist()
        return found

    def _dropped(self, near: Rows) -> dict[tuple[int, int], str]:
        records = pa.array([row["record"] for row in near], pa.int64())
        found = self.decisions.filter(pc.is_in(self.decisions["record"], value_set=records)).to_pylist()
        return {(line["record"], line["allele"]): line["rule"] for line in found}

    def _panel(self, candidate: Candidate) -> Rows:
        model, mine = self.settings.models[0], candidate.transcript
        question = robustness.Question(
            candidate.variant,
            mine,
            self.reference.genome,
            candidate.sites,
            Reach(self.model.context, model.distance, model.max_unknown_fraction),
            outcome_settings(self.settings),
            model.batch,
            candidate.moved(candidate.variant, mine),
            model.widen_above,
            candidate.row["splice_probability"],
        )
        others = [
            t
            for t in self.reference.transcripts
            if (t.chrom, t.gene) == (mine.chrom, mine.gene)
            and t.transcript != mine.transcript
            and t.start < candidate.variant.end
            and candidate.variant.start < t.end
        ]
        deltas = {
            settings.name: delta_scores.largest(tracks, "masked_ds_")
            for settings, scores in zip(self.settings.models[1:], self.scores[1:], strict=True)
            if "masked_ds_ag" in (tracks := _tracks(scores, candidate.row))
        }
        distances, cutoff = self.settings.interpretation.distances, self.settings.prioritise.flag_delta
        return robustness.panel(self.model, question, distances, others, deltas, cutoff)


def _at(table: pa.Table, row: LeadingRow) -> pa.Table:
    """The rows of a table at the row's position, in its order."""
    return table.filter(pc.equal(table["pos"], row["pos"]))


def _tracks(scores: pa.Table, row: LeadingRow) -> dict[str, Any]:
    """The numbers of one model for one candidate, by track; empty if it was not scored."""
    lines = [line for line in _at(scores, row).to_pylist() if key_of(line) == key_of(row)]
    return {line["track"]: line["value"] for line in lines if line["status"] == "scored"}
