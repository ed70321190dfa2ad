"""The family's genotypes, held against the pedigree."""

from pathlib import Path

from landfall import job
from landfall.stages import family
from landfall.stages.common import read_json

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
