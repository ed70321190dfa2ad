"""One public file, there and verified."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.inputs import resources

with job.logged(snakemake.log[0]):
    plan = resources.load(snakemake.config)
    resources.obtain(plan, plan.file(snakemake.wildcards.path))
    Path(snakemake.output[0]).touch()
