"""The gene annotation as a table."""

from __future__ import annotations

import logging
from pathlib import Path

from landfall import annotation, tables
from landfall.genome import Genome

log = logging.getLogger(__name__)


def run(gtf: Path, fasta: Path, output: Path) -> None:
    """GTF to tables.TRANSCRIPTS."""
    genome = Genome(fasta)
    transcripts = annotation.read_gtf(gtf, genome.aliases, genome)
    tables.write(tables.TRANSCRIPTS, annotation.to_table(transcripts), output)
    log.info("%d transcripts of %s", len(transcripts), gtf)
