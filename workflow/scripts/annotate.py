"""The annotated VCF."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    stages.annotate_vcf(
        settings,
        sample,
        Path(snakemake.input.fasta),
        Path(snakemake.input.variants),
        Path(snakemake.input.prioritised),
        Path(snakemake.output.vcf),
    )
