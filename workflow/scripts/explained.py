"""The explanations of all networks of tracks."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.regulation import summarise

with job.logged(snakemake.log[0]):
    summarise.explained(
        {name: [Path(path) for path in paths] for name, paths in snakemake.input.items()},
        {name: Path(path) for name, path in snakemake.output.items()},
    )
