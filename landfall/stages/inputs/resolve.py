"""What a sample's inputs resolve to."""

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
"""The deep check holds every file of the configuration against the reference; what it finds wrong ends the job."""


@dataclass(frozen=True)
class Inputs:
    """The sample's VCF, its other files, and the files of the configuration that they are held against."""

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
    """What a sample's inputs resolve to: its column in the VCF, its family, its candidate genes."""
    (resolved,) = preflight_run.deep_check(settings, [sample])
    write_json(asdict(resolved), output)
