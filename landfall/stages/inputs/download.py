"""One public file, downloaded and verified; a marker file records its presence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.stages.inputs import resources
from landfall.stages.job import Job

SECTIONS = ()
UNTRACKED = ("config",)
"""The configuration of resources has a schema of its own; each run compares every file with its checksum."""


@dataclass(frozen=True)
class Inputs:
    """No file."""


@dataclass(frozen=True)
class Outputs:
    """An empty marker; the file itself is not an output, as Snakemake deletes outputs before it reruns a rule."""

    verified: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    plan = resources.load(job.config)
    resources.obtain(plan, plan.file(job.wildcards["path"]))
    outputs.verified.touch()
