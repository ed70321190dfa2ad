"""Draft criteria for the leading candidates."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from landfall.config.sections import Settings
from landfall.genome import variant
from landfall.genome.reference import Reference
from landfall.genome.variant import by_key
from landfall.io import parquet
from landfall.io.text import read_json
from landfall.patient.inheritance.family import Family
from landfall.patient.tables import FAMILY_CALLS
from landfall.ranking.acmg import assess, ps1_splicing
from landfall.ranking.acmg.relatives import Relatives
from landfall.ranking.finding import columns as finding
from landfall.ranking.rows import PrioritisedRow
from landfall.ranking.tables import EVIDENCE, PRIORITISED
from landfall.splicing.tables import OUTCOMES
from landfall.stages.job import Job, OnReference
from landfall.stages.ranking.family import read_family

log = logging.getLogger(__name__)


SECTIONS = ("sample", "evidence", "finding", "genome.build", "filter.frequency.has_sources")


@dataclass(frozen=True, kw_only=True)
class Inputs(OnReference):
    """tables.PRIORITISED and tables.OUTCOMES; ``clinvar``: VCF of classified alleles; ``family`` and ``calls``: outputs
    of the stage of that name; ``given``: files on phenotype and family.
    """

    prioritised: Path
    outcomes: Path
    family: Path
    calls: Path
    given: tuple[Path, ...] = ()
    clinvar: Path | None = None


@dataclass(frozen=True)
class Outputs:
    """tables.EVIDENCE."""

    evidence: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    summary = read_json(inputs.family)
    calls = parquet.read(FAMILY_CALLS, inputs.calls).to_pylist()
    family = read_family(job.sample, job.settings.genome.build, summary, calls)
    draft_criteria(
        job.settings,
        inputs.reference,
        family,
        summary["parentage"],
        inputs.prioritised,
        inputs.outcomes,
        outputs.evidence,
    )


def draft_criteria(
    settings: Settings,
    reference: Reference,
    family: Family,
    parentage: str | None,
    prioritised: Path,
    outcomes: Path,
    output: Path,
) -> None:
    """tables.EVIDENCE for the findings, all alleles with the evidence splicing, and the first.

    parentage: how the genotypes confirm both parents, in words; None where they do not.
    """
    ranked = parquet.rows(PRIORITISED, parquet.read(PRIORITISED, prioritised))
    rows = assess.leading(ranked, settings.evidence.top)
    keyed = finding.by_allele(ranked)
    predicted = by_key(parquet.rows(OUTCOMES, parquet.read(OUTCOMES, outcomes)))
    known = _classified(settings, reference, rows)
    drafted = []
    for row in rows:
        case = assess.AcmgCase(
            row=row,
            outcomes=predicted.get(variant.key_of(row), []),
            transcript=reference.by_name.get((row["chrom"], row["gene"], row["transcript"])),
            genome=reference.genome,
            settings=settings.evidence,
            frequencies=settings.filter.frequency.has_sources,
            classified=known,
            others=assess.other_candidates(row, rows),
            relatives=Relatives(family, parentage, finding.partner_of(row, keyed), settings.finding),
        )
        drafted += assess.table_rows(row, assess.assess(case))
    parquet.write(EVIDENCE, parquet.from_rows(EVIDENCE, drafted), output, parquet.metadata(outcomes))
    log.info("%d candidates assessed", len(rows))


def _classified(
    settings: Settings, reference: Reference, rows: Sequence[PrioritisedRow]
) -> list[ps1_splicing.Classified] | None:
    """Classified alleles around the candidates; None where no file is configured."""
    if settings.evidence.clinvar is None:
        return None
    alleles = pd.DataFrame(rows, columns=["chrom", "pos", "ref"])
    return ps1_splicing.read_classified(settings.evidence.clinvar, reference.genome, alleles)
