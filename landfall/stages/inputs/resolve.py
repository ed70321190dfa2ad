"""The values resolved from a sample's inputs.

Every other stage depends on this one, so that its code holds only what resolves the values; the other checks of the
start of a run are repeated here, by a module that is imported by its name and so is no part of the code's digest.
"""

from __future__ import annotations

import importlib
from dataclasses import asdict, dataclass
from pathlib import Path

from landfall.audit.preflight import sample_files
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io.errors import stop_if
from landfall.io.text import write_json
from landfall.stages.job import Job

SECTIONS = ("sample", "phenotype")
UNTRACKED = ("*",)
"""The checks compare every file of the configuration with the reference; their faults end the job."""
CHECKS = "landfall.audit.preflight.run"
"""Holds ``further_faults``. A workflow that takes landfall as a module does not run landfall's ``onstart``."""


@dataclass(frozen=True)
class Inputs:
    """The sample's VCF, its other files, and the files of the configuration that they are checked against."""

    vcf: Path
    others: tuple[Path, ...]
    obo: Path | None
    sites: Path | None
    fasta: Path
    annotation: Path


@dataclass(frozen=True)
class Outputs:
    """:class:`landfall.audit.preflight.resolve.Resolved` as JSON."""

    resolved: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    resolve_sample(job.settings, job.sample, outputs.resolved)


def resolve_sample(settings: Settings, sample: Sample, output: Path) -> None:
    """The values resolved from a sample's inputs: VCF column, family, candidate genes. Raises InputError."""
    found = sample_files.check(settings, [sample])
    further = importlib.import_module(CHECKS).further_faults(settings, [sample], found.genome)
    (case,) = found.samples
    stop_if([*further, *found.faults, *case.faults])
    write_json(asdict(case.resolved), output)
