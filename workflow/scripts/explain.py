"""Explain the leading variants by one network of tracks."""

from pathlib import Path

from landfall import job
from landfall.settings import parse
from landfall.stages import explain
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    names = ("model", "placements", "regulatory", "regulation", "tissues")
    explain.run(
        parse(snakemake.config),
        snakemake.wildcards.track_model,
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        {name: Path(snakemake.input[name]) for name in names},
        snakemake.threads,
        {name: Path(path) for name, path in snakemake.output.items()},
    )
