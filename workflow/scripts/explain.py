"""Explain the leading variants by one network of tracks."""

from pathlib import Path

from landfall.audit.preflight.run import parse
from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.regulation import interpret

with job.logged(snakemake.log[0]):
    names = ("model", "placements", "regulatory", "regulation", "tissues")
    interpret.run(
        parse(snakemake.config),
        snakemake.wildcards.track_model,
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        {name: Path(snakemake.input[name]) for name in names},
        snakemake.threads,
        {name: Path(path) for name, path in snakemake.output.items()},
    )
