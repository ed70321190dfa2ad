"""What a network of tracks reads for all samples together."""

from pathlib import Path

from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.regulation import windows

with job.logged(snakemake.log[0]):
    windows.together(
        snakemake.params.shards,
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        [Path(path) for path in snakemake.input.placements],
        Path(snakemake.output[0]),
    )
