"""Every sample with its first candidate, and whether that changed."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.report import cohort

with job.logged(snakemake.log[0]):
    samples = [
        (name, Path(prioritised), Path(changes))
        for name, prioritised, changes in zip(
            snakemake.params.samples, snakemake.input.prioritised, snakemake.input.changes, strict=True
        )
    ]
    cohort.run(samples, Path(snakemake.output[0]))
