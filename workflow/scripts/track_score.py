"""Score one shard with a network of tracks."""

from pathlib import Path

from landfall import job
from landfall.settings import parse
from landfall.stages import track_score
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    settings = parse(snakemake.config)
    track_score.run(
        settings.regulation.model(snakemake.wildcards.track_model),
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        Path(snakemake.input.model),
        Path(snakemake.input.placements),
        int(snakemake.wildcards.shard),
        snakemake.threads,
        settings.store,
        Path(snakemake.output[0]),
    )
