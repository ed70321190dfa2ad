"""All networks of tracks in one table."""

from pathlib import Path

from landfall.audit.preflight.run import parse
from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.regulation import summarise

with job.logged(snakemake.log[0]):
    names = ("placements", "scores", "strongest", "classes")
    summarise.run(
        parse(snakemake.config).regulation.top,
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        {name: [Path(path) for path in snakemake.input[name]] for name in names},
        {name: Path(path) for name, path in snakemake.output.items()},
    )
