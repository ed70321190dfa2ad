"""Score one shard with a network of tracks."""

from pathlib import Path

from landfall.audit.preflight.run import parse
from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.regulation import score

with job.logged(snakemake.log[0]):
    settings = parse(snakemake.config)
    score.run(
        settings.regulation.model(snakemake.wildcards.track_model),
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        Path(snakemake.input.model),
        Path(snakemake.input.placements),
        int(snakemake.wildcards.shard),
        snakemake.threads,
        settings.score_cache,
        Path(snakemake.output[0]),
    )
