"""SHA-256 of the input files of a sample."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.inputs import digests

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    digests.run(settings, sample, Path(snakemake.output[0]))
