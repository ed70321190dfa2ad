"""The alleles worth scoring."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = stages.read_json(Path(snakemake.input.resolved))
    reference = stages.Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    stages.filter_alleles(
        settings,
        sample,
        resolved,
        reference,
        Path(snakemake.input.alleles),
        Path(snakemake.output.variants),
        Path(snakemake.output.decisions),
    )
