"""The family's genotypes, held against the pedigree."""

from pathlib import Path

from landfall.io.text import read_json
from landfall.stages import job
from landfall.stages.variants import family

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    family.run(
        settings,
        sample,
        read_json(Path(snakemake.input.resolved)),
        Path(snakemake.input.variants),
        Path(snakemake.output.calls),
        Path(snakemake.output.summary),
    )
