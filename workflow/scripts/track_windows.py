"""The window that a network of tracks reads each variant in."""

from pathlib import Path

from landfall import job
from landfall.settings import parse
from landfall.stages import track_windows
from landfall.stages.common import Reference

with job.logged(snakemake.log[0]):
    track_windows.run(
        parse(snakemake.config),
        snakemake.wildcards.track_model,
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        Path(snakemake.input.model),
        Path(snakemake.input.variants),
        Path(snakemake.output[0]),
    )
