"""The random changes of a network's background, and their windows."""

from pathlib import Path

from landfall.audit.preflight.run import parse
from landfall.genome.reference import Reference
from landfall.stages import job
from landfall.stages.regulation import windows

with job.logged(snakemake.log[0]):
    windows.draw(
        parse(snakemake.config),
        snakemake.wildcards.track_model,
        Reference(Path(snakemake.input.fasta), Path(snakemake.input.transcripts)),
        Path(snakemake.input.model),
        Path(snakemake.output[0]),
    )
