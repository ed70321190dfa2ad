"""What the call set looks like as a whole."""

from pathlib import Path

from landfall import job
from landfall.stages import callset

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    callset.run(settings, Path(snakemake.input.alleles), Path(snakemake.output[0]))
