"""What changed since an earlier result."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.report import changes

with job.logged(snakemake.log[0]):
    _, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    names = ("prioritised", "ledger", "provenance")
    changes.run(sample, *(Path(snakemake.input[name]) for name in names), Path(snakemake.output[0]))
