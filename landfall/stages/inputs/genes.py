"""The gene annotation as a table, with MANE's RefSeq names where its table is given."""

from __future__ import annotations

import logging
from pathlib import Path

from landfall.genome.annotation import reader
from landfall.genome.sequence import Genome
from landfall.genome.tables import TRANSCRIPTS
from landfall.io import parquet

log = logging.getLogger(__name__)


def run(gtf: Path, fasta: Path, output: Path, mane: Path | None = None) -> None:
    """GTF or GFF3 to tables.TRANSCRIPTS; ``mane``: MANE's summary table. Logs what was left out."""
    genome = Genome(fasta)
    transcripts = reader.read_gtf(gtf, genome.aliases, genome, mane)
    parquet.write(TRANSCRIPTS, reader.to_table(transcripts), output)
    log.info("%d transcripts of %s", len(transcripts), gtf)
    for words in transcripts.account():
        log.warning("%s: %s", gtf, words)
