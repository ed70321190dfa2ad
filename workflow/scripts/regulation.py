"""All networks of tracks in one table."""

from pathlib import Path

from landfall import job
from landfall.settings import parse
from landfall.stages import regulation
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    names = ("placements", "scores", "strongest", "classes")
    regulation.run(
        parse(snakemake.config).regulation.top,
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        {name: [Path(path) for path in snakemake.input[name]] for name in names},
        {name: Path(path) for name, path in snakemake.output.items()},
    )
