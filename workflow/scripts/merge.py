"""All shards of a model in one table."""

from pathlib import Path

from landfall import job, stages

with job.logged(snakemake.log[0]):
    reference = stages.Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    shards = [
        (Path(s), Path(p)) for s, p in zip(snakemake.input.scores, snakemake.input.probabilities, strict=True)
    ]
    stages.merge_scores(
        snakemake.wildcards.model,
        reference,
        Path(snakemake.input.placements),
        shards,
        Path(snakemake.output.scores),
        Path(snakemake.output.probabilities),
    )
