"""The groups of tissues in which a patient's regulation is shown."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.regulation import tissues

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    tissues.run(settings, sample, Path(snakemake.output[0]))
