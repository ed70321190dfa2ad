"""The alleles worth scoring."""

from pathlib import Path

from landfall import job
from landfall.stages import filter
from landfall.stages.common import Reference, read_json

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = read_json(Path(snakemake.input.resolved))
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    filter.run(
        settings,
        sample,
        resolved,
        reference,
        Path(snakemake.input.alleles),
        Path(snakemake.output.variants),
        Path(snakemake.output.decisions),
        snakemake.threads,
    )
