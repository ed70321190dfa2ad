"""Every allele in one spelling."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = stages.read_json(Path(snakemake.input.resolved))
    stages.normalise(
        settings, sample, resolved, Path(snakemake.output.alleles), Path(snakemake.output.ledger)
    )
