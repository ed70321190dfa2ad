"""The values resolved from a sample's inputs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from landfall.audit.preflight import run as preflight_run
from landfall.config.sample_sheet import Sample
from landfall.config.sections import Settings
from landfall.io.text import write_json
from landfall.stages.job import Job

SECTIONS = ("sample", "phenotype")
UNTRACKED = ("*",)
"""The deep check compares every file of the configuration with the reference; its faults end the job."""


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
    """The values resolved from a sample's inputs: VCF column, family, candidate genes."""
    (resolved,) = preflight_run.deep_check(settings, [sample])
    write_json(asdict(resolved), output)
