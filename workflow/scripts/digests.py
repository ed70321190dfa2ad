"""SHA-256 of the input files of a sample."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    stages.digest_inputs(settings, sample, Path(snakemake.output[0]))
