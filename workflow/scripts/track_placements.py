"""What a network of tracks reads for all samples together."""

from pathlib import Path

from landfall import job
from landfall.stages import track_windows
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    track_windows.together(
        snakemake.params.shards,
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        [Path(path) for path in snakemake.input.placements],
        Path(snakemake.output[0]),
    )
