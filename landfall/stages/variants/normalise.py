"""Normalisation of the alleles of a VCF."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.genome.sequence import Genome
from landfall.io.text import read_json
from landfall.stages.job import Job
from landfall.variants import normalise
from landfall.variants.filters.call_quality import info_columns

log = logging.getLogger(__name__)


SECTIONS = (
    "sample",
    "normalise.max_ref_mismatch_fraction",
    "filter.frequency.info_fields",
    "filters.info",
    "genome.fasta",
)


@dataclass(frozen=True)
class Inputs:
    """``vcf``: of the sample; ``resolved``: the values resolved from its inputs."""

    vcf: Path
    fasta: Path
    resolved: Path


@dataclass(frozen=True)
class Outputs:
    """tables.NORMALISED, tables.LEDGER, and tables.DECISIONS of duplicates in the input."""

    alleles: Path
    ledger: Path
    repeats: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    resolved = read_json(inputs.resolved)
    made = outputs.alleles, outputs.ledger, outputs.repeats
    normalise_alleles(job.settings, job.sample, resolved, *made, threads=job.threads)


def normalise_alleles(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    alleles: Path,
    ledger: Path,
    repeats: Path,
    threads: int = 2,
) -> None:
    """The normalised alleles of the VCF, and the ledger of all of them."""
    given, kept = normalise.normalise(
        sample.vcf,
        resolved["vcf_sample"],
        Genome(settings.genome.fasta),
        alleles,
        ledger,
        repeats,
        settings.filter.frequency.info_fields,
        settings.normalise.max_ref_mismatch_fraction,
        threads,
        info_columns(settings.filter),
    )
    log.info("%d alleles of the input, %d normalised", given, kept)
