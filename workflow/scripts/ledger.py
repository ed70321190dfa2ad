"""The account of every allele of the input."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.ranking import ledger

with job.logged(snakemake.log[0]):
    ledger.run(
        Path(snakemake.input.ledger),
        [Path(snakemake.input.repeats), Path(snakemake.input.decisions)],
        Path(snakemake.input.prioritised),
        Path(snakemake.input.variants),
        list(map(Path, snakemake.input.placements)),
        Path(snakemake.output[0]),
    )
