"""The gene annotation as a table, with RefSeq accessions where MANE's table is given."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from landfall.genome.annotation import reader
from landfall.genome.sequence import Genome
from landfall.genome.tables import TRANSCRIPTS
from landfall.io import parquet
from landfall.stages.job import Job

log = logging.getLogger(__name__)


SECTIONS = ()


@dataclass(frozen=True)
class Inputs:
    """``annotation``: GTF or GFF3; ``mane``: MANE's summary table."""

    annotation: Path
    fasta: Path
    mane: Path | None


@dataclass(frozen=True)
class Outputs:
    """tables.TRANSCRIPTS."""

    transcripts: Path


def run(job: Job, inputs: Inputs, outputs: Outputs) -> None:
    convert_annotation(inputs.annotation, inputs.fasta, outputs.transcripts, inputs.mane)


def convert_annotation(gtf: Path, fasta: Path, output: Path, mane: Path | None = None) -> None:
    """GTF or GFF3 to tables.TRANSCRIPTS; ``mane``: MANE's summary table. Logs what was left out."""
    genome = Genome(fasta)
    transcripts = reader.read_gtf(gtf, genome.aliases, genome, mane)
    parquet.write(TRANSCRIPTS, reader.to_table(transcripts), output)
    log.info("%d transcripts of %s", len(transcripts), gtf)
    for words in transcripts.account():
        log.warning("%s: %s", gtf, words)
