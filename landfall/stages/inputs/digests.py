"""SHA-256 of the input files of a sample."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.audit import provenance
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io.text import write_json
from landfall.models.splice import maxentscan
from landfall.regulation import availability
from landfall.stages.job import Job

SECTIONS = (
    "sample",
    "genome",
    "filter.frequency.population_vcf",
    "filter.frequency.population_coverage_bed",
    "filter.frequency.cohort_vcf",
    "filter.precomputed_scores.vcf",
    "filter.blacklist",
    "filter.exclude",
    "evidence.clinvar",
    "phenotype.obo",
    "prioritise.missense_scores",
    "maxentscan",
    "maxentscan_off",
    "regulation.models",
)


@dataclass(frozen=True)
class Inputs:
    """Every file of :func:`roles`; ``known``: those that the filter reads, ``published``: tables beside the scores."""

    vcf: Path
    others: tuple[Path, ...]
    obo: Path | None
    missense: Path | None
    known: tuple[Path, ...]
    published: tuple[Path, ...]
    fasta: Path
    annotation: Path
    mane: Path | None


@dataclass(frozen=True)
class Outputs:
    """A list of objects with role, name, bytes and SHA-256 of a file, as JSON."""

    inputs: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    given = roles(job.settings, job.sample).items()
    write_json(
        [provenance.file_record(role, path) for role, path in given if path is not None], outputs.inputs
    )


def roles(settings: Settings, sample: Sample) -> dict[str, Path | None]:
    """Role of each input file of a sample to the file; None for one that is not given."""
    return {
        "variants": sample.vcf,
        "pedigree": sample.ped,
        "gene list": sample.genes_file,
        "regions": sample.regions,
        "panel": sample.panel,
        "phenopacket": sample.phenopacket,
        "reference": settings.genome.fasta,
        "annotation": settings.genome.annotation,
        "MANE": settings.genome.mane,
        "frequencies": settings.filter.frequency.population_vcf,
        "frequencies' regions": settings.filter.frequency.population_coverage_bed,
        "cohort": settings.filter.frequency.cohort_vcf,
        "precomputed scores": settings.filter.precomputed_scores.vcf,
        "blacklist": settings.filter.blacklist,
        **{f"excluded regions {n}": path for n, path in enumerate(settings.filter.exclude, 1)},
        "classified alleles": settings.evidence.clinvar,
        "ontology": settings.phenotype.obo,
        "missense scores": settings.prioritise.missense_scores,
        **_tables(settings),
    }


def _tables(settings: Settings) -> dict[str, Path]:
    """Published tables beside the scores, and the files beside the weights of networks, unless switched off."""
    path = settings.maxentscan if not settings.maxentscan_off else None
    found = {f"MaxEntScan's {file.name}": file for file in maxentscan.files(path)} if path else {}
    for model in availability.running(settings.regulation):
        if model.e_values and not availability.e_values_off(model):
            found[f"E-values of {availability.info_of(model).title}"] = model.e_values
        for file in availability.track_files(model):
            found[f"{file.name} of {availability.info_of(model).title}"] = file
    return found
