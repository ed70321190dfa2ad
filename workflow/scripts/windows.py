"""The sequence each variant is read in."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.splicing import windows

with job.logged(snakemake.log[0]):
    settings = job.settings_of(snakemake.config)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    windows.run(
        settings.model(snakemake.wildcards.model),
        reference,
        [Path(path) for path in snakemake.input.variants],
        Path(snakemake.output.windows),
        Path(snakemake.output.placements),
    )
