"""What a model said of one sample's variants, all shards in one table."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.splicing import merge

with job.logged(snakemake.log[0]):
    reference = Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts))
    shards = [
        (Path(s), Path(p)) for s, p in zip(snakemake.input.scores, snakemake.input.probabilities, strict=True)
    ]
    merge.run(
        snakemake.wildcards.model,
        reference,
        Path(snakemake.input.variants),
        Path(snakemake.input.placements),
        shards,
        Path(snakemake.output.scores),
        Path(snakemake.output.probabilities),
    )
