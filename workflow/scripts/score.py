"""Score one shard with one model."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.splicing import score

with job.logged(snakemake.log[0]):
    settings = job.settings_of(snakemake.config)
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    score.run(
        settings.model(snakemake.wildcards.model),
        reference,
        Path(snakemake.input.windows),
        Path(snakemake.input.placements),
        Path(snakemake.input.weights).parent,
        int(snakemake.wildcards.shard),
        snakemake.threads,
        settings.score_cache,
        Path(snakemake.output.scores),
        Path(snakemake.output.probabilities),
    )
