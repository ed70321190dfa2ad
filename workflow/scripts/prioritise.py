"""The ranked table."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = stages.read_json(Path(snakemake.input.resolved))
    reference = stages.Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    stages.prioritise(
        settings,
        sample,
        resolved,
        reference,
        Path(snakemake.input.variants),
        [Path(path) for path in snakemake.input.scores],
        Path(snakemake.input.outcomes),
        Path(snakemake.output.table),
        Path(snakemake.output.text),
    )
