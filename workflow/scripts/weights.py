"""Fetch the weights of a model and check them."""

from pathlib import Path

from landfall import job
from landfall.stages import weights

with job.logged(snakemake.log[0]):
    weights.run(snakemake.wildcards.model, Path(snakemake.output[0]).parent)
