"""The annotated VCF."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.ranking import annotate

with job.logged(snakemake.log[0]):
    settings, sample = job.case(snakemake.config, snakemake.wildcards.sample)
    annotate.run(
        settings,
        sample,
        Path(snakemake.input.fasta),
        Path(snakemake.input.variants),
        Path(snakemake.input.prioritised),
        Path(snakemake.output.vcf),
    )
