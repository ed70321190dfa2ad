"""What the call set looks like as a whole."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.variants import callset_metrics

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    callset_metrics.run(settings, Path(snakemake.input.alleles), Path(snakemake.output[0]))
