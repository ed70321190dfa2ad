"""What the inputs of a sample resolve to."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    stages.resolve(settings, sample, Path(snakemake.output[0]))
