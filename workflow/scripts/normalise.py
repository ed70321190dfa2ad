"""Every allele in one spelling."""

from pathlib import Path

from landfall import job
from landfall.stages import normalise
from landfall.stages.common import read_json

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = read_json(Path(snakemake.input.resolved))
    outputs = (Path(snakemake.output[name]) for name in ("alleles", "ledger", "repeats"))
    normalise.run(settings, sample, resolved, *outputs, threads=snakemake.threads)
