"""SHA-256 of the input files of a sample."""

from pathlib import Path

from landfall import job
from landfall.stages import digests

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    digests.run(settings, sample, Path(snakemake.output[0]))
