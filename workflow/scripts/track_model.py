"""Check the weights of a network of tracks."""

from pathlib import Path

from landfall.audit.preflight.run import parse
from landfall.stages import job
from landfall.stages.regulation import network

with job.logged(snakemake.log[0]):
    network.run(
        parse(snakemake.config).regulation.model(snakemake.wildcards.track_model),
        Path(snakemake.output.model),
        Path(snakemake.output.targets),
    )
