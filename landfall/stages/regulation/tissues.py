"""The groups of tissues for which a patient's regulation is shown."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landfall.audit.preflight.resolve import tissue_groups
from landfall.io.text import write_json
from landfall.stages.job import Job

SECTIONS = ("sample", "phenotype.obo", "regulation.tissues")


@dataclass(frozen=True)
class Inputs:
    """The sample's phenopacket and the ontology."""

    given: tuple[Path, ...]
    obo: Path | None


@dataclass(frozen=True)
class Outputs:
    """A JSON object with the list ``groups``."""

    tissues: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    write_json({"groups": tissue_groups(job.sample, job.settings)}, outputs.tissues)
