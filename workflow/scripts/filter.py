"""The alleles worth scoring."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.io.text import read_json
from landfall.stages import job
from landfall.stages.variants import filter as variants_filter

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    resolved = read_json(Path(snakemake.input.resolved))
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    variants_filter.run(
        settings,
        sample,
        resolved,
        reference,
        Path(snakemake.input.alleles),
        Path(snakemake.output.variants),
        Path(snakemake.output.decisions),
        snakemake.threads,
    )
