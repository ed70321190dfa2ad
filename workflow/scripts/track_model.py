"""Check the weights of a network of tracks."""

from pathlib import Path

from landfall import job
from landfall.settings import parse
from landfall.stages import track_model

with job.logged(snakemake.log[0]):
    track_model.run(
        parse(snakemake.config).regulation.model(snakemake.wildcards.track_model),
        Path(snakemake.output.model),
        Path(snakemake.output.targets),
    )
