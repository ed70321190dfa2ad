"""The sequence each variant is read in."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = stages.Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    stages.place_windows(
        settings.model(snakemake.wildcards.model),
        reference,
        Path(snakemake.input.variants),
        Path(snakemake.output.windows),
        Path(snakemake.output.placements),
    )
