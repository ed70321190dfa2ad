"""Every allele in one spelling."""

from pathlib import Path

from landfall.io.text import read_json
from landfall.stages import job
from landfall.stages.variants import normalise

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = read_json(Path(snakemake.input.resolved))
    outputs = (Path(snakemake.output[name]) for name in ("alleles", "ledger", "repeats"))
    normalise.run(settings, sample, resolved, *outputs, threads=snakemake.threads)
