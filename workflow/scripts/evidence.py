"""Draft criteria for the leading candidates."""

from pathlib import Path

from landfall import job
from landfall.stages import evidence
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    evidence.run(
        settings,
        reference,
        Path(snakemake.input.prioritised),
        Path(snakemake.input.outcomes),
        Path(snakemake.output[0]),
    )
