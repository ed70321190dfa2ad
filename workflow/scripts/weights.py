"""Fetch the weights of a model and check them."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.inputs import weights

with job.logged(snakemake.log[0]):
    weights.run(snakemake.wildcards.model, Path(snakemake.output[0]).parent)
