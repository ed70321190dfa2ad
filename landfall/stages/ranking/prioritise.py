"""The ranked table."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landfall.audit.preflight.resolve import profile_of
from landfall.config.interpretation import Prioritise
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.intervals import Region, Regions
from landfall.genome.reference import Reference
from landfall.genome.transcripts import Transcript
from landfall.genome.variant import Variant, allele_of
from landfall.io import parquet
from landfall.io.text import read_json, write_tsv
from landfall.models.registry import splice_model
from landfall.patient.inheritance import haploid_calls, members
from landfall.patient.phenotype import hpo, panels
from landfall.patient.tables import FAMILY_CALLS, PAIRS, RELATIVES
from landfall.ranking import table as ranking_table
from landfall.ranking.missense.predictor import Predictor
from landfall.ranking.tables import PRIORITISED
from landfall.regulation.tables import REGULATORY
from landfall.splicing.tables import OUTCOMES, SCORES
from landfall.stages.job import Job, OnReference
from landfall.stages.ranking.family import read_family
from landfall.variants.filters.call_quality import CALL_FAULTS
from landfall.variants.tables import DECISIONS, NORMALISED, VARIANTS

log = logging.getLogger(__name__)


SECTIONS = (
    "sample",
    "prioritise",
    "finding",
    "inheritance",
    "models",
    "phenotype",
    "genome.build",
    "filter.frequency.has_sources",
    "filter.het_allele_balance",
)


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """``scores``: of each model; ``family`` and ``calls``: outputs of the stage of that name; ``regulation``:
    tables.REGULATORY, none where no regulatory track model runs; ``given`` and ``obo``: files on phenotype and family;
    ``missense``: scores of a missense predictor.
    """

    variants: Path
    scores: tuple[Path, ...]
    outcomes: Path
    family: Path
    calls: Path
    alleles: Path
    decisions: Path
    regulation: Path | None
    given: tuple[Path, ...] = ()
    obo: Path | None = None
    missense: Path | None = None


@dataclass(frozen=True)
class Outputs:
    """tables.PRIORITISED as Parquet and as text, tables.PAIRS and tables.RELATIVES."""

    table: Path
    pairs: Path
    relatives: Path
    text: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    rank_candidates(
        job.settings,
        job.sample,
        read_json(inputs.family),
        inputs.reference,
        inputs.variants,
        inputs.scores,
        inputs.outcomes,
        inputs.calls,
        inputs.alleles,
        inputs.decisions,
        inputs.regulation,
        outputs.table,
        outputs.pairs,
        outputs.relatives,
        outputs.text,
    )


def rank_candidates(
    settings: Settings,
    sample: Sample,
    family: Mapping[str, Any],
    reference: Reference,
    variants: Path,
    scores: Sequence[Path],
    outcomes: Path,
    calls: Path,
    alleles: Path,
    decisions: Path,
    regulation: Path | None,
    output: Path,
    pairs: Path,
    relatives: Path,
    tsv: Path,
) -> None:
    """tables.PRIORITISED as Parquet and as text, tables.PAIRS and tables.RELATIVES.

    family: summary of the stage of that name. alleles: tables.NORMALISED, of which dropped ones may
    modify the effect of a candidate; decisions: of the filter. regulation: tables.REGULATORY, None where no regulatory
    track model runs.
    """
    called = parquet.read(FAMILY_CALLS, calls).to_pylist()
    candidates = parquet.read(VARIANTS, variants).to_pylist()
    missense = missense_ratios(settings.prioritise, map(allele_of, candidates))
    patient = replace(patient_of(settings, sample, family, called), missense=missense)
    read = [row for path in scores for row in parquet.read(SCORES, path).to_pylist()]
    genes = {(row["chrom"], row["gene"]) for row in read}
    ranked = ranking_table.prioritise(
        of_sex(candidates, family["x_copies"], settings),
        read,
        parquet.rows(OUTCOMES, parquet.read(OUTCOMES, outcomes)),
        reference.by_name,
        reference.genome,
        patient,
        parquet.rows(REGULATORY, parquet.read(REGULATORY, regulation)) if regulation else (),
        neighbours(alleles, decisions, [t for t in reference.transcripts if (t.chrom, t.gene) in genes]),
    )
    record = {"models": [parquet.metadata(path) for path in scores]}
    ran = [splice_model(model.name) for model in settings.models]
    contract = PRIORITISED.with_varying(column.name for model in ran for column in model.output_columns)
    table = parquet.from_rows(PRIORITISED, ranked.rows).select(contract.names)
    parquet.write(PAIRS, parquet.from_rows(PAIRS, ranked.pairs), pairs, record)
    people = members.rows(map(allele_of, ranked.rows), called, patient.family)
    parquet.write(RELATIVES, parquet.from_rows(RELATIVES, people), relatives, record)
    write_tsv(table, tsv)
    parquet.write(contract, table, output, record)
    log.info("%d rows, %d flagged", len(ranked.rows), sum(row["flagged"] for row in ranked.rows))


def missense_ratios(settings: Prioritise, alleles: Iterable[Variant]) -> dict[Variant, float]:
    """log10 likelihood ratios of alleles by the missense predictor; none without one. Raises InputError."""
    if settings.missense_scores is None:
        return {}
    file = Predictor(settings.missense_scores, settings.missense_field, settings.missense_predictor)
    return file.ratios(alleles)


def of_sex(
    rows: Sequence[Mapping[str, Any]], x_copies: int | None, settings: Settings
) -> list[dict[str, Any]]:
    """Rows of tables.VARIANTS with the zygosity by the patient's number of X chromosomes, and ``call_doubt``."""
    _, high = settings.filter.het_allele_balance
    return [haploid_calls.judged(row, x_copies, settings.genome.build, high) for row in rows]


def neighbours(alleles: Path, decisions: Path, transcripts: Iterable[Transcript]) -> list[dict[str, Any]]:
    """Rows of tables.NORMALISED in coding bases that pass the call quality filters and fail another one.

    Rare or common, they change the protein of a candidate on the same haplotype.
    """
    coding = Regions([Region(t.chrom, *part, t.gene) for t in transcripts for part in t.cds_parts])
    found: list[dict[str, Any]] = []
    for part in parquet.parts(NORMALISED, alleles):
        inside = coding.inside(part.select(["chrom", "pos", "ref"]).to_pandas())
        found += part.filter(pa.array(inside)).to_pylist()
    dropped = _dropped(decisions, [row["record"] for row in found])
    return [row for row in found if (row["record"], row["allele"]) in dropped]


def _dropped(decisions: Path, records: Sequence[int]) -> set[tuple[int, int]]:
    """Record and allele of those that were dropped for another reason than their call."""
    wanted, poor = pa.array(records, pa.int64()), pa.array(["genotype", *CALL_FAULTS])
    found: set[tuple[int, int]] = set()
    for part in parquet.parts(DECISIONS, decisions):
        well_called = pc.invert(pc.is_in(part["rule"], value_set=poor))
        mine = part.filter(pc.and_(well_called, pc.is_in(part["record"], value_set=wanted)))
        found |= set(zip(mine["record"].to_pylist(), mine["allele"].to_pylist(), strict=True))
    return found


def patient_of(
    settings: Settings, sample: Sample, family: Mapping[str, Any], calls: Sequence[Mapping[str, Any]]
) -> ranking_table.Patient:
    """family: summary of the stage of that name; calls: rows of FAMILY_CALLS."""
    known = read_family(sample, settings.genome.build, family, calls)
    profile = profile_of(sample, settings)
    return ranking_table.Patient(
        known,
        settings.inheritance,
        settings.prioritise.flag_delta,
        hpo.candidate_genes(profile.terms),
        profile,
        panels.read(sample.panel) if sample.panel else {},
        settings.filter.frequency.has_sources,
        settings.finding,
        frozenset(sample.genes),
        settings.prioritise.splice_prior,
    )
