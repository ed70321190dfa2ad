"""RT-PCR assays for the leading candidates."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.splicing import rtpcr

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    rtpcr.run(
        settings,
        reference,
        Path(snakemake.input.prioritised),
        Path(snakemake.input.outcomes),
        Path(snakemake.input.alleles),
        Path(snakemake.output.table),
        Path(snakemake.output.text),
    )
