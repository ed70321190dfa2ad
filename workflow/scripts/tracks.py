"""All shards of a network of tracks in one table."""

from pathlib import Path

from landfall.stages import job
from landfall.stages.regulation import merge

with job.logged(snakemake.log[0]):
    merge.join([Path(path) for path in snakemake.input], Path(snakemake.output[0]))
