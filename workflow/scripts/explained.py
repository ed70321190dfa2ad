"""The explanations of all networks of tracks."""

from pathlib import Path

from landfall import job
from landfall.stages import regulation

with job.logged(snakemake.log[0]):
    regulation.explained(
        {name: [Path(path) for path in paths] for name, paths in snakemake.input.items()},
        {name: Path(path) for name, path in snakemake.output.items()},
    )
