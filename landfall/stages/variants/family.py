"""The family's genotypes at the patient's alleles, and whether they agree with the pedigree."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landfall.audit.preflight.resolve import pedigree_of
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io import parquet
from landfall.io.text import read_json, write_json
from landfall.patient.inheritance import haploid_calls, pedigree_checks
from landfall.patient.inheritance.family import NO_PEDIGREE
from landfall.patient.inheritance.pedigree import Pedigree
from landfall.patient.phenotype import phenopacket
from landfall.patient.tables import FAMILY_CALLS
from landfall.stages.job import Job
from landfall.variants import vcf_header
from landfall.variants.calls import family_genotypes
from landfall.variants.tables import VARIANTS

log = logging.getLogger(__name__)


X_COPIES = {"male": 1, "female": 2}


SECTIONS = ("sample", "genome.build", "inheritance.max_mendelian_errors", "filter.het_allele_balance")


@dataclass(frozen=True)
class Inputs:
    """tables.VARIANTS; ``resolved``: values resolved from the inputs; ``pedigree``: PED file and phenopacket."""

    vcf: Path
    variants: Path
    resolved: Path
    pedigree: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Outputs:
    """tables.FAMILY_CALLS and their summary as JSON."""

    calls: Path
    summary: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    resolved = read_json(inputs.resolved)
    check_family(job.settings, job.sample, resolved, inputs.variants, outputs.calls, outputs.summary)


def check_family(
    settings: Settings,
    sample: Sample,
    resolved: Mapping[str, Any],
    variants: Path,
    calls: Path,
    summary: Path,
) -> None:
    """tables.FAMILY_CALLS, and the members, sex, findings and warnings as JSON."""
    pedigree = pedigree_of(sample) or NO_PEDIGREE
    column = resolved["vcf_sample"]
    members = _members(sample, column, resolved["proband"], pedigree)
    rows: list[dict[str, Any]] = []
    checked = pedigree_checks.Check({}, (), ())
    if members:
        counted = family_genotypes.census(sample.vcf, list(members), settings.genome.build)
        names = list(members.values())
        checked = pedigree_checks.check(counted, names, pedigree, settings.inheritance.max_mendelian_errors)
        rows = family_genotypes.family_calls(sample.vcf, members, parquet.read(VARIANTS, variants))
    proband = resolved["proband"] or column or sample.name
    sex, source = _sex(sample, proband, pedigree, checked.sexes)
    sexes = {name: pedigree.sex(name) for name in members.values()} | {proband: sex}
    x_copies = {name: X_COPIES.get(given) for name, given in sexes.items()} | _other_x_copies(checked, sexes)
    build, high = settings.genome.build, settings.filter.het_allele_balance[1]
    rows = [haploid_calls.judged(row, x_copies[row["individual"]], build, high) for row in rows]
    parquet.write(FAMILY_CALLS, parquet.from_rows(FAMILY_CALLS, rows), calls)
    found = {"members": list(members.values()), "proband": proband, "sex": sex, "sex_source": source}
    found |= {"x_copies": x_copies[proband], "parentage": checked.parentage.get(proband)}
    write_json({**found, "findings": checked.findings, "warnings": checked.warnings}, summary)
    for warning in checked.warnings:
        log.warning("%s", warning)


def _other_x_copies(checked: pedigree_checks.Check, sexes: Mapping[str, str]) -> dict[str, int]:
    """Number of X chromosomes of members where the genotypes add to the sex: unknown sex, XXY, X0.

    A sex that the genotypes contradict may be a sample swap: it is reported as a warning, and the stated sex is used.
    """
    unknown = [name for name in checked.x_copies if "unknown" in (checked.sexes[name], sexes[name])]
    return {name: checked.x_copies[name] for name in unknown}


def _members(sample: Sample, column: str | None, proband: str | None, pedigree: Pedigree) -> dict[str, str]:
    """Names in the VCF to names in the pedigree, the patient first; relatives have the same name in both."""
    if column is None:
        return {}
    known = pedigree.individuals
    family = known[proband].family if proband is not None and proband in known else None
    relatives = [name for name, person in known.items() if person.family == family and name != proband]
    there = set(vcf_header.vcf_header(sample.vcf).samples) - {column}
    return {column: proband or column} | {name: name for name in relatives if name in there}


def _sex(sample: Sample, proband: str, pedigree: Pedigree, sexes: Mapping[str, str]) -> tuple[str, str]:
    """The sex that the pedigree gives, else that of the phenopacket, else that of the genotypes; and which."""
    recorded = phenopacket.read(sample.phenopacket).sex if sample.phenopacket else "unknown"
    sources = {
        "pedigree": pedigree.sex(proband),
        "phenopacket": recorded,
        "genotypes": sexes.get(proband, "unknown"),
    }
    return next(
        ((sex, source) for source, sex in sources.items() if sex != "unknown"), ("unknown", "unknown")
    )
