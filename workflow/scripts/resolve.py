"""What the inputs of a sample resolve to."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.inputs import resolve

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolve.run(settings, sample, Path(snakemake.output[0]))
