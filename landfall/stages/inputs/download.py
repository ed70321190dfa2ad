"""One public file, fetched and verified; that it is there is noted in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.stages.inputs import resources
from landfall.stages.job import Job

SECTIONS = ()
UNTRACKED = ("config",)
"""The configuration of resources has a schema of its own; each run holds every file against its checksum."""


@dataclass(frozen=True)
class Inputs:
    """No file."""


@dataclass(frozen=True)
class Outputs:
    """Empty; the file itself is no output, which Snakemake would delete before it runs a rule again."""

    verified: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    plan = resources.load(job.config)
    resources.obtain(plan, plan.file(job.wildcards["path"]))
    outputs.verified.touch()
