"""The gene annotation as a table."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.inputs import genes

with job.logged(snakemake.log[0]):
    genes.run(
        Path(snakemake.input.annotation),
        Path(snakemake.input.fasta),
        Path(snakemake.output[0]),
        next(map(Path, snakemake.input.mane), None),
    )
