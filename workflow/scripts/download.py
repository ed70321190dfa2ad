"""One public file, there and verified."""

from pathlib import Path

from landfall import downloads, job

with job.logged(snakemake.log[0]):
    plan = downloads.load(snakemake.config)
    downloads.obtain(plan, plan.file(snakemake.wildcards.path))
    Path(snakemake.output[0]).touch()
