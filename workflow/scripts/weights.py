"""Fetch the weights of a model and check them."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    stages.fetch_weights(snakemake.wildcards.model, Path(snakemake.output[0]).parent)
