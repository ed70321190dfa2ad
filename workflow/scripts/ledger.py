"""The account of every allele of the input."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    stages.account(
        Path(snakemake.input.ledger),
        Path(snakemake.input.decisions),
        Path(snakemake.input.prioritised),
        Path(snakemake.input.variants),
        Path(snakemake.output[0]),
    )
