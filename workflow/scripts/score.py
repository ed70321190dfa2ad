"""Score one shard with one model."""

from pathlib import Path

from landfall import job
from landfall.stages import score
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    settings, _ = job.case(snakemake.config, snakemake.wildcards.sample)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    score.run(
        settings.model(snakemake.wildcards.model),
        reference,
        Path(snakemake.input.windows),
        Path(snakemake.input.placements),
        Path(snakemake.input.weights).parent,
        int(snakemake.wildcards.shard),
        snakemake.threads,
        Path(snakemake.output.scores),
        Path(snakemake.output.probabilities),
    )
