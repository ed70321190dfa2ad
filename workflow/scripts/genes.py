"""The gene annotation as a table."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    stages.annotate_genes(
        Path(snakemake.input.annotation), Path(snakemake.input.fasta), Path(snakemake.output[0])
    )
